import { expect, test } from 'vitest';

import type { DiskOutput } from '../../vocabulary/boundary.ts';
import { ticket } from '../../vocabulary/ids.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { AwaitedDisk } from './awaited-disk.ts';

const epochs = (number: number, trusted: boolean): DiskOutput => ({
  ...{ kind: 'saveEpochs', ticket: ticket(number), acceptedEpoch: 1, currentEpoch: 1 },
  trusted,
});
const append = (number: number): DiskOutput => ({
  ...{ kind: 'append', ticket: ticket(number), entries: [] },
});

const makeDisk = (trusted: boolean) => {
  const written: string[] = [];
  let asked = 0;
  const below = {
    write: (output: DiskOutput, done: (failure: string | null) => void) => {
      written.push(`${output.kind} ${String(output.ticket)}`);
      done(null);
    },
  };
  const disk = new AwaitedDisk(below, trusted, () => {
    asked += 1;
  });
  return { disk, written, asked: () => asked };
};

test('a suspect’s trust waits until others know its disk, and nothing may come behind it', () => {
  const { disk, written, asked } = makeDisk(false);
  const answered: number[] = [];
  disk.write(epochs(1, false), () => answered.push(1));
  disk.write(epochs(2, true), () => answered.push(2));
  expect(() => {
    disk.write(append(3), () => answered.push(3));
  }).toThrow(/while its trust waits/);
  expect(written).toEqual(['saveEpochs 1']);
  expect(asked()).toBe(1);
  disk.allow();
  expect(written).toEqual(['saveEpochs 1', 'saveEpochs 2']);
  expect(answered).toEqual([1, 2]);
  // From now on it is as any other.
  disk.write(append(3), () => answered.push(3));
  disk.write(epochs(4, true), () => answered.push(4));
  expect(asked()).toBe(1);
  expect(answered).toEqual([1, 2, 3, 4]);
});

test('a snapshot that was begun before goes on, piece by piece, while the trust waits', () => {
  const { disk, written } = makeDisk(false);
  const piece = (number: number, isLast: boolean): DiskOutput => ({
    ...{ kind: 'snapshotPiece', ticket: ticket(number), zxid: makeZxid(1, 9) },
    ...{ offset: number, bytes: new Uint8Array(1), isLast },
  });
  disk.write(piece(0, false), () => undefined);
  disk.write(epochs(1, true), () => undefined);
  disk.write(piece(2, false), () => undefined);
  disk.write(piece(3, true), () => undefined);
  expect(written).toEqual(['snapshotPiece 0', 'snapshotPiece 2', 'snapshotPiece 3']);
  disk.allow();
  expect(written.at(-1)).toBe('saveEpochs 1');
});

test('who was never a suspect asks nobody', () => {
  const { disk, written, asked } = makeDisk(true);
  disk.write(epochs(1, true), () => undefined);
  disk.allow();
  expect(written).toEqual(['saveEpochs 1']);
  expect(asked()).toBe(0);
});
