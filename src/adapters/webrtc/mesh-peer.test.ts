import { expect, test } from 'vitest';

import type { LineMessage, RefusalReason } from './line-message.ts';
import { contend, contendAgain, newMeshPeer, refuseContenders, replaces } from './mesh-peer.ts';
import type { PeerLine } from './peer-line.ts';

interface Faked {
  readonly line: PeerLine;
  readonly said: (LineMessage | RefusalReason | 'admitted')[];
}

/** What a mesh's peer asks of a line. */
function lineOf(
  page: string,
  more: Partial<Pick<PeerLine, 'dialled' | 'dial' | 'seat'>> = {},
): Faked {
  const said: Faked['said'] = [];
  const line = {
    ...{ theirs: { page }, dialled: false, dial: 1, seat: 2, ...more },
    admit: () => said.push('admitted'),
    refuse: (reason: RefusalReason) => said.push(reason),
    send: (message: LineMessage) => said.push(message),
  };
  return { line: line as unknown as PeerLine, said };
}

function standing() {
  const peer = newMeshPeer(2);
  const first = lineOf('first');
  peer.line = first.line;
  peer.up = true;
  return { peer, first };
}

test('where nobody stands a line is admitted', () => {
  const peer = newMeshPeer(2);
  const { line, said } = lineOf('any');
  contend(peer, line);
  expect(said).toEqual(['admitted']);
});

test('another line of the page that stands is admitted', () => {
  const { peer } = standing();
  const { line, said } = lineOf('first');
  contend(peer, line);
  expect(said).toEqual(['admitted']);
});

test('another page waits until the one that stands has answered, and is refused', () => {
  const { peer, first } = standing();
  const { line, said } = lineOf('second');
  contend(peer, line);
  expect(first.said).toEqual([{ kind: 'probe', ticket: 1 }]);
  expect(said).toEqual([]);
  refuseContenders(peer, 1);
  expect(said).toEqual(['seatHeld']);
  expect(peer.contenders.size).toBe(0);
});

test('an answer to an earlier question says nothing of a later one', () => {
  const { peer } = standing();
  const [early, late] = [lineOf('second'), lineOf('third')];
  contend(peer, early.line);
  contend(peer, late.line);
  refuseContenders(peer, 1);
  expect([early.said, late.said]).toEqual([['seatHeld'], []]);
});

test('whose seat was left without a word is admitted', () => {
  const { peer } = standing();
  const { line, said } = lineOf('second');
  contend(peer, line);
  peer.up = false;
  contendAgain(peer);
  expect(said).toEqual(['admitted']);
});

test('where the line that stands is a newer one, it is asked again', () => {
  const { peer } = standing();
  const { line, said } = lineOf('second');
  contend(peer, line);
  const newer = lineOf('first', { dial: 2 });
  peer.line = newer.line;
  contendAgain(peer);
  expect(newer.said).toEqual([{ kind: 'probe', ticket: 2 }]);
  refuseContenders(peer, 2);
  expect(said).toEqual(['seatHeld']);
});

test('of one page the later dial stays; where both dialled, that of the higher seat', () => {
  const { peer, first } = standing();
  expect(replaces(lineOf('first', { dial: 2 }).line, peer, 1)).toBe(true);
  expect(replaces(lineOf('first', { dial: 0 }).line, peer, 1)).toBe(false);
  const mine = lineOf('first', { dialled: true });
  expect(replaces(mine.line, peer, 3)).toBe(true);
  expect(replaces(mine.line, peer, 1)).toBe(false);
  expect(first.said).toEqual([]);
});

test('another page takes the place of a line that is silent, not of one that speaks', () => {
  const { peer } = standing();
  expect(replaces(lineOf('second').line, peer, 1)).toBe(false);
  peer.up = false;
  expect(replaces(lineOf('second').line, peer, 1)).toBe(true);
});
