import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { LineConnection } from '../webrtc/line-connection.ts';
import type { Lives } from './lives.ts';
import { BUFFERED_BYTES_MAX, LocalChannel, UNREAD_MILLIS_MAX } from './local-channel.ts';
import { ANSWER_MILLIS_MAX } from './local-connection.ts';
import { Meeting } from './meeting.ts';

/** Of all that is said in this browser: what never arrives. */
let loses: (frame: unknown) => boolean;
const open = new Set<FakeBroadcast>();

class FakeBroadcast {
  readonly name: string;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(name: string) {
    this.name = name;
    open.add(this);
  }

  postMessage(frame: unknown): void {
    if (loses(frame)) return;
    const heard = [...open].filter((other) => other !== this && other.name === this.name);
    for (const other of heard) {
      setTimeout(() => {
        if (open.has(other)) other.onmessage?.({ data: structuredClone(frame) });
      }, 1);
    }
  }

  close(): void {
    open.delete(this);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('BroadcastChannel', FakeBroadcast);
  loses = () => false;
});
afterEach(() => {
  open.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (millis = 5): Promise<unknown> => vi.advanceTimersByTimeAsync(millis);

function heardBy(channel: LocalChannel): string[] {
  const heard: string[] = [];
  channel.onopen = () => heard.push('open');
  channel.onclose = () => heard.push('close');
  channel.onbufferedamountlow = () => heard.push('low');
  channel.onmessage = ({ data }) => {
    heard.push(typeof data === 'string' ? data : `${String((data as ArrayBuffer).byteLength)} B`);
  };
  return heard;
}

async function pair() {
  const end = { name: 'line', label: 'quorum/1' };
  const one = new LocalChannel({ ...end, side: 'dialler' });
  const heardOne = heardBy(one);
  await pass();
  const two = new LocalChannel({ ...end, side: 'acceptor' });
  const heardTwo = heardBy(two);
  return { one, two, heardOne, heardTwo };
}

describe('a channel within one browser', () => {
  test('is open when both ends listen, whoever came first, and carries frames whole and in order', async () => {
    const { one, two, heardOne, heardTwo } = await pair();
    expect(() => {
      one.send('too early');
    }).toThrow('not open');
    await pass();
    one.send('a');
    one.send(new Uint8Array(100).subarray(10, 30));
    two.send('b');
    await pass();
    expect(heardTwo).toEqual(['open', 'a', '20 B']);
    expect(heardOne).toEqual(['open', 'b']);
  });

  test('counts what is not read, and says when that is little', async () => {
    const { one, heardOne } = await pair();
    await pass();
    one.bufferedAmountLowThreshold = 1_000;
    one.send(new Uint8Array(20_000));
    one.send(new Uint8Array(500));
    expect(one.bufferedAmount).toBe(20_500);
    await pass();
    expect(one.bufferedAmount).toBe(500);
    expect(heardOne).toEqual(['open', 'low']);
    await pass(30);
    expect(one.bufferedAmount).toBe(0);
    expect(heardOne).toEqual(['open', 'low']);
  });

  test('refuses more than its bound', async () => {
    const { one } = await pair();
    await pass();
    one.send(new Uint8Array(BUFFERED_BYTES_MAX));
    expect(() => {
      one.send('x');
    }).toThrow('too much waits');
  });

  test('ends at both ends when one closes it, once', async () => {
    const { one, two, heardOne, heardTwo } = await pair();
    await pass();
    one.send('last words');
    one.close();
    one.close();
    await pass();
    expect(heardTwo).toEqual(['open', 'last words', 'close']);
    expect(heardOne).toEqual(['open', 'close']);
    expect([one.readyState, two.readyState, open.size]).toEqual(['closed', 'closed', 0]);
  });

  test('ends where a frame is missing', async () => {
    const { one, heardOne, heardTwo } = await pair();
    await pass();
    loses = (frame) => (frame as { data?: unknown }).data === 'b';
    for (const text of ['a', 'b', 'c', 'd']) one.send(text);
    await pass();
    expect(heardTwo).toEqual(['open', 'a', 'close']);
    expect(heardOne).toEqual(['open', 'close']);
  });

  test('ends when nobody reads for too long: nothing waits for ever', async () => {
    const { one, two, heardOne } = await pair();
    await pass();
    loses = (frame) => (frame as { kind?: unknown }).kind === 'read';
    one.send('a');
    await pass(UNREAD_MILLIS_MAX + 100);
    expect(heardOne).toEqual(['open', 'close']);
    expect(two.readyState).toBe('closed');
  });

  test('is given to a worker by its name, before it has begun', async () => {
    const given = new LocalChannel({ name: 'line', label: 'quorum/1', side: 'acceptor' });
    const heardGiven = heardBy(given);
    const end = given.leave();
    const one = new LocalChannel({ ...end, side: 'dialler' });
    const two = new LocalChannel(end);
    const heardTwo = heardBy(two);
    await pass();
    one.send('a');
    await pass();
    expect(heardTwo).toEqual(['open', 'a']);
    expect(heardGiven).toEqual([]);
    expect(() => two.leave()).toThrow('it has begun');
  });
});

/** Two tabs of one browser; `die` ends the second as a crash would. */
function tabs() {
  const watchers: (() => void)[] = [];
  const lives: Lives = {
    own: 'a-life',
    watch: (_life, onGone) => {
      watchers.push(onGone);
      return () => undefined;
    },
    end: () => undefined,
  };
  const accepted: LineConnection[] = [];
  const one = new Meeting('seat-1', lives, () => undefined);
  const two = new Meeting('seat-2', lives, (connection) => accepted.push(connection));
  return {
    ...{ one, two, accepted },
    die: () => {
      for (const onGone of watchers) onGone();
    },
  };
}

function listen(connection: LineConnection): string[] {
  const heard: string[] = [];
  connection.hear({
    onOpen: () => heard.push('open'),
    onData: (data) => heard.push(String(data)),
    onChannel: (channel) => {
      heard.push(channel.label);
      channel.onmessage = ({ data }: MessageEvent<unknown>) => heard.push(`on it: ${String(data)}`);
    },
    onClosed: (reason) => heard.push(reason),
  });
  return heard;
}

describe('tabs of one browser', () => {
  const met = async () => {
    const room = tabs();
    const dialled = room.one.dial('seat-2');
    const heardOne = listen(dialled);
    await pass(2);
    const [accepted] = room.accepted;
    if (accepted === undefined) throw new Error('nobody was dialled');
    const heardTwo = listen(accepted);
    await pass();
    return { ...room, dialled, accepted, heardOne, heardTwo };
  };

  test('find each other by their seats, and say what a proof can be bound to', async () => {
    const { dialled, accepted, heardOne, heardTwo } = await met();
    expect([heardOne, heardTwo]).toEqual([['open'], ['open']]);
    expect([dialled.peer, accepted.peer]).toEqual(['seat-2', 'seat-1']);
    dialled.send('{"kind":"beat"}');
    await pass();
    expect(heardTwo).toEqual(['open', '{"kind":"beat"}']);
    const [mine, theirs] = [dialled.binding(), accepted.binding()];
    expect(mine).toEqual({ own: theirs?.other, other: theirs?.own });
    expect(mine?.own).not.toBe(mine?.other);
  });

  test('open channels beside the line, each with both of its ends', async () => {
    const { dialled, heardTwo } = await met();
    const channel = dialled.openChannel('quorum/page/1');
    const other = dialled.openChannel('trace/page/2');
    await pass();
    channel?.send('a');
    other?.send('b');
    await pass();
    expect(heardTwo).toEqual(['open', 'quorum/page/1', 'trace/page/2', 'on it: a', 'on it: b']);
  });

  test('lose all of it when one is no more', async () => {
    const { dialled, heardOne, heardTwo, die } = await met();
    const channel = dialled.openChannel('quorum/page/1');
    await pass();
    die();
    await pass();
    expect(heardOne.at(-1)).toBe('the page is no more');
    expect(heardTwo.at(-1)).toBe('the page is no more');
    expect(channel?.readyState).toBe('closed');
    expect(dialled.openChannel('quorum/page/2')).toBeNull();
    dialled.send('to nobody');
  });

  test('give up a seat where nobody answers', async () => {
    const { one } = tabs();
    const heard = listen(one.dial('seat-3'));
    await pass(ANSWER_MILLIS_MAX + 10);
    expect(heard).toEqual(['nobody answers']);
  });
});
