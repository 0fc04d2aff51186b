import { describe, expect, it } from 'vitest';
import { compareBranches } from './compare.ts';
import { LabHistory } from './history.ts';
import { roomOfLab } from './lab-room.ts';

function threeServers(): LabHistory {
  const history = new LabHistory({ seed: 2, participants: 3, observers: 0 });
  for (const server of [1, 2, 3]) history.act({ kind: 'openServer', server });
  history.act({ kind: 'openClient', server: 1, timeoutMillis: 2_000 });
  history.run(1_500);
  return history;
}

describe('two branches', () => {
  it('differ from the step on that only one of them has, in trace, trees and logs', () => {
    const history = threeServers();
    history.seek(1_000);
    history.act({
      ...{ kind: 'command', client: 1 },
      command: { kind: 'create', path: '/only', data: '', ephemeral: false, sequential: false },
    });
    history.run(1_500);
    const before = { now: history.now, hash: history.hash };
    const difference = compareBranches(history, 1, 2);
    expect(difference).toMatchObject({ same: false, trees: [1, 2, 3], logs: [1, 2, 3] });
    expect(difference?.since?.millis).toBeGreaterThanOrEqual(1_000);
    expect(difference?.left.end).toEqual(history.branches()[0]?.end);
    expect(difference?.right.told.some(({ event }) => event.kind === 'proposed')).toBe(true);
    expect({ now: history.now, hash: history.hash }).toEqual(before);
  });

  it('are told apart from the first event on that only one of them has, what only moves left out', () => {
    const history = threeServers();
    history.seek(1_000);
    history.act({ kind: 'crash', server: 3, silent: false });
    history.run(1_500);
    const difference = compareBranches(history, 1, 2);
    const since = difference?.since?.events ?? 0;
    expect(since).toBeGreaterThanOrEqual(history.branches()[1]?.parent?.at.events ?? Infinity);
    expect(difference?.right.told.length).toBeGreaterThan(0);
    for (const told of difference?.right.told ?? []) {
      expect(told.moment.events).toBeGreaterThanOrEqual(since);
      expect(['packetSent', 'packetReceived', 'quorumChecked']).not.toContain(told.event.kind);
    }
    // A moment of it is a place to go to.
    const decided = difference?.right.told.find(({ event }) => event.kind === 'electionDecided');
    history.seek(decided?.moment.millis ?? 0, decided?.moment.events);
    expect(history.told().at(-1)?.moment).toEqual(decided?.moment);
    expect(roomOfLab(history.lab).quorum.leader).toBeNull();
  });

  it('of which one goes on where the other ends differ by the rest of it', () => {
    const history = threeServers();
    history.seek(20);
    history.act({ kind: 'crash', server: 3, silent: false });
    const difference = compareBranches(history, 2, 1);
    expect(difference?.left).toMatchObject({ told: [], omitted: 0 });
    expect(difference?.right.told.length).toBeGreaterThan(0);
    expect(difference?.logs).toEqual([1, 2, 3]);
  });

  it('are the same no longer than up to the end of the one that ends first, and to what was done there', () => {
    const history = threeServers();
    history.seek(1_000);
    history.act({ kind: 'cut', a: 1, b: 2, silent: true });
    // Nothing was told of it, and nothing after it.
    expect(compareBranches(history, 1, 2)).toMatchObject({
      ...{ same: false, since: { millis: 1_000 }, right: { told: [] } },
    });
    history.seek(600);
    history.act({ kind: 'crash', server: 3, silent: false });
    history.selectBranch(2);
    history.run(1_600);
    history.act({ kind: 'heal', a: 1, b: 2 });
    expect(compareBranches(history, 3, 1)?.since?.millis).toBe(600);
    expect(compareBranches(history, 2, 1)?.since?.millis).toBe(1_000);
  });

  it('with the same events are not the same where something else was done', () => {
    const history = threeServers();
    history.act({ kind: 'cut', a: 1, b: 2, silent: true });
    history.seek(1_499);
    history.act({ kind: 'cut', a: 1, b: 3, silent: true });
    history.run(1_500);
    expect(compareBranches(history, 1, 2)).toMatchObject({ same: false, since: { millis: 1_499 } });
  });

  it('of which one is the other are the same', () => {
    const history = threeServers();
    expect(compareBranches(history, 1, 1)).toMatchObject({
      ...{ same: true, since: null, trees: [], logs: [], alone: [] },
      left: { told: [], omitted: 0 },
    });
    expect(compareBranches(history, 1, 7)).toBeNull();
  });
});

describe('the room of a laboratory', () => {
  it('says who leads, who is down, what is cut, who is attached', () => {
    const history = threeServers();
    expect(roomOfLab(history.lab)).toMatchObject({
      quorum: { have: 3, need: 2, serving: true, leader: 3, epoch: 1 },
      sessions: [{ number: 1, attachedTo: 1 }],
    });
    history.act({ kind: 'cut', a: 1, b: 2, silent: false });
    history.act({ kind: 'crash', server: 3, silent: false });
    const room = roomOfLab(history.lab);
    expect(room.cuts).toEqual([{ a: 1, b: 2 }]);
    expect(room.servers[2]).toMatchObject({ serverId: 3, killed: true, server: null });
    expect(room.quorum.serving).toBe(false);
  });
});
