// A world that goes on from a live ensemble: it begins with that ensemble's disks, and by nothing else.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64, fromBase64 } from '../base/base64.ts';
import { serverId } from '../vocabulary/ids.ts';
import { readOptions, type LabOptions } from '../vocabulary/steps.ts';
import { EMPTY_UNTRUSTED, type Taken, type TakenDisk } from '../vocabulary/taken.ts';
import { LabHistory } from './history.ts';
import { roomOfLab } from './lab-room.ts';
import { disksOf } from './taken-disks.ts';
import { lived, TAKEN_AT_MILLIS, takenFrom } from './taken.fixture.ts';

const optionsWith = (taken: Taken): LabOptions => ({
  ...{ seed: 3, participants: 3, observers: 0, taken },
});

/** What was up is opened, with the clients that came along, and it runs. */
function begun(options: LabOptions, millis: number): LabHistory {
  const history = new LabHistory(options);
  for (const { server, up } of options.taken?.disks ?? []) {
    if (up) history.act({ kind: 'openServer', server });
  }
  for (const session of options.taken?.sessions ?? []) {
    history.act({ kind: 'resumeClient', ...session });
  }
  history.run(millis);
  return history;
}

/** Without the configuration: its node is each ensemble's own. */
const nodesOf = (history: LabHistory, server: number) =>
  history.lab.world
    .seat(server)
    .tree()
    ?.nodes.filter(({ path }) => path !== '/zookeeper/config');

const paths = (history: LabHistory, server: number): string[] =>
  nodesOf(history, server)?.map(({ path }) => path) ?? [];

describe('a world that goes on from a live ensemble', () => {
  const { world, clients } = lived();
  const taken = takenFrom(world, clients);
  const options = optionsWith(taken);

  it('begins with these very disks: epochs, snapshots and logs', () => {
    const { lab } = new LabHistory(options);
    const logs = world.servers.map((server) => {
      const there = world.seat(server).disk.recover();
      expect(lab.world.seat(server).disk.recover()).toEqual(there);
      return [there.snapshot !== null, there.log.length > 0];
    });
    // Both ways of having a history are among them.
    expect(logs).toEqual(expect.arrayContaining([[false, true]]));
    expect(logs.some(([snapshot]) => snapshot)).toBe(true);
    const [one, two] = roomOfLab(lab).servers;
    expect(one).toMatchObject({ present: true, killed: true, lostDisk: false });
    expect(two).toMatchObject({ present: true });
  });

  it('recovers by the ordinary way: the same trees to the last acknowledged write, no rule broken', () => {
    const history = begun(options, 1_500);
    const leader = world.servers.find((server) => world.view(server)?.role === 'leading') ?? 0;
    const there = world
      .seat(leader)
      .tree()
      ?.nodes.filter(({ path }) => path !== '/zookeeper/config');
    for (const server of [2, 3]) expect(nodesOf(history, server)).toEqual(there);
    expect(paths(history, 2)).toEqual(expect.arrayContaining(['/acknowledged', '/box', '/one']));
    const view = history.lab.world.view(2);
    expect(view?.serving).toBe(true);
    expect(view?.currentEpoch).toBe((world.view(leader)?.currentEpoch ?? 0) + 1);
    history.act({ kind: 'openServer', server: 1 });
    history.act({
      ...{ kind: 'command', client: 1 },
      command: {
        ...{ kind: 'create', path: '/later', data: '', ephemeral: false, sequential: false },
      },
    });
    history.run(3_000);
    expect(paths(history, 1)).toEqual(paths(history, 2));
    const later = nodesOf(history, 1)?.find(({ path }) => path === '/later');
    expect(Math.abs((later?.stat.ctime ?? 0) - TAKEN_AT_MILLIS)).toBeLessThan(10_000);
    expect(history.lamp().first).toBeNull();
    const checked = history.lamp().invariants.find(({ rule }) => rule === 'TotalOrder');
    expect(checked?.checked).toBeGreaterThan(0);
  });

  it('keeps the sessions whose clients came along; the others expire', () => {
    const history = begun(optionsWith({ ...taken, sessions: taken.sessions.slice(0, 1) }), 1_500);
    expect(paths(history, 2)).toEqual(expect.arrayContaining(['/one', '/two']));
    expect(history.lab.client(1)?.view()).toMatchObject({
      ...{ state: 'SyncConnected', sessionId: clients[0].view().sessionId },
    });
    history.run(6_000);
    expect(paths(history, 2)).toContain('/one');
    expect(paths(history, 2)).not.toContain('/two');
    expect(history.lamp().first).toBeNull();
  });

  it('is the same run each time, through JSON and back and forth', () => {
    const first = begun(options, 2_500);
    const { hash, now } = first;
    const carried = readOptions(JSON.parse(JSON.stringify(options)));
    expect(carried).toEqual(options);
    if (carried === null) return;
    expect(begun(carried, 2_500).hash).toBe(hash);
    first.seek(0);
    first.seek(now.millis);
    expect(first.hash).toBe(hash);
    expect(begun({ ...options, seed: 4 }, 2_500).hash).not.toBe(hash);
  });

  it('an unread disk is a suspect’s: it does not vote, and is given everything', () => {
    const disks = taken.disks.map((disk): TakenDisk => {
      return disk.server === 2 ? { server: 2, up: false, ...EMPTY_UNTRUSTED } : disk;
    });
    const history = begun(optionsWith({ ...taken, disks }), 500);
    history.act({ kind: 'openServer', server: 2 });
    history.run(2_000);
    // 3 and the suspect are no quorum.
    expect(history.lab.world.view(3)?.serving).toBe(false);
    expect(roomOfLab(history.lab).servers[1]).toMatchObject({ lostDisk: true });
    history.act({ kind: 'openServer', server: 1 });
    history.run(4_000);
    expect(history.lab.world.view(2)).toMatchObject({ serving: true, trusted: true });
    expect(paths(history, 2)).toContain('/acknowledged');
    expect(history.lamp().first).toBeNull();
  });
});

