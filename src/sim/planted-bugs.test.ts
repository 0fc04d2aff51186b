// Each checker is worth what it catches: bugs planted outside of the engine, and the rule that must speak.

import { describe, expect, it } from 'vitest';
import { encodePacket } from '../jute/quorum.ts';
import type { QuorumPacket } from '../vocabulary/packet.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { judge } from './checkers/all.ts';
import { awaitLeader, clientOf, create, diesAlone, write } from './scenes.ts';
import { World } from './world.ts';

const rulesOf = (world: World): string[] => [
  ...new Set(judge(world.history).map(({ rule }) => rule)),
];

function threeServers(): World {
  const world = new World({ seed: 5, participants: 3 });
  world.openAll();
  awaitLeader(world, 2);
  return world;
}

describe('without a planted bug', () => {
  it('no rule is broken by writes, a dead leader and its return', () => {
    const world = threeServers();
    write(world, 1, ['/a', '/b']);
    world.crash(3);
    awaitLeader(world, 1);
    write(world, 1, ['/c']);
    world.openServer(3);
    awaitLeader(world, 2);
    world.run(200);
    world.observeViews();
    expect(judge(world.history)).toEqual([]);
  });
});

describe('planted bugs', () => {
  it('ack before disk: Z13 speaks, and Z16 when power fails', () => {
    const world = threeServers();
    for (const seat of world.seats.values()) {
      seat.disk.behaviour.answersEarly = true;
      seat.disk.behaviour.latencyMillisMin = 400;
      seat.disk.behaviour.latencyMillisMax = 400;
    }
    clientOf(world, 1).ask(create('/a'));
    world.run(150);
    for (const server of world.servers) world.crash(server);
    world.run(10);
    expect(rulesOf(world)).toContain('Z13 an ack means durable');
    expect(rulesOf(world)).toContain('Z16 commit quorum');
  });

  it('TRUNC forgotten by the disk: Z10 speaks', () => {
    const world = divergedWorld();
    world.seat(3).disk.behaviour.forgetsTruncations = true;
    world.openServer(3);
    world.run(1_000);
    expect(rulesOf(world)).toContain('Z10 history agreement');
  });

  it('the same day with TRUNC done: nobody speaks', () => {
    const world = divergedWorld();
    world.openServer(3);
    world.run(1_000);
    write(world, 3, ['/b']);
    world.observeViews();
    expect(traced(world, 'syncDecided').map(({ mode }) => mode)).toContain('TRUNC');
    expect(traced(world, 'historyTruncated').flatMap(({ removed }) => removed)).toHaveLength(1);
    expect(judge(world.history)).toEqual([]);
  });

  it('a COMMIT for what the leader never committed: Z16 speaks', () => {
    const world = threeServers();
    // Followers hear COMMIT with the PROPOSAL, and the leader hears no ACK.
    const filter = (_from: number, _to: number, packet: QuorumPacket): QuorumPacket[] => {
      if (packet.type === 'ACK') return [];
      if (packet.type !== 'PROPOSAL') return [packet];
      return [packet, { ...packet, type: 'COMMIT', data: null }];
    };
    world.filterPackets(filter, encodePacket);
    world.seat(2).disk.behaviour.latencyMillisMin = 300;
    world.seat(2).disk.behaviour.latencyMillisMax = 300;
    world.seat(3).disk.behaviour.latencyMillisMin = 300;
    world.seat(3).disk.behaviour.latencyMillisMax = 300;
    clientOf(world, 1).ask(create('/a'));
    world.run(250);
    expect(rulesOf(world)).toContain('Z16 commit quorum');
  });

  it('bytes changed on the way: Z1 speaks', () => {
    const world = threeServers();
    world.filterPackets((_from, to, packet) => {
      if (packet.type !== 'PROPOSAL' || packet.data === null || to !== 1) return [packet];
      const data = Uint8Array.from(packet.data);
      // The path's last letter stands before the other fields; a digit of the data is enough.
      const at = data.lastIndexOf('a'.charCodeAt(0));
      data[at] = 'b'.charCodeAt(0);
      return [{ ...packet, data }];
    }, encodePacket);
    clientOf(world, 2).ask(create('/a'));
    world.run(300);
    world.observeViews();
    expect(rulesOf(world)).toContain('Z1 integrity');
  });
});

describe('amnesia', () => {
  /** Server 3 missed a write; 2 has it and loses its disk; 1, the only other one, is down. */
  const forgetfulDay = (noticed: boolean): World => {
    const world = threeServers();
    world.crash(3);
    awaitLeader(world, 1);
    write(world, 1, ['/missed-by-3']);
    world.crash(1);
    world.crash(2);
    world.wipeDisk(2);
    if (!noticed) world.seat(2).disk.lose(true);
    world.openServer(2);
    world.openServer(3);
    world.run(3_000);
    return world;
  };

  it('a server that does not notice that its disk is new votes: Z8 speaks', () => {
    expect(rulesOf(forgetfulDay(false))).toContain('Z8 leader completeness');
  });

  it('noticed, nobody serves until the server that has it all is back; then all is there', () => {
    const world = forgetfulDay(true);
    expect(world.servers.some((server) => world.view(server)?.serving === true)).toBe(false);
    world.openServer(1);
    awaitLeader(world, 2);
    world.run(500);
    world.observeViews();
    expect(world.view(2)?.trusted).toBe(true);
    expect(
      world
        .seat(2)
        .tree()
        ?.nodes.map(({ path }) => path),
    ).toContain('/missed-by-3');
    expect(judge(world.history)).toEqual([]);
  });
});

/** Server 3 led, logged what nobody else has, and died; the others went on. */
function divergedWorld(): World {
  const world = threeServers();
  write(world, 1, ['/a']);
  diesAlone(world);
  awaitLeader(world, 1);
  return world;
}

/** What servers said of one kind. */
function traced<Kind extends TraceEvent['kind']>(
  world: World,
  kind: Kind,
): Extract<TraceEvent, { kind: Kind }>[] {
  return world.observations.flatMap(({ at, what }) =>
    at === 'server' && what.kind === 'traced' && what.event.kind === kind
      ? [what.event as Extract<TraceEvent, { kind: Kind }>]
      : [],
  );
}
