// A room whose present never moves: the last that a recording knows of it. Nothing can be done to it.

import type { Playground, RoomView } from '../../vocabulary/playground.ts';
import type { CommandResult } from '../../vocabulary/zkcli/outcome.ts';

const nothing = (): void => undefined;
const UNDONE: CommandResult = { outcome: 'failed', name: null, lines: [], exitCode: 1 };

export function recordedPlayground(room: RoomView, inspect: Playground['inspect']): Playground {
  return {
    room: () => room,
    subscribe: (listener) => {
      listener({ kind: 'room', room });
      return nothing;
    },
    run: () => Promise.resolve(UNDONE),
    openSession: () => Promise.reject(new RangeError('a recording has no clients')),
    closeSession: () => Promise.resolve(),
    ...{ inspect, step: nothing, follow: nothing, letGo: nothing, watchTree: nothing },
    ...{ openAnother: nothing, openNewRoom: nothing, openSeat: nothing },
  };
}
