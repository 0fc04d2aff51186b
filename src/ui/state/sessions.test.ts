import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { RoomView } from '../../vocabulary/playground.ts';
import { FUSE_PARTS, type RoleView } from '../../vocabulary/view.ts';
import { fusesOf, MARKS, sessionFace } from './sessions.ts';

const server = (id: number, role: RoleView, fuse: number | null, killed = false) => ({
  ...{ serverId: serverId(id), present: true, killed },
  server: { role, sessions: [{ id: 5n, timeoutMillis: 8_000, fuse }] },
});
const roomOf = (...servers: readonly ReturnType<typeof server>[]): RoomView =>
  ({ servers }) as unknown as RoomView;

describe('the fuse of a session', () => {
  it('is what the leader says', () => {
    const fuses = fusesOf(roomOf(server(1, 'following', null), server(2, 'leading', 2)));
    expect(fuses.get(5n)).toEqual({ left: 2 / FUSE_PARTS, leftMillis: 2_000 });
  });

  it('is nobody’s where nobody leads, or the leader is killed', () => {
    expect(fusesOf(roomOf(server(1, 'looking', 4))).size).toBe(0);
    expect(fusesOf(roomOf(server(1, 'leading', 4, true))).size).toBe(0);
  });
});

describe('a session’s face', () => {
  it('names this page’s sessions, others by their ids, and marks neighbours apart', () => {
    const known = {
      sessions: [{ number: 2, sessionId: 0x100n }] as unknown as RoomView['sessions'],
      outside: [{ session: 0x200n, name: 'ab12' }] as never,
    };
    expect(sessionFace(0x100n, known).name).toContain('2');
    expect(sessionFace(0x200n, known).name).toContain('ab12');
    expect(sessionFace(0xabcdefn, known).name).toMatch(/^#[0-9a-f]{4}$/);
    const marks = [0x300n, 0x301n, 0x302n, 0x303n].map((id) => sessionFace(id, known).mark);
    expect(new Set(marks).size).toBe(MARKS.length);
    const firsts = [1n, 2n, 3n].map((server) => sessionFace(server << 56n, known).mark);
    expect(new Set(firsts).size).toBe(3);
  });
});
