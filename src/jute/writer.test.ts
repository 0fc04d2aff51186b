import { expect, test } from 'vitest';

import { makeWriter, writeByte, writeRaw, written } from './writer.ts';

test('a byte that makes the buffer grow is written into the new buffer', () => {
  for (const full of [127, 1023, 1024, 2048, 4096]) {
    const writer = makeWriter(64);
    writeRaw(writer, new Uint8Array(full).fill(1));
    for (let more = 0; more < 4; more += 1) writeByte(writer, 2);
    const bytes = written(writer);
    expect(bytes).toHaveLength(full + 4);
    expect([...bytes.slice(full)]).toEqual([2, 2, 2, 2]);
  }
});
