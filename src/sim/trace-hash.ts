// One number for a whole run: two runs that are the same have the same, in every engine. Not for
// secrets. (Two lanes of 32 bits, whole numbers only.)

export class TraceHash {
  #a = 0x9e3779b9;
  #b = 0x85ebca6b;

  /** Any plain value: fields in the order in which they were written. */
  add(value: unknown): void {
    switch (typeof value) {
      case 'number':
        this.#mix(1, value);
        break;
      case 'string':
        this.#text(value);
        break;
      case 'bigint':
        this.#mix(3, Number(BigInt.asUintN(32, value)));
        this.#mix(4, Number(BigInt.asUintN(32, value >> 32n)));
        break;
      case 'boolean':
        this.#mix(5, value ? 1 : 0);
        break;
      case 'object':
        this.#object(value);
        break;
      default:
        this.#mix(6, 0);
    }
  }

  get text(): string {
    return hex(this.#a) + hex(this.#b);
  }

  #text(value: string): void {
    this.#mix(2, value.length);
    for (let at = 0; at < value.length; at += 1) this.#mix(2, value.charCodeAt(at));
  }

  #object(value: object | null): void {
    if (value === null) this.#mix(7, 0);
    else if (value instanceof Uint8Array) {
      this.#mix(8, value.length);
      for (const byte of value) this.#mix(8, byte);
    } else if (Array.isArray(value)) {
      this.#mix(9, value.length);
      for (const item of value) this.add(item);
    } else {
      for (const [name, field] of Object.entries(value)) {
        this.#text(name);
        this.add(field);
      }
    }
  }

  #mix(kind: number, value: number): void {
    this.#a = Math.imul(this.#a ^ value ^ (kind << 24), 0x01000193);
    this.#a ^= this.#a >>> 15;
    this.#b = Math.imul(this.#b + value + kind, 0x85ebca77) ^ this.#a;
    this.#b ^= this.#b >>> 13;
  }
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
