// A laboratory's world that goes on from a live room: asks for it, opens it, and says what of the room is
// not in it. Where there is none to be had it is the usual world, and why is said.

import type { RoomProblem } from '../../vocabulary/playground.ts';
import { TAKEN_BYTES_MAX } from '../../vocabulary/taken.ts';
import { receiveRoom, type Handed } from './hand-over.ts';
import type { LabPlayground } from './lab.ts';
import type { LabLink } from './mode.ts';

type Laboratory = Pick<LabPlayground, 'say' | 'open' | 'act' | 'begin'>;

export async function beginTaken(
  lab: Laboratory,
  { options }: LabLink,
  token: string,
  receive: (token: string) => Promise<Handed> = receiveRoom,
): Promise<void> {
  lab.say([{ kind: 'taking' }]);
  const handed = await receive(token);
  lab.say(notesOn(handed));
  if (handed.kind === 'taken') {
    const { participants, observers, taken, steps } = handed;
    lab.open({ seed: options.seed, participants, observers, taken });
    for (const step of steps) lab.act(step);
  } else lab.open(options);
  lab.begin();
  if (handed.kind !== 'taken') return;
  for (const server of handed.frozen) lab.act({ kind: 'freeze', server, on: true });
}

function notesOn(handed: Handed): readonly RoomProblem[] {
  switch (handed.kind) {
    case 'taken': {
      const { unread: servers, sessionsLeft: count } = handed;
      return [
        ...(servers.length === 0 ? [] : [{ kind: 'takenUnread', servers } as const]),
        ...(count === 0 ? [] : [{ kind: 'takenSessions', count } as const]),
      ];
    }
    case 'tooLarge':
      return [{ kind: 'takenTooLarge', bytes: handed.bytes, most: TAKEN_BYTES_MAX }];
    case 'unsteady':
      return [{ kind: 'takenUnsteady' }];
    case 'noSeat':
    case 'unanswered':
      return [{ kind: 'takenUnanswered' }];
  }
}
