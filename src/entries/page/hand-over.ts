// From a room's page to the laboratory's, which a link opens in a tab of its own: leaving the room would
// end this tab's server. The link names the room's page; the laboratory asks it, within this browser, and
// keeps what it got, so that a reload is the same world even when the room is gone.

import { readOptions } from '../../vocabulary/steps.ts';
import { keep } from './storage.ts';
import type { HandOver } from './take-ensemble.ts';

/** What a laboratory may get in the place of a room: nobody answered. */
export type Handed = HandOver | { readonly kind: 'unanswered' };

type Word =
  | { readonly kind: 'take' }
  /** Somebody is there: what was asked for comes. */
  | { readonly kind: 'comes' }
  | { readonly kind: 'here'; readonly handOver: HandOver };

const PRESENT_MILLIS_MAX = 3_000;
const HAND_OVER_MILLIS_MAX = 60_000;

/** Names one page of a room; only its own browser's pages can use the name. */
export const newToken = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

const channelOf = (token: string): BroadcastChannel =>
  new BroadcastChannel(`tabkeeper/take/${token}`);
const keyOf = (token: string): string => `tabkeeper/taken/${token}`;

/** The room's side, as long as its page lives. `take` is asked anew each time. */
export function offerRoom(token: string, take: () => Promise<HandOver>): void {
  const channel = channelOf(token);
  const say = (word: Word): void => {
    channel.postMessage(word);
  };
  channel.onmessage = ({ data }: MessageEvent<Word>) => {
    if (data.kind !== 'take') return;
    say({ kind: 'comes' });
    void take().then((handOver) => {
      say({ kind: 'here', handOver });
    });
  };
}

/** The laboratory's side. */
export async function receiveRoom(token: string): Promise<Handed> {
  try {
    const kept = read(sessionStorage.getItem(keyOf(token)));
    if (kept !== null) return kept;
    const handed = await ask(token);
    if (handed.kind === 'taken') keep(sessionStorage, keyOf(token), JSON.stringify(handed));
    return handed;
  } catch {
    // A browser that keeps nothing for this page lets it speak to no other either: no room is there.
    return { kind: 'unanswered' };
  }
}

function ask(token: string): Promise<Handed> {
  const channel = channelOf(token);
  return new Promise((resolve) => {
    const end = (handed: Handed): void => {
      clearTimeout(timer);
      channel.close();
      resolve(handed);
    };
    const wait = (millis: number): ReturnType<typeof setTimeout> =>
      setTimeout(() => {
        end({ kind: 'unanswered' });
      }, millis);
    let timer = wait(PRESENT_MILLIS_MAX);
    channel.onmessage = ({ data }: MessageEvent<Word>) => {
      if (data.kind === 'here') end(data.handOver);
      if (data.kind !== 'comes') return;
      clearTimeout(timer);
      timer = wait(HAND_OVER_MILLIS_MAX);
    };
    channel.postMessage({ kind: 'take' } satisfies Word);
  });
}

/** Null for what this page has not kept so. */
function read(text: string | null): HandOver | null {
  if (text === null) return null;
  try {
    const handed = JSON.parse(text) as HandOver & { readonly kind: 'taken' };
    const { participants, observers, taken } = handed;
    return readOptions({ seed: 0, participants, observers, taken }) === null ? null : handed;
  } catch {
    return null;
  }
}
