import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { DiskReading } from '../../adapters/worker/disk-reading.ts';
import { serverId } from '../../vocabulary/ids.ts';
import { EMPTY_UNTRUSTED, TAKEN_BYTES_MAX, type DiskRecords } from '../../vocabulary/taken.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import { judgeDisk } from './disk-memory.ts';
import { Paths } from './paths.ts';
import { makeRoomState, type RoomState } from './room-state.ts';
import { takeEnsemble } from './take-ensemble.ts';

const read = (change: Partial<DiskRecords> = {}): DiskReading => ({
  kind: 'read',
  records: { ...EMPTY_UNTRUSTED, trusted: true, acceptedEpoch: 2, currentEpoch: 2, ...change },
});

const status = (server: string | null) => ({
  ...{ server, frozen: false, diskId: 'd', diskGeneration: 0, diskTrusted: true },
  ...{ lostDisk: false, slowDiskMillis: 0, fullDisk: false, clockPercent: 100 },
});

const session = (id: bigint, here: boolean) => ({
  ...{ id, timeoutMillis: 8_000, here, connection: null, ephemerals: [], fuse: null },
});

/** Three seats; the page sits on 2, 1 is killed, nobody sits on 3. */
function room(): RoomState {
  const address = { room: `room-${String(Math.random())}`, seats: 3, secret: 's', seat: null };
  const state = makeRoomState(address, 'link', new Paths());
  state.seat = 2;
  const [one, two] = [1, 2].map((seat) => state.seats.get(seat)!);
  Object.assign(one!, { up: true, status: status(null) });
  const sessions = [session(0x10n, false), session(0x20n, true), session(0x30n, true)];
  const view = { serverId: serverId(2), sessions } as unknown as ServerView;
  Object.assign(two!, { up: true, status: status('life'), view });
  return state;
}

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
  });
});

describe('a room that is taken into the laboratory', () => {
  test('is its disks, who was up, and the clients that are connected', async () => {
    const state = room();
    state.paths.set(1, 2, { cut: true });
    state.paths.set(2, 3, { held: [3], slowMillis: 40 });
    Object.assign(state.seats.get(2)!.status!, { frozen: true, fullDisk: true });
    const handOver = await takeEnsemble(state, (seat) =>
      Promise.resolve(read({ currentEpoch: seat })),
    );
    expect(handOver).toMatchObject({
      ...{ kind: 'taken', participants: 3, observers: 0, unread: [], sessionsLeft: 1 },
      steps: [
        { kind: 'cut', a: 1, b: 2, silent: false },
        { kind: 'fullDisk', server: 2, on: true },
        { kind: 'cutWay', from: 3, to: 2, on: true },
        { kind: 'slowLink', a: 2, b: 3, millis: 40 },
      ],
      frozen: [2],
    });
    if (handOver.kind !== 'taken') return;
    expect(
      handOver.taken.disks.map(({ server, up, currentEpoch }) => [server, up, currentEpoch]),
    ).toEqual([
      [1, false, 1],
      [2, true, 2],
    ]);
    expect(handOver.taken.sessions).toEqual([
      { session: '0x20', timeoutMillis: 8_000, server: 2 },
      { session: '0x30', timeoutMillis: 8_000, server: 2 },
    ]);
  });

  test('what could not be read but was once there is an empty disk that nobody trusts', async () => {
    const state = room();
    judgeDisk(state.address.room, 3, { diskId: 'met', diskGeneration: 0, diskTrusted: true });
    const asked: number[] = [];
    const handOver = await takeEnsemble(state, (seat) => {
      asked.push(seat);
      return Promise.resolve(seat === 1 ? { kind: 'unreadable' } : read());
    });
    if (handOver.kind !== 'taken') throw new Error(handOver.kind);
    expect(handOver.unread).toEqual([1, 3]);
    expect(handOver.taken.disks.map(({ trusted, up }) => [trusted, up])).toEqual([
      [false, false],
      [true, true],
      [false, false],
    ]);
    // Nobody is waited for twice in vain.
    expect(asked).toEqual([1, 2, 2]);
  });

  test('is no mixture of two epochs: all is read again until none began meanwhile', async () => {
    let looks = 0;
    const ask = (seat: number) => {
      if (seat === 1) looks += 1;
      const late = looks > 2 || (looks === 2 && seat === 2);
      return Promise.resolve(read({ acceptedEpoch: late ? 3 : 2 }));
    };
    const handOver = await takeEnsemble(room(), ask);
    if (handOver.kind !== 'taken') throw new Error(handOver.kind);
    expect(handOver.taken.disks.map(({ acceptedEpoch }) => acceptedEpoch)).toEqual([3, 3]);
    expect(looks).toBe(4);
    let epoch = 2;
    const restless = () => Promise.resolve(read({ acceptedEpoch: (epoch += 1) }));
    expect(await takeEnsemble(room(), restless)).toEqual({ kind: 'unsteady' });
  });

  test('is refused whole above the bound', async () => {
    const bytes = TAKEN_BYTES_MAX + 7;
    const ask = (seat: number) =>
      Promise.resolve<DiskReading>(
        seat === 1 ? { kind: 'tooLarge', bytes } : read({ log: ['AAEC'] }),
      );
    expect(await takeEnsemble(room(), ask)).toEqual({ kind: 'tooLarge', bytes: bytes + 3 });
  });
});
