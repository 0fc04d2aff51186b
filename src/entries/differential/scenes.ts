// What takes time, or the death of a server, and so does not fit into the seeded stream: scenes that are played
// at three servers of each system, and have to be seen alike by all who look on.

import { encodeUtf8 } from '../../base/utf8.ts';
import {
  ADD_WATCH_MODE,
  CREATE_FLAG,
  type CreateFields,
  type MultiOperation,
  type Request,
} from '../../vocabulary/request.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import type { SceneClient, Stage } from './stage.ts';

/** Servers of a stage. */
const [LEADER, NEAR, FAR] = [0, 1, 2];
const ALL = [LEADER, NEAR, FAR];

/** Of zoo.cfg: short ticks, since sessions and containers are looked at by them. */
export const SCENE_LINES = [
  ...['tickTime=500', 'initLimit=20', 'syncLimit=20', 'extendedTypesEnabled=true'],
  'enforceQuota=true',
  ...['minSessionTimeout=1000', 'maxSessionTimeout=600000'],
];
export const SCENE_PROPERTIES = [
  ...['znode.container.checkIntervalMs=200', 'znode.container.maxNeverUsedIntervalMs=1500'],
];
const SHORT_MILLIS = 1_000;
const TTL_MILLIS = 300n;
const LONG_MILLIS = 600_000n;

const fields = (path: string, flags: number): CreateFields => ({
  ...{ path, data: encodeUtf8(path), acl: OPEN_ACL, flags },
});
const create = (path: string, flags: number = CREATE_FLAG.persistent): MultiOperation => ({
  ...{ kind: 'create', ...fields(path, flags) },
});
const container = (path: string): MultiOperation => ({
  ...{ kind: 'createContainer', ...fields(path, CREATE_FLAG.container) },
});
const ttl = (
  path: string,
  ttlMillis: bigint,
  flags: number = CREATE_FLAG.persistentTTL,
): MultiOperation => ({ kind: 'createTTL', ...fields(path, flags), ttlMillis });
const exists = (path: string, watch = false): Request => ({ kind: 'exists', path, watch });
const getData = (path: string, watch = false): Request => ({ kind: 'getData', path, watch });
const list = (path: string, watch = false): Request => ({ kind: 'getChildren2', path, watch });
const remove = (path: string): MultiOperation => ({ kind: 'delete', path, version: -1 });
const change = (path: string): Request => ({
  ...{ kind: 'setData', path, data: encodeUtf8('changed'), version: -1 },
});
const ephemerals = (prefix: string): Request => ({ kind: 'getEphemerals', prefix });

async function onlookers(stage: Stage): Promise<SceneClient[]> {
  const clients: SceneClient[] = [];
  for (const server of ALL) {
    clients.push(await stage.connect(`onlooker ${String(server)}`, server));
  }
  return clients;
}

/** Whoever is silent for longer than its timeout is gone with what is its own; who beats stays. */
export async function silence(stage: Stage): Promise<void> {
  const looking = await onlookers(stage);
  const [first, , last] = looking;
  await first?.ask(create('/s'));
  await stage.settle();
  await last?.ask({ kind: 'addWatch', path: '/s', mode: ADD_WATCH_MODE.persistentRecursive });
  const alive = await stage.connect('one who beats', NEAR, { timeoutMillis: 2 * SHORT_MILLIS });
  const stopAlive = alive.beat();
  await alive.ask(create('/s/alive', CREATE_FLAG.ephemeral));
  for (const [name, server, crashes] of [
    ['silent at the leader', LEADER, false],
    ['silent at a follower', NEAR, false],
    ['crashed at a follower', FAR, true],
  ] as const) {
    const place = `/s/${String(server)}`;
    const client = await stage.connect(name, server, { timeoutMillis: SHORT_MILLIS });
    const stop = client.beat();
    await client.ask(
      ...[create(place), create(`${place}/e`, CREATE_FLAG.ephemeral), exists(`${place}/e`, true)],
      ...[create(`${place}/s-`, CREATE_FLAG.ephemeralSequential), ephemerals('/s')],
    );
    await stage.settle();
    for (const one of looking) await one.ask(exists(`${place}/e`, true), list(place, true));
    await stage.tell(client, ...looking);
    await stop();
    if (crashes) client.wire.drop();
    await stage.gone(`${place}/e`);
    if (!crashes) await client.wire.ended();
    await stage.settle();
    for (const one of looking) await one.ask(list(place), exists(`${place}/e`), getData(place));
    await stage.tell(...(crashes ? [] : [client]), ...looking);
    for (const at of ALL) {
      const late = await stage.connect(`${name}, too late`, at, { resumes: client });
      await late.wire.ended();
      await stage.tell(late);
    }
  }
  await stopAlive();
  await alive.ask(getData('/s/alive'), ephemerals('/'));
  await stage.tell(alive, ...looking);
}

