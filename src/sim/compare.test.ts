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
    expect(difference?.onlyRight.some(({ event }) => event.kind === 'proposed')).toBe(true);
    expect({ now: history.now, hash: history.hash }).toEqual(before);
  });

  it('of which one is the other are the same', () => {
    const history = threeServers();
    expect(compareBranches(history, 1, 1)).toMatchObject({ same: true, since: null });
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
