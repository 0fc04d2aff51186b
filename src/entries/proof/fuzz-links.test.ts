// Damaged bytes on the quorum and the election links: from a stranger and between members, in virtual time and at
// the ports of a running ensemble. What cannot be read ends its link and is traced; no server stops, the other
// links stand, clients are served, and nothing takes more room than what was sent. FUZZ_FRAMES and FUZZ_SEED as
// in fuzz.test.ts: links take a part of the frames.

import { expect, test } from 'vitest';

import { makeRandom, nextBelow, nextChance, type Random } from '../../base/random.ts';
import type { RequestResult } from '../../client/client.ts';
import type { NetworkEvent } from '../../host/ports.ts';
import type { ClientActor } from '../../sim/client-actor.ts';
import { World } from '../../sim/world.ts';
import { serverId, type LinkId } from '../../vocabulary/ids.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import {
  cutAnywhere,
  damagedBallots,
  damagedPackets,
  introduction,
  isUnreadable,
  STRANGER,
} from './fuzz-links.fixture.ts';

const FRAMES = Number(process.env['FUZZ_FRAMES'] ?? 100_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** A link, its end and the clients' requests cost more than a frame. */
const STRIKES = Math.ceil(FRAMES / 100);
const STRIKES_OF_A_WORLD = 250;
/** Each costs a synchronization and often an election. */
const BREAKS = Math.ceil(FRAMES / 600);
const BREAKS_OF_A_WORLD = 50;
const TEST_MILLIS_MAX = 60_000 + FRAMES;

const SERVERS = [1, 2, 3];
const SERVED_MILLIS_MAX = 20_000;

function startWorld(seed: number): World {
  const world = new World({ seed, participants: SERVERS.length });
  world.openAll();
  expect(world.runUntil(() => isServed(world), SERVED_MILLIS_MAX)).toBe(true);
  return world;
}

const isServed = (world: World): boolean =>
  SERVERS.every((server) => world.view(server)?.serving === true);

const leaderOf = (world: World): number =>
  SERVERS.find((server) => world.view(server)?.role === 'leading') ?? 0;

/** Who leads whom in which epoch: a server that has lost its leader for a moment shows. */
const orderOf = (world: World): unknown =>
  SERVERS.map((server) => {
    const view = world.view(server);
    return [view?.role, view?.leader, view?.currentEpoch, view?.haltedBecause];
  });

/** The trace's events of this kind so far. */
function traced(world: World, kind: string): { at: number; count: number } {
  const { observations } = world;
  let count = 0;
  for (const each of observations) {
    if (each.at === 'server' && each.what.kind === 'traced' && each.what.event.kind === kind)
      count += 1;
  }
  return { at: observations.length, count };
}

/** Asks, and waits in virtual time. */
function answered(
  world: World,
  client: ClientActor,
  request: Parameters<ClientActor['ask']>[0],
): RequestResult {
  const results: RequestResult[] = [];
  client.ask(request, (result) => results.push(result));
  world.runUntil(() => results.length > 0, SERVED_MILLIS_MAX);
  const [result] = results;
  if (result === undefined) throw new Error(`no answer to ${request.kind}`);
  return result;
}

function expectServed(world: World, client: ClientActor, number: number): string {
  const path = `/served-${String(number)}`;
  const create = { kind: 'create', path, data: null, acl: OPEN_ACL, flags: 0 } as const;
  expect(answered(world, client, create)).toMatchObject({ outcome: 'ok' });
  return path;
}

/** A process that is no member, with one link at a time. */
class Stranger {
  readonly #world: World;
  readonly #random: Random;
  readonly #network: ReturnType<World['network']['attach']>;
  #link: LinkId | null = null;
  #down = false;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    this.#network = world.network.attach({
      server: serverId(STRANGER),
      deliver: (event) => {
        this.#onEvent(event);
      },
    });
  }

  #onEvent(event: NetworkEvent): void {
    if (event.kind === 'linkUp') this.#link = event.link;
    else if (event.kind === 'linkDown' || event.kind === 'dialFailed') this.#down = true;
  }

  /** Says something damaged at a server; true if the server ended the link. */
  strike(server: number, where: 'quorum' | 'election'): { unreadable: boolean; ended: boolean } {
    this.#link = null;
    this.#down = false;
    this.#network.dial(where, serverId(server));
    this.#world.runUntil(() => this.#link !== null || this.#down, 1_000);
    if (this.#link === null) return { unreadable: false, ended: true };
    const epoch = this.#world.view(server)?.currentEpoch ?? 0;
    const polite = where === 'quorum' ? introduction(this.#random, epoch) : [];
    for (const bytes of polite) {
      this.#network.send(this.#link, bytes);
      this.#world.run(10);
    }
    const damaged =
      where === 'quorum' ? damagedPackets(this.#random) : damagedBallots(this.#random);
    for (const piece of cutAnywhere(this.#random, damaged)) this.#network.send(this.#link, piece);
    this.#world.run(20);
    const ended = this.#down;
    if (!ended) this.#network.close(this.#link, 'done');
    this.#world.run(5);
    return { unreadable: isUnreadable(where, damaged), ended };
  }
}

test(
  `${String(STRIKES)} damaged packets and ballots of a stranger end its links and nothing else`,
  { timeout: TEST_MILLIS_MAX },
  () => {
    const random = makeRandom(SEED);
    let unreadable = 0;
    for (let struck = 0; struck < STRIKES;) {
      const world = startWorld(SEED + struck);
      // It would read what is sent.
      world.network.wiretap = null;
      const client = world.openClient();
      const stranger = new Stranger(world, random);
      const before = orderOf(world);
      const badBefore = traced(world, 'badFrame').count;
      let bad = 0;
      for (const end = Math.min(STRIKES, struck + STRIKES_OF_A_WORLD); struck < end; struck += 1) {
        const server = nextChance(random, 60)
          ? leaderOf(world)
          : 1 + nextBelow(random, SERVERS.length);
        const where = nextChance(random, 75) ? 'quorum' : 'election';
        const strike = stranger.strike(server, where);
        if (strike.unreadable) {
          bad += 1;
          expect(strike.ended, `strike ${String(struck)} at the ${where} port`).toBe(true);
        }
        if (nextBelow(random, 10) === 0) expectServed(world, client, struck);
      }
      expect(orderOf(world)).toEqual(before);
      expect(traced(world, 'badFrame').count - badBefore).toBeGreaterThan(bad / 2);
      unreadable += bad;
    }
    expect(unreadable).toBeGreaterThan(STRIKES / 10);
  },
);

/** Every so many pieces that a member sends are damaged. */
const DAMAGED_EVERY = 60;

test(
  `what members send arrives damaged ${String(BREAKS)} times: the links end, and no write is lost`,
  { timeout: TEST_MILLIS_MAX },
  () => {
    const random = makeRandom(SEED + 1);
    let damaged = 0;
    for (let world = startWorld(SEED); damaged < BREAKS; world = startWorld(SEED + damaged)) {
      let on = true;
      let here = 0;
      world.network.wiretap = (_from, _to, { purpose }, bytes) => {
        if (!on || purpose === 'client' || purpose === 'trace') return bytes;
        if (nextBelow(random, DAMAGED_EVERY) !== 0) return bytes;
        const wrong = purpose === 'quorum' ? damagedPackets(random) : damagedBallots(random);
        if (!isUnreadable(purpose, wrong)) return bytes;
        here += 1;
        return wrong;
      };
      const client = world.openClient();
      const paths: string[] = [];
      while (here < Math.min(BREAKS - damaged, BREAKS_OF_A_WORLD)) {
        const path = `/n-${String(paths.length)}`;
        const create = { kind: 'create', path, data: null, acl: OPEN_ACL, flags: 0 } as const;
        const result = answered(world, client, create);
        if (result.outcome === 'ok') paths.push(path);
        world.run(20);
      }
      on = false;
      expect(world.runUntil(() => isServed(world), SERVED_MILLIS_MAX)).toBe(true);
      for (const server of SERVERS) expect(world.view(server)?.haltedBecause).toBe(null);
      answered(world, client, { kind: 'sync', path: '/' });
      for (const path of paths) {
        const found = answered(world, client, { kind: 'exists', path, watch: false });
        expect(found, path).toMatchObject({ outcome: 'ok' });
      }
      expect(traced(world, 'badFrame').count).toBeGreaterThan(0);
      damaged += here;
    }
  },
);
