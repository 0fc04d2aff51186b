// A whole ensemble under load that is killed (SIGKILL) at random moments, now and then once more while it
// recovers, started again, and asked for every write that it ever acknowledged. What was not acknowledged may be
// there or not.

import { nextBelow, nextChance, type Random } from '../../base/random.ts';
import { decodeReply, decodeResponse, encodeRequest } from '../../jute/client.ts';
import { frame, makeFrameStream, pushFrameBytes } from '../../jute/election.ts';
import type { ReplyHeader, Request } from '../../vocabulary/request.ts';
import { ask, openConnection, type RawConnection } from '../bench/edge/connection.ts';
import type { RunningEnsemble } from '../cli/ensemble.ts';

export interface KillReport {
  readonly rounds: number;
  /** Rounds in which all were killed again while they recovered. */
  readonly killedAgain: number;
  readonly acknowledged: number;
  /** Paths of acknowledged writes that were not there, or not as they were written. */
  readonly lost: readonly string[];
}

const SERVERS = [1, 2, 3];
const ROUND = '/round-';
/** Few enough that the tree of many rounds stays small: what a round costs is mostly its servers' starts. */
const WRITES_OUTSTANDING = 8;
const READS_OUTSTANDING = 100;
/** Of a round before the kill: so many are acknowledged, or fewer on a slow machine. */
const WRITES_MIN = 20;
const WRITES_MAX = 400;
const LOAD_MILLIS_MAX = 400;
/** In so many of a hundred rounds all are killed again, so long after their start at most: while they elect,
 *  synchronize and begin to serve. */
const KILLED_AGAIN_PERCENT = 20;
const RECOVERY_MILLIS_MAX = 150;
/** Between the kills of one round. */
const APART_MILLIS_MAX = 3;
const SERVE_MILLIS_MAX = 30_000;
const POLL_MILLIS = 5;
const FRAME_BYTES_MAX = 16 * 1024 * 1024;
const OPEN = [{ perms: 31, scheme: 'world', id: 'anyone' }];

const pause = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const createOf = (path: string): Request => ({
  ...{ kind: 'create', path, data: bytesOf(path), acl: OPEN, flags: 0 },
});

/** `rounds` times: load through every server, all of them killed, all started, all that was acknowledged in
 *  this round read back through one of them; and at the end whatever all rounds acknowledged, through each. */
export async function playKillRounds(
  ensemble: RunningEnsemble,
  rounds: number,
  random: Random,
): Promise<KillReport> {
  const all: string[] = [];
  const lost = new Set<string>();
  let killedAgain = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const directory = `${ROUND}${String(round)}`;
    await makeParent(ensemble, directory);
    const wanted = WRITES_MIN + nextBelow(random, WRITES_MAX);
    const acknowledged = await loadUntil(ensemble, directory, async (soFar) => {
      await enough(soFar, wanted);
      await pause(nextBelow(random, APART_MILLIS_MAX));
      await killAll(ensemble, random);
    });
    await startAll(ensemble);
    if (nextChance(random, KILLED_AGAIN_PERCENT)) {
      killedAgain += 1;
      await pause(nextBelow(random, RECOVERY_MILLIS_MAX));
      await killAll(ensemble, random);
      await startAll(ensemble);
    }
    all.push(...acknowledged);
    const port = ensemble.clientPorts[nextBelow(random, SERVERS.length)] ?? 0;
    for (const path of await missing(port, acknowledged)) lost.add(path);
  }
  for (const port of ensemble.clientPorts) {
    for (const path of await missing(port, all)) lost.add(path);
  }
  return { rounds, killedAgain, acknowledged: all.length, lost: [...lost].sort() };
}

const startAll = (ensemble: RunningEnsemble): Promise<unknown> =>
  Promise.all(SERVERS.map((id) => ensemble.restart(id)));

/** One after the other, a moment apart or none; resolves when all have ended. */
async function killAll(ensemble: RunningEnsemble, random: Random): Promise<void> {
  const first = nextBelow(random, SERVERS.length);
  const ends: Promise<void>[] = [];
  for (let turn = 0; turn < SERVERS.length; turn += 1) {
    ends.push(ensemble.kill(SERVERS[(first + turn) % SERVERS.length] ?? 0));
    const apart = nextBelow(random, APART_MILLIS_MAX + 1);
    if (apart > 0) await pause(apart);
  }
  await Promise.all(ends);
}

