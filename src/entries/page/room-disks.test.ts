import { beforeEach, expect, test, vi } from 'vitest';

import type { LineMessage, TabStatus } from '../../adapters/webrtc/line-message.ts';
import type { ToWorker } from '../../adapters/worker/messages.ts';
import type { KnownDisk, LostDisk } from '../../vocabulary/known-disk.ts';
import { judgeDisk, learnDisk } from './disk-memory.ts';
import { Paths } from './paths.ts';
import { RoomDisks } from './room-disks.ts';
import { makeRoomState } from './room-state.ts';

/** Full: every page keeps what it has met to itself. */
const fullStorage = {
  getItem: () => null,
  setItem: () => {
    throw new Error('QuotaExceededError');
  },
  removeItem: () => undefined,
};

const statusOf = (diskId: string, diskGeneration: number, diskTrusted = true): TabStatus => ({
  ...{
    server: 'life',
    frozen: false,
    lostDisk: false,
    slowDiskMillis: 0,
    fullDisk: false,
    clockPercent: 100,
  },
  ...{ diskId, diskGeneration, diskTrusted },
});

interface Page {
  readonly disks: RoomDisks;
  readonly room: string;
  readonly state: ReturnType<typeof makeRoomState>;
  readonly posted: ToWorker[];
  readonly suspected: LostDisk[];
  status: TabStatus;
}

interface World {
  readonly pages: ReadonlyMap<number, Page>;
  readonly sent: { readonly from: number; readonly to: number; readonly message: LineMessage }[];
  /** All that was sent, and what comes of it, arrives. How many messages that were. */
  readonly settle: () => number;
}

let worlds = 0;
const MESSAGES_MAX = 1_000;

/** Pages with lines between those pairs, each with a server whose disk remembers at once. */
const makeWorld = (seats: number, isLinked: (a: number, b: number) => boolean): World => {
  worlds += 1;
  const world = `world-${String(worlds)}`;
  const sent: World['sent'] = [];
  const pages = new Map<number, Page>();
  for (let seat = 1; seat <= seats; seat += 1) {
    const upSeats = () =>
      [...pages.keys()].filter((other) => other !== seat && isLinked(seat, other));
    const send = (to: number, message: LineMessage) => {
      if (upSeats().includes(to)) sent.push({ from: seat, to, message });
    };
    // Another name for each, since one process remembers for them all.
    const room = `${world}-${String(seat)}`;
    const state = makeRoomState({ room, seats, key: 'key' } as never, '', new Paths());
    const page: Page = {
      ...{ room, state, posted: [], suspected: [], status: statusOf(`disk ${String(seat)}`, 0) },
      disks: new RoomDisks({
        ...{ state, seat },
        mesh: () => ({
          ...{ send, upSeats },
          broadcast: (message) => {
            for (const to of upSeats()) send(to, message);
          },
        }),
        server: () => ({
          ...{ runs: true, status: page.status },
          post: (message) => {
            page.posted.push(message);
            if (message.kind === 'rememberDisks') page.disks.stored(message.ticket);
          },
          beSuspect: (lost) => {
            page.suspected.push(lost);
          },
        }),
      }),
    };
    pages.set(seat, page);
  }
  const settle = () => {
    let count = 0;
    for (let next = sent.shift(); next !== undefined; next = sent.shift()) {
      count += 1;
      expect(count).toBeLessThan(MESSAGES_MAX);
      const { message } = next;
      if (message.kind !== 'successor' && message.kind !== 'successorKnown') continue;
      pages.get(next.to)?.disks.hear(next.from, message);
    }
    return count;
  };
  return { pages, sent, settle };
};

const SUCCESSOR: KnownDisk = { seat: 1, diskId: 'successor', generation: 1 };
const isTrusted = ({ posted }: Page): boolean => posted.some(({ kind }) => kind === 'trustKnown');
const remembers = ({ posted }: Page): boolean =>
  posted.some((message) => message.kind === 'rememberDisks' && message.ticket > 0);

beforeEach(() => {
  vi.stubGlobal('localStorage', fullStorage);
  vi.stubGlobal('sessionStorage', fullStorage);
});

test('voters without a line to the suspect are asked, and answer, through who has one', () => {
  // Only the leader, 3, is linked to all.
  const { pages, settle } = makeWorld(5, (a, b) => a === 3 || b === 3);
  pages.get(1)!.disks.wantsTrust(SUCCESSOR);
  settle();
  expect(isTrusted(pages.get(1)!)).toBe(true);
  expect([2, 3, 4, 5].map((seat) => remembers(pages.get(seat)!))).toEqual(Array(4).fill(true));
});

test('one voter that is reached in every way is one: too few stay too few', () => {
  const { pages, settle } = makeWorld(5, () => true);
  // They have lost their own disks: what they remember is no promise.
  for (const seat of [4, 5]) pages.get(seat)!.status = statusOf('new', 1, false);
  pages.get(1)!.disks.wantsTrust(SUCCESSOR);
  settle();
  expect([2, 3, 4, 5].map((seat) => remembers(pages.get(seat)!))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(isTrusted(pages.get(1)!)).toBe(false);
  pages.get(5)!.status = statusOf('new', 1);
  pages.get(1)!.disks.tick(Infinity);
  settle();
  expect(isTrusted(pages.get(1)!)).toBe(true);
});

test('nothing goes round: each asks once for a suspect, and each answers once for each who asked', () => {
  const { pages, settle } = makeWorld(5, () => true);
  for (const seat of [3, 4, 5]) pages.get(seat)!.status = statusOf('new', 1, false);
  pages.get(1)!.disks.wantsTrust(SUCCESSOR);
  // 4 are asked, each asks 3 more; 2 answers to 1 itself, and to 3 others who pass it on.
  expect(settle()).toBe(4 + 4 * 3 + 1 + 3 * 2);
  expect(isTrusted(pages.get(1)!)).toBe(false);
});

test('what is learned of a disk is judged at once: whoever was taken for its owner hears it', () => {
  const { pages, sent } = makeWorld(3, () => true);
  const { disks, state, room } = pages.get(2)!;
  Object.assign(state.seats.get(1)!, { up: true, status: statusOf('old', 0) });
  const met = { diskId: 'old', diskGeneration: 0, diskTrusted: true };
  expect(judgeDisk(room, 1, met).kind).toBe('known');
  disks.hear(3, { kind: 'disks', disks: [SUCCESSOR] });
  const lost = { diskId: 'successor', generation: 1 };
  expect(sent).toContainEqual({ from: 2, to: 1, message: { kind: 'amnesia', lost } });
});

test('what is learned of the own seat’s disk makes the own server a suspect', () => {
  const { pages } = makeWorld(3, () => true);
  const { disks, suspected } = pages.get(1)!;
  disks.hear(3, { kind: 'disks', disks: [SUCCESSOR] });
  expect(suspected).toEqual([SUCCESSOR]);
});

test.each([
  ['a later one', 2],
  ['another of its generation', 1],
])('a disk that is not the one known here, which is %s, gets no promise', (_which, generation) => {
  const { pages, settle } = makeWorld(3, () => true);
  const { room } = pages.get(2)!;
  learnDisk(room, { seat: 1, diskId: 'known', generation });
  pages.get(1)!.disks.wantsTrust(SUCCESSOR);
  settle();
  expect([2, 3].map((seat) => remembers(pages.get(seat)!))).toEqual([false, true]);
  expect(isTrusted(pages.get(1)!)).toBe(false);
});
