import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { causalityOf } from './causality.ts';
import { nextEvent } from './walk.ts';

const at = (server: number, atMillis: number): Traced => ({
  ...{ server: serverId(server), sequence: atMillis, atMillis },
  event: { kind: 'quorumChecked', have: 2, need: 2, servers: [] },
});
/** Server 1 at 0, 20, 40; server 2 at 10, 30. */
const causality = causalityOf([at(1, 0), at(2, 10), at(1, 20), at(2, 30), at(1, 40)]);
const positions = causality.events.map(({ atMillis }) => atMillis);
const ALL = [0, 1, 2, 3, 4];
const next = (candidates: number[], chosen: number, direction: Parameters<typeof nextEvent>[4]) =>
  nextEvent(causality, positions, candidates, chosen, direction);

describe('walking the diagram', () => {
  it.each([
    ['with nothing chosen, to the newest', ALL, -1, 'later', 4],
    ['later along the same server', ALL, 0, 'later', 2],
    ['earlier along the same server', ALL, 4, 'earlier', 2],
    ['not past the newest', ALL, 4, 'later', -1],
    ['down to the nearest of the next server', ALL, 4, 'down', 3],
    ['up to the nearest of the server before', ALL, 1, 'up', 0],
    ['not above the first server', ALL, 2, 'up', -1],
    ['only to what is searched for', [0, 4], 0, 'later', 4],
    ['from what is not among the found', [0, 4], 2, 'earlier', 0],
    ['nowhere when nothing is found', [], -1, 'earlier', -1],
  ] as const)('goes %s', (_title, candidates, chosen, direction, index) => {
    expect(next([...candidates], chosen, direction)).toBe(index);
  });
});
