import { describe, expect, it } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import type { RoomView } from '../../vocabulary/playground.ts';
import { treeServer } from './trees.ts';

const [one, two, three] = [serverId(1), serverId(2), serverId(3)];

const room = (seat: typeof one | null, leader: typeof one | null) => ({
  seat,
  quorum: { have: 0, need: 2, serving: false, leader, epoch: 0 },
  servers: [one, two, three].map((id) => ({ serverId: id })) as unknown as RoomView['servers'],
  sessions: [] as RoomView['sessions'],
});
/** Its watches are set there. */
const client = [{ number: 1, attachedTo: three }] as unknown as RoomView['sessions'];

describe('whose tree is shown, completed and tapped', () => {
  it.each([
    ['the chosen one', three, room(two, one), three],
    ['the page’s own', null, room(two, one), two],
    [
      'that of the client’s server, where nobody sits',
      null,
      { ...room(null, two), sessions: client },
      three,
    ],
    ['the leader, where nobody sits', null, room(null, two), two],
    ['the first, where nobody leads', null, room(null, null), one],
    ['nobody, where there is none', null, { ...room(null, null), servers: [] }, null],
  ])('%s', (_name, chosen, of, expected) => {
    expect(treeServer(chosen, of)).toBe(expected);
  });
});