export async function makeParent(
  ensemble: Pick<RunningEnsemble, 'clientPorts'>,
  path: string,
): Promise<void> {
  const connection = await connected(ensemble.clientPorts[0] ?? 0);
  const { err } = await ask(connection, 1, createOf(path));
  connection.socket.destroy();
  if (err !== 0) throw new Error(`${path} was refused: ${String(err)}`);
}

/** A server that has just started may not serve yet. */
async function connected(port: number): Promise<RawConnection> {
  const end = performance.now() + SERVE_MILLIS_MAX;
  for (;;) {
    try {
      return await openConnection(port);
    } catch (error) {
      if (performance.now() > end) throw error;
      await pause(POLL_MILLIS);
    }
  }
}

/** Load through every server until `end` has ended all of them: the paths of the writes that were acknowledged. */
export async function loadUntil(
  ensemble: Pick<RunningEnsemble, 'clientPorts'>,
  directory: string,
  end: (soFar: readonly string[]) => Promise<void>,
): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  const connections = await Promise.all(ensemble.clientPorts.map(connected));
  const ends = connections.map((connection, index) =>
    write(connection, `${directory}/${String(index)}-`, acknowledged),
  );
  await end(acknowledged);
  await Promise.all(ends);
  return acknowledged;
}

/** Until so many are acknowledged, or the time is over and some are. */
export async function enough(soFar: readonly string[], wanted: number): Promise<void> {
  const from = performance.now();
  for (;;) {
    const millis = performance.now() - from;
    const least = millis < LOAD_MILLIS_MAX ? wanted : Math.min(wanted, WRITES_MIN);
    if (soFar.length >= least) return;
    if (millis > SERVE_MILLIS_MAX) throw new Error('no write is acknowledged');
    await pause(1);
  }
}

/** Creates one node after the other, many under way, until the connection breaks. */
function write({ socket }: RawConnection, prefix: string, acknowledged: string[]): Promise<void> {
  const stream = makeFrameStream(FRAME_BYTES_MAX);
  let next = 0;
  const send = (): void => {
    next += 1;
    if (!socket.destroyed) {
      socket.write(frame(encodeRequest(next, createOf(`${prefix}${String(next)}`))));
    }
  };
  socket.on('data', (chunk) => {
    for (const whole of pushFrameBytes(stream, chunk)) {
      const { header } = decodeReply(whole);
      if (header.err === 0) acknowledged.push(`${prefix}${String(header.xid)}`);
      send();
    }
  });
  socket.on('error', () => undefined);
  for (let sent = 0; sent < WRITES_OUTSTANDING; sent += 1) send();
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
}

/** Which of these nodes do not hold their own path, as this server sees it after a sync. */
export async function missing(port: number, paths: readonly string[]): Promise<readonly string[]> {
  const connection = await connected(port);
  await ask(connection, 1, { kind: 'sync', path: '/' });
  const wrong: string[] = [];
  await eachAnswer(
    connection,
    paths.map((path) => ({ kind: 'getData', path, watch: false })),
    (index, header, body) => {
      const path = paths[index] ?? '';
      if (header.err !== 0 || !holds(body, path)) wrong.push(path);
    },
  );
  connection.socket.destroy();
  return wrong;
}

function holds(body: Uint8Array, text: string): boolean {
  const response = decodeResponse('getData', body);
  return response.kind === 'data' && new TextDecoder().decode(response.data ?? undefined) === text;
}

type Answer = (index: number, header: ReplyHeader, body: Uint8Array) => void;

/** Sends all of them, a bounded number under way. Rejects if the connection ends first. */
function eachAnswer(
  { socket }: RawConnection,
  requests: readonly Request[],
  onAnswer: Answer,
): Promise<void> {
  const stream = makeFrameStream(FRAME_BYTES_MAX);
  return new Promise((resolve, reject) => {
    let sent = 0;
    let answered = 0;
    const send = (): void => {
      const request = requests[sent];
      if (request === undefined) return;
      socket.write(frame(encodeRequest(sent, request)));
      sent += 1;
    };
    socket.on('error', () => undefined);
    socket.once('close', () => {
      reject(new Error('the connection was lost while reading back'));
    });
    socket.on('data', (chunk) => {
      for (const whole of pushFrameBytes(stream, chunk)) {
        const { header, body } = decodeReply(whole);
        onAnswer(header.xid, header, body);
        answered += 1;
        send();
      }
      if (answered === requests.length) resolve();
    });
    for (let first = 0; first < READS_OUTSTANDING; first += 1) send();
    if (requests.length === 0) resolve();
  });
}