describe('what was taken, when it comes from outside', () => {
  const taken = takenFrom(lived().world);
  const [early, snapped] = taken.disks;
  const records = early?.log ?? [];
  const withDisk = (change: Partial<TakenDisk>, of = early): Taken => ({
    ...taken,
    disks: [{ ...of, ...change } as TakenDisk],
  });

  it('is read where it is whole', () => {
    expect(disksOf(taken)?.get(serverId(1))?.log).toHaveLength(records.length);
    expect(snapped?.snapshot).not.toBeNull();
  });

  it.each([
    ['a hole in the log', withDisk({ log: records.slice(1) })],
    ['an entry twice', withDisk({ log: records.flatMap((one) => [one, one]) })],
    ['a log beyond its epoch', withDisk({ acceptedEpoch: 0, currentEpoch: 0 })],
    ['a record that is none', withDisk({ log: ['AAAA'] })],
    ['a tree that is none', withDisk({ snapshot: { zxid: '0x100000001', bytes: 'AAAA' } })],
    [
      'a snapshot before everything',
      withDisk({ snapshot: { zxid: '0xffffffffffffffff', bytes: 'AAAA' } }),
    ],
  ])('%s is refused', (_, damaged) => {
    expect(disksOf(damaged)).toBeNull();
  });

  it('no damage of a byte throws, whether it is seen or not', () => {
    const damagedAt = (record: string, at: number, bit: number): string => {
      const bytes = fromBase64(record) ?? new Uint8Array(1);
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
      return base64(bytes);
    };
    const anywhere = fc.nat({ max: 1_000_000 });
    fc.assert(
      fc.property(anywhere, anywhere, fc.nat({ max: 7 }), (which, at, bit) => {
        const log = records.map((record, index) => {
          return index === which % records.length ? damagedAt(record, at, bit) : record;
        });
        disksOf(withDisk({ log }));
        const snapshot = snapped?.snapshot ?? null;
        if (snapshot === null) return;
        const bytes = damagedAt(snapshot.bytes, at, bit);
        disksOf(withDisk({ snapshot: { ...snapshot, bytes } }, snapped));
      }),
    );
  });
});