/** Lets more than this time pass, by a session that is silent for it. */
async function pass(stage: Stage, path: string, timeoutMillis: number): Promise<void> {
  const clock = await stage.connect(`the clock ${path}`, LEADER, { timeoutMillis });
  await clock.ask(create(path, CREATE_FLAG.ephemeral));
  clock.wire.drop();
  await stage.gone(path);
  await stage.settle();
}

/** A session that comes back elsewhere in time keeps what is its own, hears what it missed, and lives by its new
 *  timeout; where it was before, it reads, and is ended by its first write. */
export async function moving(stage: Stage): Promise<void> {
  const [first] = await onlookers(stage);
  await first?.ask(create('/m'), create('/m/w'), create('/m/gone'));
  await stage.settle();
  const timeoutMillis = 2 * SHORT_MILLIS;
  const one = await stage.connect('a session', NEAR, { timeoutMillis });
  const stop = one.beat();
  await one.ask(create('/m/e', CREATE_FLAG.ephemeral), exists('/m/later', true), list('/m', true));
  await one.ask(getData('/m/w', true), getData('/m/gone', true));
  await stage.settle();
  await stage.tell(one);
  const relativeZxid = stage.newest;
  await stop();
  one.wire.drop();
  await first?.ask(change('/m/w'), create('/m/later'), remove('/m/gone'));
  await stage.settle();
  const two = await stage.connect('the session elsewhere', FAR, { resumes: one });
  const lists = { data: ['/m/w', '/m/gone'], exist: ['/m/later'], child: ['/m'] };
  await two.ask({ kind: 'setWatches', relativeZxid, ...lists });
  await stage.tell(two);
  // Sessions that nobody renews: when they are gone, so much time is over. During the first, the leader may still
  // hear of the session from where it was, with its first timeout: it lives by what it says itself.
  const stopTwo = two.beat();
  await pass(stage, '/m/soon', SHORT_MILLIS);
  await stopTwo();
  await pass(stage, '/m/later than its first timeout', timeoutMillis);
  await two.ask(exists('/m/e'), ephemerals('/'), change('/m/w'));
  await stage.tell(two);
  const three = await stage.connect('the session at the leader', LEADER, { resumes: two });
  await two.ask(getData('/m/w'), list('/m'));
  await two.ask(create('/m/never'));
  await stage.settle();
  await three.ask(exists('/m/never'), exists('/m/e'), ephemerals('/m'), remove('/m/e'));
  await stage.tell(two, three);
}

/** Containers that had children, or none for too long, and TTL nodes that had their time go; others stay. */
export async function reaping(stage: Stage): Promise<void> {
  stage.leaveOutZxids();
  const looking = await onlookers(stage);
  const [first, second, last] = looking;
  await first?.ask(create('/c'), create('/t'));
  await stage.settle();
  await second?.ask({ kind: 'addWatch', path: '/c', mode: ADD_WATCH_MODE.persistentRecursive });
  await last?.ask({ kind: 'addWatch', path: '/t', mode: ADD_WATCH_MODE.persistent });
  const waiting = await stage.connect('who waits for the unused', NEAR);
  await waiting.ask(container('/never'), exists('/never', true));
  const { persistentSequentialTTL } = CREATE_FLAG;
  await first?.ask(
    ...[container('/c/outer'), container('/c/full')],
    { kind: 'multi', operations: [container('/c/used'), create('/c/used/x')] },
    { kind: 'multi', operations: [container('/c/outer/inner'), create('/c/outer/inner/x')] },
    ...[create('/c/full/x'), create('/c/full/y'), remove('/c/full/x')],
    { kind: 'multi', operations: [ttl('/t/busy', TTL_MILLIS), create('/t/busy/x')] },
    ...[ttl('/t/long', LONG_MILLIS), ttl('/t/short', TTL_MILLIS)],
    ttl('/t/s-', TTL_MILLIS, persistentSequentialTTL),
    ...[remove('/c/used/x'), remove('/c/outer/inner/x')],
  );
  for (const path of ['/c/used', '/c/outer', '/t/short', '/t/s-0000000003']) {
    await stage.gone(path);
  }
  await stage.settle();
  for (const one of looking) await one.ask(list('/c'), list('/t'), exists('/t/busy'));
  await stage.tell(...looking);
  // It has had its time long ago.
  await first?.ask(remove('/t/busy/x'));
  for (const path of ['/t/busy', '/never']) await stage.gone(path);
  await stage.settle();
  for (const one of looking) {
    await one.ask(list('/t'), exists('/never'), exists('/c/full'), exists('/t/long'));
  }
  await stage.tell(...looking, waiting);
}

