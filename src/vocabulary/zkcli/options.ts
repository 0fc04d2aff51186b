// Options and words of one command, told apart as Apache Commons CLI does it for zkCli: options may stand
// behind words, short ones together (-sw), a value may be glued to its option (-v3, -v=3), `--` ends
// them, and what is wrong is said in its words. It knows no command.

export interface OptionTable {
  /** Names of options without a value, and of those with one. */
  readonly flags: readonly string[];
  readonly valued: readonly string[];
  /** Of these one at most, each with what it is. */
  readonly group?: { readonly required: boolean; readonly names: ReadonlyMap<string, string> };
}

export interface GivenOptions {
  /** Null is the value of a flag. What is given twice counts as at first. */
  readonly options: ReadonlyMap<string, string | null>;
  readonly words: readonly string[];
}

class OptionError extends Error {}

const wrong = (exception: string, text: string): OptionError =>
  new OptionError(`org.apache.commons.cli.${exception}Exception: ${text}`);

/** The options, or the complaint. */
export function readOptionWords(
  table: OptionTable,
  words: readonly string[],
): GivenOptions | { readonly problem: string } {
  const reader = new OptionReader(table);
  try {
    for (const word of words) reader.take(word);
    return reader.end();
  } catch (error) {
    if (error instanceof OptionError) return { problem: error.message };
    throw error;
  }
}

class OptionReader {
  readonly #table: OptionTable;
  readonly #options = new Map<string, string | null>();
  readonly #words: string[] = [];
  /** The option whose value has to come next. */
  #open: string | null = null;
  #selected: string | null = null;
  #ended = false;

  constructor(table: OptionTable) {
    this.#table = table;
  }

  take(word: string): void {
    if (this.#ended) this.#words.push(word);
    else if (word === '--') this.#ended = true;
    else if (this.#open !== null && !this.#looksLikeOption(word)) this.#value(word);
    else if (word.startsWith('-') && !word.startsWith('--') && word !== '-') this.#option(word);
    else this.#word(word);
  }

  end(): GivenOptions {
    this.#checkOpen();
    const { group } = this.#table;
    if (group?.required === true && this.#selected === null) {
      const all = [...group.names].map(([name, says]) => `-${name} ${says}`).join(', ');
      throw wrong('MissingOption', `Missing required option: [${all}]`);
    }
    return { options: this.#options, words: this.#words };
  }

  #word(word: string): void {
    if (word.startsWith('-') && word !== '-') {
      throw wrong('UnrecognizedOption', `Unrecognized option: ${word}`);
    }
    this.#words.push(word);
  }

  #option(word: string): void {
    const body = word.slice(1);
    const equals = body.indexOf('=');
    const name = equals === -1 ? body : body.slice(0, equals);
    if (equals === -1 && this.#knows(name)) this.#begin(name);
    else if (equals === -1) this.#together(word);
    else if (name.length === 1 && this.#table.valued.includes(name)) {
      this.#begin(name);
      this.#value(body.slice(equals + 1));
    } else this.#word(word);
  }

  /** Letters of several options, or of one with its value behind. */
  #together(word: string): void {
    for (let at = 1; at < word.length; at += 1) {
      const letter = word.charAt(at);
      if (!this.#knows(letter)) this.#word(word);
      this.#begin(letter);
      if (this.#open === null || at + 1 === word.length) continue;
      this.#value(word.slice(at + 1));
      return;
    }
  }

  #begin(name: string): void {
    this.#checkOpen();
    if (this.#table.group?.names.has(name) === true) this.#select(name);
    if (this.#table.valued.includes(name)) this.#open = name;
    else this.#options.set(name, null);
  }

  #select(name: string): void {
    if (this.#selected !== null && this.#selected !== name) {
      throw wrong(
        'AlreadySelected',
        `The option '${name}' was specified but an option from this group has already been ` +
          `selected: '${this.#selected}'`,
      );
    }
    this.#selected = name;
  }

  #value(value: string): void {
    if (this.#open !== null && !this.#options.has(this.#open)) {
      this.#options.set(this.#open, value);
    }
    this.#open = null;
  }

  #checkOpen(): void {
    if (this.#open === null) return;
    throw wrong('MissingArgument', `Missing argument for option: ${this.#open}`);
  }

  #knows(name: string): boolean {
    return this.#table.flags.includes(name) || this.#table.valued.includes(name);
  }

  /** "-5" is a value where no option is called 5. */
  #looksLikeOption(word: string): boolean {
    if (!word.startsWith('-') || word === '-') return false;
    const name = word.slice(1).split('=')[0] ?? '';
    return this.#knows(name) || this.#knows(name.charAt(0));
  }
}
