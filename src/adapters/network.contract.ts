// What every network owes the engine, as one list of cases that runs on the virtual, the TCP and the
// WebRTC adapter, each in its own habitat. A case throws when its rule is broken. It knows no test
// library, so that it can also run inside a page.

import type { Network, NetworkEvent } from '../host/ports.ts';
import type { LinkPurpose } from '../vocabulary/boundary.ts';
import { serverId, type LinkId, type ServerId } from '../vocabulary/ids.ts';

/** One server's end of a network, with all the events it has been given, in order. */
export interface ContractEnd {
  readonly serverId: ServerId;
  readonly network: Network;
  readonly events: readonly NetworkEvent[];
}

/** Two servers that can reach each other. `low` has the smaller id. */
export interface ContractPair {
  readonly low: ContractEnd;
  readonly high: ContractEnd;
  /** Lets a little time pass. */
  readonly advance: () => Promise<void>;
  /** Ends the server of `high` as a crash would. */
  readonly crashHigh: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ContractCase {
  /** The rule. */
  readonly title: string;
  readonly run: () => Promise<void>;
}

type Body = (pair: ContractPair) => Promise<void>;

export function networkContract(
  name: string,
  makePair: () => Promise<ContractPair>,
): readonly ContractCase[] {
  return CASES.map(([rule, body]) => ({
    title: `${name}: ${rule}`,
    run: async () => {
      const pair = await makePair();
      try {
        await body(pair);
      } finally {
        await pair.close();
      }
    },
  }));
}

const CASES: readonly (readonly [string, Body])[] = [
  ['a dialled quorum link comes up at both ends', quorumLinkUp],
  ['bytes arrive whole and in order, both ways', bytesInOrder],
  ['bytes of one link never show up on another', linksAreApart],
  ['a closed link goes down once at both ends, and nothing comes after', closedOnce],
  ['a send on a link that is down is ignored', sendToDeadLink],
  ['a link after a closed one has a number of its own', newIncarnation],
  ['the lower server can open the one election link', (pair) => electionLink(pair, 'low')],
  ['the higher server can open the one election link', (pair) => electionLink(pair, 'high')],
  ['both dial an election link at once, and one stays', electionGlare],
  ['a dead peer is seen, and a dial to it fails', deadPeer],
  ['a dial to a server that is not there fails', dialNobody],
  ['a server cannot dial itself', dialItself],
];

const STEPS_MAX = 4_000;

async function quorumLinkUp(pair: ContractPair): Promise<void> {
  const { low, high } = await quorumLink(pair);
  expect(low.dialled && low.peer === pair.high.serverId, 'the dialler knows whom it dialled');
  expect(!high.dialled, 'the other end was dialled');
  expect(high.peer === null || high.peer === pair.low.serverId, 'the other end names nobody else');
}

async function bytesInOrder(pair: ContractPair): Promise<void> {
  const { low, high } = await quorumLink(pair);
  const sent = Array.from({ length: 60 }, (_, index) => pattern(index * 997, index));
  for (const piece of sent) {
    pair.low.network.send(low.link, piece);
    pair.high.network.send(high.link, piece);
  }
  const length = sent.reduce((sum, piece) => sum + piece.length, 0);
  await until(pair, 'all bytes', () => receivedBytes(pair.low, low.link) >= length);
  await until(pair, 'all bytes', () => receivedBytes(pair.high, high.link) >= length);
  const whole = joined(sent);
  expect(same(received(pair.low, low.link), whole), 'what was sent arrived at the dialler');
  expect(same(received(pair.high, high.link), whole), 'what was sent arrived at the other');
  await until(pair, 'nothing buffered', () => pair.low.network.bufferedBytes(low.link) === 0);
}

async function linksAreApart(pair: ContractPair): Promise<void> {
  const first = await quorumLink(pair);
  await openElection(pair, 'low');
  const election = present(liveLinks(pair.low, 'election')[0], 'an election link');
  pair.low.network.send(first.low.link, pattern(500, 1));
  pair.low.network.send(election.link, pattern(700, 2));
  const atHigh = present(liveLinks(pair.high, 'election')[0], 'its other end');
  await until(pair, 'quorum bytes', () => receivedBytes(pair.high, first.high.link) === 500);
  await until(pair, 'election bytes', () => receivedBytes(pair.high, atHigh.link) === 700);
  expect(same(received(pair.high, first.high.link), pattern(500, 1)), 'the quorum bytes');
  expect(same(received(pair.high, atHigh.link), pattern(700, 2)), 'the election bytes');
}

async function closedOnce(pair: ContractPair): Promise<void> {
  const { low, high } = await quorumLink(pair);
  pair.low.network.send(low.link, pattern(100, 1));
  pair.low.network.close(low.link, 'enough');
  await until(pair, 'linkDown here', () => isDown(pair.low, low.link));
  await until(pair, 'linkDown there', () => isDown(pair.high, high.link));
  pair.low.network.close(low.link, 'again');
  for (let step = 0; step < 20; step += 1) await pair.advance();
  for (const [end, link] of [[pair.low, low.link] as const, [pair.high, high.link] as const]) {
    const about = end.events.filter((event) => 'link' in event && event.link === link);
    expect(about.filter(({ kind }) => kind === 'linkDown').length === 1, 'one linkDown');
    expect(about.at(-1)?.kind === 'linkDown', 'nothing after linkDown');
  }
}

async function sendToDeadLink(pair: ContractPair): Promise<void> {
  const { low, high } = await quorumLink(pair);
  pair.high.network.close(high.link, 'enough');
  await until(pair, 'linkDown', () => isDown(pair.low, low.link));
  pair.low.network.send(low.link, pattern(10, 1));
  expect(pair.low.network.bufferedBytes(low.link) === 0, 'nothing is kept for a dead link');
  for (let step = 0; step < 20; step += 1) await pair.advance();
  expect(receivedBytes(pair.high, high.link) === 0, 'nothing arrived');
}

async function newIncarnation(pair: ContractPair): Promise<void> {
  const first = await quorumLink(pair);
  pair.low.network.close(first.low.link, 'enough');
  await until(pair, 'linkDown there', () => isDown(pair.high, first.high.link));
  await until(pair, 'linkDown here', () => isDown(pair.low, first.low.link));
  const second = await quorumLink(pair);
  expect(second.low.link !== first.low.link, 'a new number at the dialler');
  expect(second.high.link !== first.high.link, 'a new number at the other');
}

async function electionLink(pair: ContractPair, side: 'low' | 'high'): Promise<void> {
  await openElection(pair, side);
  await talkOverElection(pair);
}

async function electionGlare(pair: ContractPair): Promise<void> {
  pair.low.network.dial('election', pair.high.serverId);
  pair.high.network.dial('election', pair.low.serverId);
  await until(pair, 'one election link', () => hasOneElection(pair));
  for (let step = 0; step < 60; step += 1) await pair.advance();
  await until(pair, 'one election link that stays', () => hasOneElection(pair));
  await talkOverElection(pair);
}

async function deadPeer(pair: ContractPair): Promise<void> {
  const { low } = await quorumLink(pair);
  await pair.crashHigh();
  await until(pair, 'linkDown', () => isDown(pair.low, low.link));
  const before = pair.low.events.length;
  pair.low.network.dial('quorum', pair.high.serverId);
  await until(pair, 'dialFailed', () => failedSince(pair.low, before));
}

async function dialNobody(pair: ContractPair): Promise<void> {
  await dialInVain(pair, serverId(pair.high.serverId + 1));
}

async function dialItself(pair: ContractPair): Promise<void> {
  await dialInVain(pair, pair.low.serverId);
}

async function dialInVain(pair: ContractPair, peer: ServerId): Promise<void> {
  pair.low.network.dial('quorum', peer);
  expect(pair.low.events.length === 0, 'no event inside the call');
  await until(pair, 'dialFailed', () => failedSince(pair.low, 0));
  const [event, ...more] = pair.low.events;
  expect(event?.kind === 'dialFailed' && event.peer === peer, 'it names whom it dialled');
  expect(more.length === 0 && pair.high.events.length === 0, 'nothing else is heard of it');
}

async function talkOverElection(pair: ContractPair): Promise<void> {
  const low = present(liveLinks(pair.low, 'election')[0], 'a link at the lower');
  const high = present(liveLinks(pair.high, 'election')[0], 'a link at the higher');
  expect(low.peer === pair.high.serverId, 'the lower knows its peer');
  expect(high.peer === pair.low.serverId, 'the higher knows its peer');
  pair.low.network.send(low.link, pattern(64, 3));
  pair.high.network.send(high.link, pattern(65, 4));
  await until(pair, 'a ballot up', () => receivedBytes(pair.high, high.link) === 64);
  await until(pair, 'a ballot down', () => receivedBytes(pair.low, low.link) === 65);
}

async function openElection(pair: ContractPair, side: 'low' | 'high'): Promise<void> {
  const [from, to] = side === 'low' ? [pair.low, pair.high] : [pair.high, pair.low];
  from.network.dial('election', to.serverId);
  await until(pair, 'an election link', () => hasOneElection(pair));
}

const hasOneElection = (pair: ContractPair): boolean =>
  liveLinks(pair.low, 'election').length === 1 && liveLinks(pair.high, 'election').length === 1;

type LinkUp = NetworkEvent & { readonly kind: 'linkUp' };

async function quorumLink(pair: ContractPair): Promise<{ low: LinkUp; high: LinkUp }> {
  pair.low.network.dial('quorum', pair.high.serverId);
  await until(pair, 'linkUp at the dialler', () => liveLinks(pair.low, 'quorum').length === 1);
  await until(pair, 'linkUp at the other', () => liveLinks(pair.high, 'quorum').length === 1);
  return {
    low: present(liveLinks(pair.low, 'quorum')[0], 'a link'),
    high: present(liveLinks(pair.high, 'quorum')[0], 'a link'),
  };
}

function liveLinks(end: ContractEnd, purpose: LinkPurpose): LinkUp[] {
  return end.events.filter(
    (event): event is LinkUp =>
      event.kind === 'linkUp' && event.purpose === purpose && !isDown(end, event.link),
  );
}

const isDown = (end: ContractEnd, link: LinkId): boolean =>
  end.events.some((event) => event.kind === 'linkDown' && event.link === link);

const failedSince = (end: ContractEnd, index: number): boolean =>
  end.events.slice(index).some((event) => event.kind === 'dialFailed');

const arrived = (end: ContractEnd, link: LinkId): Uint8Array[] =>
  end.events.flatMap((event) =>
    event.kind === 'linkBytes' && event.link === link ? [event.bytes] : [],
  );

const received = (end: ContractEnd, link: LinkId): Uint8Array => joined(arrived(end, link));

const receivedBytes = (end: ContractEnd, link: LinkId): number =>
  arrived(end, link).reduce((sum, piece) => sum + piece.length, 0);

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const pattern = (length: number, seed: number): Uint8Array =>
  new Uint8Array(length).map((_, index) => (index * 31 + seed * 7) % 251);

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);

async function until(pair: ContractPair, what: string, holds: () => boolean): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    if (holds()) return;
    await pair.advance();
  }
  const tell = (end: ContractEnd): string => end.events.map(({ kind }) => kind).join(' ');
  throw new Error(`no ${what}; lower: ${tell(pair.low)}; higher: ${tell(pair.high)}`);
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`expected: ${what}`);
  return value;
}

function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(`expected: ${what}`);
}
