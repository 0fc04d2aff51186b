// Small days with a purpose, each played in a world of its own: what the golden transcripts show.

import { assert, present } from '../base/assert.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import type { RequestResult } from '../client/client.ts';
import { serverId } from '../vocabulary/ids.ts';
import { CREATE_FLAG, type Request } from '../vocabulary/request.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { judge } from './checkers/all.ts';
import type { ClientActor } from './client-actor.ts';
import { transcriptOf } from './describe.ts';
import { World, type WorldOptions } from './world.ts';

const WAIT_MILLIS_MAX = 10_000;

type WorldOptionsOfScene = Omit<WorldOptions, 'seed'>;

export type Kinds = readonly TraceEvent['kind'][];

/** The events that most transcripts show. */
export const LIFE: Kinds = ['serverStarted', 'roleChanged', 'leaderEstablished', 'synchronised'];

export interface Scene {
  /** The transcript's file name. */
  readonly name: string;
  /** What to see in it: the transcript's first line. */
  readonly about: string;
  readonly options: WorldOptionsOfScene;
  /** The events its transcript shows. */
  readonly shows: Kinds;
  /** What must be before, and is not shown. */
  readonly prepare?: (world: World) => void;
  readonly play: (world: World, tell: Tell) => void;
}

/** Says in the transcript what is done to the servers from outside, at this point of it. */
export type Tell = (what: string) => void;

const SEED = 11;

/** Plays a scene and gives its transcript; a rule that is broken on the way is its last lines. */
export function playScene(scene: Scene): string {
  const world = new World({ seed: SEED, ...scene.options });
  scene.prepare?.(world);
  const shown = new Set<TraceEvent['kind']>(scene.shows);
  const lines: string[] = [];
  let from = world.observations.length;
  const write = (): void => {
    const news = world.observations.slice(from);
    lines.push(...transcriptOf(news, ({ kind }) => shown.has(kind)));
    from = world.observations.length;
  };
  scene.play(world, (what) => {
    write();
    lines.push(`${String(world.agenda.nowMillis).padStart(6)} ms  -- ${what}`);
  });
  world.observeViews();
  write();
  const broken = judge(world.history).map(({ rule, says }) => `RULE BROKEN: ${rule}: ${says}`);
  return [scene.about, '', ...lines, ...broken, ''].join('\n');
}

/** Most scenes begin so. */
export const THREE: WorldOptionsOfScene = { participants: 3 };

export function threeServers(world: World): void {
  world.openAll();
  awaitLeader(world, 2);
}

/** Plays until one server leads, `followers` serve under it, and says which leads. */
export function awaitLeader(world: World, followers: number): number {
  const ready = (): boolean => {
    const views = world.servers.map((server) => world.view(server));
    const leader = views.find((view) => view?.role === 'leading' && view.serving);
    const under = views.filter(
      (view) =>
        view?.serving === true && view.role !== 'leading' && view.leader === leader?.serverId,
    );
    return leader !== undefined && under.length >= followers;
  };
  assert(world.runUntil(ready, WAIT_MILLIS_MAX), 'a leader comes in time');
  const leads = world.servers.find((server) => world.view(server)?.role === 'leading');
  return present(leads, 'one leads');
}

/** Asks and plays until the answer is there. */
export function askAndWait(world: World, client: ClientActor, request: Request): RequestResult {
  let answer: RequestResult | null = null;
  client.ask(request, (result) => {
    answer = result;
  });
  assert(
    world.runUntil(() => answer !== null, WAIT_MILLIS_MAX),
    'an answer comes in time',
  );
  return present<RequestResult>(answer, 'an answer came');
}

export const create = (path: string, flags: number = CREATE_FLAG.persistent): Request => ({
  ...{ kind: 'create', path, data: encodeUtf8(path), acl: OPEN_ACL, flags },
});

export function clientOf(world: World, server: number, timeoutMillis = 2_000): ClientActor {
  return world.openClient({ servers: [serverId(server)], timeoutMillis, shuffle: false });
}

/** Writes `paths` through one server and waits until all that run have them. */
export function write(world: World, server: number, paths: readonly string[]): void {
  const client = clientOf(world, server);
  for (const path of paths) {
    const result = askAndWait(world, client, create(path));
    assert(result.outcome === 'ok', `${path} is created`);
  }
  world.run(50);
  client.close();
  world.run(100);
}

/** Server 3, the leader, logs /lost, which no other server hears of, and is gone. Its links end in the
 *  silence, so that nothing of what waited in them arrives when the network is whole again. */
export function diesAlone(world: World, tell: Tell = () => undefined): void {
  const client = clientOf(world, 3);
  world.run(80);
  tell('nothing reaches 1 and 2 from server 3 any more');
  world.partition([3], [1, 2], 'silent');
  client.ask(create('/lost'));
  world.run(60);
  tell('server 3 is killed');
  world.crash(3);
  world.run(20);
  world.healAll();
}
