import { expect, test } from 'vitest';

import type { RoomState } from './room-state.ts';
import { countUnreadable } from './unreadable.ts';

test('a page that sends what cannot be read is named once, with a count', () => {
  const state = { problems: [{ kind: 'noSignalling' }] } as unknown as RoomState;
  for (const seat of [3, 2, 3, 3]) countUnreadable(state, seat);
  expect(state.problems).toEqual([
    { kind: 'noSignalling' },
    {
      kind: 'unreadable',
      pages: [
        { seat: 2, times: 1 },
        { seat: 3, times: 3 },
      ],
    },
  ]);
});
