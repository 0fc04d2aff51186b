// The next step of a run: mostly requests of one client, now and then clients that come, go, crash, come
// back elsewhere or talk nonsense.

import { nextBelow, nextBetween, nextChance, type Random } from '../../base/random.ts';
import { closeRequest, loneRequest, plannedRequest, type World } from './requests.ts';
import type { Client, PlannedRequest, Step } from './step.ts';
import { pick } from './values.ts';

export interface ClientState {
  readonly client: Client;
  readonly server: number;
  /** The client that the session was made for. */
  readonly session: Client;
  /** 'moved': its session is served elsewhere by now; 'superseded': so, and its connection is gone;
   *  'ended': the session is over, or there never was one. */
  state: 'open' | 'moved' | 'superseded' | 'dropped' | 'ended';
  nextXid: number;
}

export interface Generator {
  readonly random: Random;
  readonly servers: number;
  readonly clients: ClientState[];
  nextClient: Client;
}

const RESUMABLE: ReadonlySet<ClientState['state']> = new Set(['open', 'dropped', 'ended']);
/** Servers are counted from the leader on. */
const LEADER = 0;
const OPEN_CLIENTS = 6;
const BATCH_MAX = 5;

export const makeGenerator = (random: Random, servers: number): Generator => ({
  ...{ random, servers, clients: [], nextClient: 1 },
});

export function nextStep(generator: Generator, world: Omit<World, 'random'>): Step {
  const { random, clients } = generator;
  const usable = clients.filter(({ state }) => state === 'open' || state === 'moved');
  if (usable.length < 2) return openStep(generator);
  const draw = nextBelow(random, 1000);
  if (draw < 12 && usable.length < OPEN_CLIENTS) return openStep(generator);
  if (draw < 24) return resumeStep(generator);
  const client = pick(random, usable);
  if (draw < 30) return dropStep(client);
  if (draw < 32) return garbageStep(random, client);
  return requestsStep(random, client, { random, ...world });
}

function openStep(generator: Generator): Step {
  const { random } = generator;
  const lastZxidSeen = nextChance(random, 10) ? pick(random, [1_000_000n, -5n, 0n]) : null;
  const server = nextBelow(random, generator.servers);
  const client = addClient(generator, server, null);
  if (lastZxidSeen === 1_000_000n) client.state = 'ended';
  return {
    ...{ kind: 'open', client: client.client, server, lastZxidSeen, resumes: null },
    timeoutMillis: pick(random, [0, -1, 600_000, 700_000, 0x7fff_ffff]),
    readOnly: pick(random, [null, false, true]),
    password: pick(random, ['none', 'right']),
  };
}

function addClient(generator: Generator, server: number, session: Client | null): ClientState {
  const client = generator.nextClient;
  const state: ClientState = {
    ...{ client, server, session: session ?? client, state: 'open', nextXid: 1 },
  };
  generator.nextClient += 1;
  generator.clients.push(state);
  return state;
}

/** A session comes back on a new connection, to the same server or another one. */
function resumeStep(generator: Generator): Step {
  const { random, clients } = generator;
  const candidates = clients.filter(({ state }) => RESUMABLE.has(state)).slice(-12);
  const earlier = pick(random, candidates);
  const server = nextBelow(random, generator.servers);
  // Accepted: with a wrong password Apache's server ends the session's connection, ours does not.
  const isOpenHere = earlier.state === 'open' && server === earlier.server;
  const isConnectedHere = clients.some(
    (one) =>
      one.session === earlier.session &&
      one.server === server &&
      (one.state === 'open' || one.state === 'moved'),
  );
  const isWrong = !isConnectedHere && nextChance(random, 15);
  const password = isWrong ? pick(random, ['wrong', 'none'] as const) : 'right';
  const next = addClient(generator, server, earlier.session);
  const alive = earlier.state === 'open' || earlier.state === 'dropped';
  if (password !== 'right' || !alive) next.state = 'ended';
  if (isOpenHere) earlier.state = 'superseded';
  else if (alive && password === 'right') {
    earlier.state = earlier.state === 'open' ? 'moved' : 'superseded';
  }
  return {
    ...{ kind: 'open', client: next.client, server, lastZxidSeen: null, readOnly: false },
    ...{ resumes: earlier.client, timeoutMillis: 650_000, password },
  };
}

function dropStep(client: ClientState): Step {
  client.state = client.state === 'open' ? 'dropped' : 'superseded';
  return { kind: 'drop', client: client.client };
}

const GARBAGE = [
  ...[
    'ffffffff',
    '00000000',
    '0000000400000001',
    '7fffffff00000000',
    '00100000',
    '0000000700000000000000',
  ],
];

function garbageStep(random: Random, client: ClientState): Step {
  client.state = client.state === 'open' ? 'dropped' : 'superseded';
  const bytes = new Uint8Array(Buffer.from(pick(random, GARBAGE), 'hex'));
  return { kind: 'garbage', client: client.client, bytes };
}

function requestsStep(random: Random, client: ClientState, world: World): Step {
  const xid = (): number => {
    client.nextXid += 1;
    return nextChance(random, 97) ? client.nextXid : pick(random, [0, -8, 1, -77, client.nextXid]);
  };
  const done = (requests: PlannedRequest[]): Step => ({
    ...{ kind: 'requests', client: client.client, requests },
  });
  if (nextChance(random, 3)) return done([loneRequest(world, xid())]);
  if (client.state === 'open' && nextChance(random, 1)) {
    client.state = 'ended';
    const request = plannedRequest(world, xid());
    return done(
      request.isLast || world.extended ? [closeRequest(xid())] : [request, closeRequest(xid())],
    );
  }
  if (client.state === 'moved') {
    // The first request that the leader sees ends it; what is sent behind it may be seen or not.
    const request = plannedRequest(world, xid());
    if (client.server === LEADER || request.isWrite) client.state = 'superseded';
    return done([request]);
  }
  // Quotas are judged by what is applied: of what is on the way, some is by chance.
  const isAlone = world.extended || nextChance(random, 50);
  const count = isAlone ? 1 : nextBetween(random, 2, BATCH_MAX);
  const requests: PlannedRequest[] = [];
  while (requests.length < count) {
    const request = plannedRequest(world, xid());
    requests.push(request);
    if (request.isLast) break;
  }
  return done(requests);
}
