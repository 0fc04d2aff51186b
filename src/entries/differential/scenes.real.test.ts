// Scenes at three of Apache ZooKeeper's servers and at three of ours, played side by side: what every client sees
// of them, line by line, has to be the same. And shells, Apache's at our servers and ours at Apache's, whose
// server is killed.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { present } from '../../base/assert.ts';
import { apacheVersion } from '../bench/edge/apache.ts';
import { askWord } from '../cli/ensemble.ts';
import { bundleCommand, temporaryDirectory } from '../cli/program.fixture.ts';
import { converse } from '../proof/conversation.fixture.ts';
import {
  deaths,
  moving,
  quotas,
  reaping,
  SCENE_LINES,
  SCENE_PROPERTIES,
  silence,
} from './scenes.ts';
import { Stage } from './stage.ts';
import { serving, startSystems, type RunningSystem } from './systems.fixture.ts';

const ZK_CLI = '/usr/share/zookeeper/bin/zkCli.sh';
const SCENE_MILLIS_MAX = 120_000;
const POLL_MILLIS = 20;
const CONNECTED_MILLIS_MAX = 10_000;

let directory = '';
let program = '';
let systems: RunningSystem[] = [];

beforeAll(async () => {
  expect(apacheVersion(), 'Apache ZooKeeper is needed: apt-get install zookeeper').not.toBe(null);
  directory = await temporaryDirectory();
  program = await bundleCommand(join(directory, 'bin'));
  systems = await startSystems({
    ...{ directory, program, servers: 3, properties: SCENE_PROPERTIES },
    lines: [...SCENE_LINES, '4lw.commands.whitelist=*'],
  });
}, 120_000);

afterAll(async () => {
  await Promise.all(systems.map((system) => system.stop()));
  await rm(directory, { recursive: true, force: true });
});

async function play(
  scene: (stage: Stage) => Promise<void>,
  system: RunningSystem,
): Promise<readonly string[]> {
  const stage = await Stage.open(system);
  try {
    await scene(stage);
  } catch (error) {
    const last = stage.said.slice(-12).join('\n  ');
    throw new Error(`${system.name}, after\n  ${last}`, { cause: error });
  } finally {
    await stage.end();
  }
  return withoutLastWords(stage.said);
}

/** What an expired session is told of its own znodes is written to a connection that is closed at once: whether it
 *  still arrives is chance at Apache's server. */
const withoutLastWords = (said: readonly string[]): readonly string[] =>
  said.filter((line, at) => {
    if (!line.startsWith('event ')) return true;
    const next = said.slice(at + 1).find((later) => !later.startsWith('event '));
    return next !== 'closed';
  });

test.each([
  // Each with what it has to meet, or it would prove less than it should.
  ['who is silent goes with what is its own', silence, ['NodeDeleted', '/s/2/e'], /^connected 0 0/],
  ['a session moves with what is its own', moving, ['NodeDeleted', '/m/gone'], /^closed$/],
  ['containers and TTL nodes have their time', reaping, ['NodeDeleted', '/c/outer'], /"busy"/],
  ['quotas refuse or are told', quotas, ['NodeCreated', '/q/h'], / err -125 /],
  ['a follower dies, and the leader', deaths, ['NodeDeleted', '/d/e'], /^closed$/],
] as const)(
  '%s',
  async (_name, scene, [type, path], met) => {
    const [apache = [], ours = []] = await Promise.all(
      systems.map((system) => play(scene, system)),
    );
    expect(ours).toEqual(apache);
    const event = `event ${type} SyncConnected "${path}"`;
    expect(apache.some((line) => line.startsWith(event))).toBe(true);
    expect(apache.some((line) => met.test(line))).toBe(true);
  },
  SCENE_MILLIS_MAX,
);

/** The server that has a client. */
async function serverOfClient(system: RunningSystem): Promise<number> {
  const end = performance.now() + CONNECTED_MILLIS_MAX;
  for (;;) {
    const told = await Promise.all(system.clientPorts.map((port) => askWord(port, 'cons')));
    const [port, ...others] = system.clientPorts.filter((_, at) => told[at]?.includes('sid=0x'));
    if (port !== undefined && others.length === 0) return port;
    if (performance.now() > end) throw new Error(`not one client:\n${told.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
}

test.each([
  ['zkCli.sh', 'Tabkeeper'],
  ['tabkeeper cli', 'Apache'],
  ['tabkeeper cli', 'Tabkeeper'],
] as const)(
  '%s at three servers (%s) goes on when its server is killed',
  async (tool, name) => {
    const system = present(
      systems.find((one) => one.name === name),
      'both systems run',
    );
    await serving(system);
    const hosts = system.clientPorts.map((port) => `127.0.0.1:${String(port)}`).join(',');
    const shell =
      tool === 'zkCli.sh'
        ? converse(ZK_CLI, ['-server', hosts])
        : converse(process.execPath, [program, 'cli', '-server', hosts]);
    const root = `/${tool.replace(/\W/g, '-')}`;
    try {
      await shell.say(null, /state:SyncConnected type:None/);
      await shell.say(`create ${root} one`, new RegExp(`Created ${root}\n`));
      await shell.say(`create -e ${root}/mine own`, new RegExp(`Created ${root}/mine\n`));
      await shell.say(`get -w ${root}`, /^one$/m);
      const port = await serverOfClient(system);
      await system.stopServer(port);
      await shell.say(null, /state:Disconnected type:None/);
      await shell.say(null, /state:SyncConnected type:None/);
      // Its watch is there again, and its session is the same.
      await shell.say(`set ${root} two`, new RegExp(`type:NodeDataChanged path:${root}\n`));
      await shell.say(`get -s ${root}/mine`, /own\n[^]*ephemeralOwner = 0x[0-9a-f]{6,}/);
      await shell.say(`ls ${root}`, /\[mine\]/);
      system.startServer(port);
      await shell.say('quit', /state:Closed type:None/);
    } finally {
      shell.end();
    }
    await serving(system);
  },
  SCENE_MILLIS_MAX,
);