const QUOTA = '/zookeeper/quota/q';
const write = (path: string, text: string): Request => ({
  ...{ kind: 'setData', path, data: encodeUtf8(text), version: -1 },
});

/** Hard limits refuse, whoever asks and wherever; soft ones do not. What is counted is the same at every server. */
export async function quotas(stage: Stage): Promise<void> {
  const looking = await onlookers(stage);
  const [first, second, last] = looking;
  const limits = `${QUOTA}/zookeeper_limits`;
  const stats = `${QUOTA}/zookeeper_stats`;
  await first?.ask(
    ...[create('/q'), create(QUOTA), create(limits), create(stats)],
    write(limits, 'count=-1,bytes=-1=;byteHardLimit=40;countHardLimit=3'),
  );
  const long = 'x'.repeat(60);
  const multi = (...operations: MultiOperation[]): Request => ({ kind: 'multi', operations });
  const steps: readonly (readonly [SceneClient | undefined, Request])[] = [
    [second, create('/q/a')],
    [last, create('/q/b')],
    [second, create('/q/c')],
    [first, write('/q/a', long)],
    [last, write('/q', long)],
    [last, write('/q/a', 'short')],
    [second, multi(create('/q/d'), remove('/q/b'))],
    [second, remove('/q/b')],
    [last, create('/q/c')],
    [first, create('/q/e')],
    // Soft ones alone, and then none.
    [first, write(limits, 'count=1,bytes=1')],
    [second, create('/q/f')],
    [last, write('/q/f', long)],
    [first, remove(limits)],
    [last, create('/q/g')],
  ];
  // Judged by what is applied: one at a time.
  for (const [client, request] of steps) {
    await client?.ask(request);
    await stage.settle();
    await second?.ask(getData(stats));
  }
  await last?.ask(exists('/q/h', true));
  await first?.ask(create('/q/h'));
  await stage.settle();
  for (const one of looking) await one.ask(getData(stats), list('/q'), list(QUOTA));
  await stage.tell(...looking);
}

/** A follower dies, then the leader: whose connection is lost comes back elsewhere with all that is its own, and
 *  the next leader ends who is silent. */
export async function deaths(stage: Stage): Promise<void> {
  stage.leaveOutZxids();
  const [first, , last] = await onlookers(stage);
  if (first === undefined || last === undefined) return;
  await first.ask(create('/d'), create('/d/w'));
  await stage.settle();
  const one = await stage.connect('a session', NEAR, { timeoutMillis: 20 * SHORT_MILLIS });
  await one.ask(create('/d/e', CREATE_FLAG.ephemeral), getData('/d/w', true), list('/d'));
  await stage.settle();
  await last.ask(exists('/d/e', true), list('/d', true));
  await stage.tell(one, last);
  const relativeZxid = stage.newest;
  await stage.kill(NEAR);
  await one.wire.ended();
  await first.ask(change('/d/w'));
  await stage.settle();
  const two = await stage.connect('the session elsewhere', FAR, { resumes: one });
  const lists = { data: ['/d/w'], exist: [], child: [] };
  await two.ask({ kind: 'setWatches', relativeZxid, ...lists }, getData('/d/w', true));
  await stage.tell(one, first, last, two);
  await stage.restart(NEAR);
  await stage.settle();
  const newcomer = await stage.connect('a client of the restarted', NEAR);
  await newcomer.ask(getData('/d/w'), exists('/d/e'), list('/d', true));
  await stage.tell(newcomer);

  await stage.kill(LEADER);
  for (const client of [first, last, two, newcomer]) await client.wire.ended();
  await stage.tell(first, last, two, newcomer);
  const three = await stage.connect('the session under the next leader', NEAR, {
    ...{ resumes: two, timeoutMillis: SHORT_MILLIS },
  });
  const stop = three.beat();
  const looking = await stage.connect('an onlooker who came back', FAR, { resumes: last });
  await three.ask(exists('/d/e'), create('/d/after', CREATE_FLAG.ephemeral), ephemerals('/'));
  await stage.settle();
  await looking.ask(exists('/d/e', true), list('/d', true));
  await stage.tell(three, looking);
  await stop();
  await stage.gone('/d/e');
  await three.wire.ended();
  await stage.settle();
  await looking.ask(list('/d'), getData('/d/w'));
  await stage.tell(three, looking);
  await stage.restart(LEADER);
  await stage.settle();
  const again = await stage.connect('a client of the leader that was', LEADER);
  await again.ask(list('/d'), exists('/d/e'), getData('/d/w'), create('/d/end'));
  await stage.tell(again);
}
