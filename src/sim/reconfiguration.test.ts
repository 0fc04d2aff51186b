// Whole servers whose members change under the load of clients, while servers die and come back: judged by
// the same rules as every run, which follow the configuration.

import { expect, it } from 'vitest';

import { base64 } from '../base/base64.ts';
import { sha1 } from '../base/sha1.ts';
import { makeRandom, nextBelow, type Random } from '../base/random.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import { judge } from './checkers/all.ts';
import type { ClientActor } from './client-actor.ts';
import { askSomething } from './workload.ts';
import { World } from './world.ts';

const SERVERS = [1, 2, 3, 4, 5];
const SUPER = 'super:secret';
const STEPS = 40;
const CALM_MILLIS_MAX = 30_000;

const lineOf = (id: number, role: string): string =>
  `server.${String(id)}=server${String(id)}:2888:3888:${role};2181`;

function makeWorld(seed: number): World {
  const superDigest = `super:${base64(sha1(encodeUtf8(SUPER)))}`;
  const config = { reconfig: { standalone: true }, superDigest };
  return new World({ seed, participants: SERVERS.length, config });
}

interface Counts {
  asked: number;
  done: number;
}

function askForChange(client: ClientActor, random: Random, counts: Counts): void {
  const lines: string[] = [];
  for (const id of SERVERS) {
    const fate = nextBelow(random, 5);
    if (fate < 3) lines.push(lineOf(id, 'participant'));
    else if (fate === 3) lines.push(lineOf(id, 'observer'));
  }
  counts.asked += 1;
  const change = { joining: null, leaving: null, newMembers: lines.join(), configId: -1n };
  client.ask({ kind: 'reconfig', ...change }, (result) => {
    if (result.outcome === 'ok') counts.done += 1;
  });
}

function oneRun(seed: number, counts: Counts): World {
  const random = makeRandom(seed);
  const world = makeWorld(seed);
  world.openAll();
  const clients = [world.openClient(), world.openClient()];
  const changer = world.openClient();
  world.run(600);
  // From here on anybody may: what was proved ends with its connection.
  changer.ask({ kind: 'auth', scheme: 'digest', auth: encodeUtf8(SUPER) });
  changer.ask({ kind: 'setACL', path: '/zookeeper/config', acl: OPEN_ACL, version: -1 });
  world.run(100);
  for (let step = 0; step < STEPS; step += 1) {
    const server = 1 + nextBelow(random, SERVERS.length);
    const what = nextBelow(random, 10);
    if (what < 2) world.crash(server);
    else if (what < 5) world.openServer(server);
    else if (what === 5) world.cut(server, 1 + (server % SERVERS.length));
    else if (what === 6) world.healAll();
    else if (changer.open === 0) {
      askForChange(changer, random, counts);
    }
    for (const client of clients) askSomething(client, random, step);
    world.run(20 + nextBelow(random, 150));
  }
  world.healAll();
  world.openAll();
  const serves = (server: number): boolean => world.view(server)?.serving === true;
  const calm = world.runUntil(() => SERVERS.every(serves), CALM_MILLIS_MAX);
  expect(calm, `seed ${String(seed)}: all serve again`).toBe(true);
  world.run(1_000);
  return world;
}

it('nothing is lost, and all agree in the end', { timeout: 180_000 }, () => {
  const counts = { asked: 0, done: 0 };
  for (let seed = 1; seed <= 40; seed += 1) {
    const world = oneRun(seed, counts);
    const said = judge(world.history).map(
      ({ rule, millis, says }) => `seed ${String(seed)}, ${String(millis)} ms, ${rule}: ${says}`,
    );
    expect(said).toEqual([]);
  }
  expect(counts.done).toBeGreaterThan(60);
});
