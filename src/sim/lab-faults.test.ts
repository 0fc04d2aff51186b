// What a laboratory's servers suffer by the steps that break a channel and that skew a clock.

import { describe, expect, it } from 'vitest';
import { serverId } from '../vocabulary/ids.ts';
import type { LabStep } from '../vocabulary/steps.ts';
import { LabHistory } from './history.ts';

function running(): LabHistory {
  const history = new LabHistory({ seed: 5, participants: 3, observers: 0 });
  for (const server of [1, 2, 3]) history.act({ kind: 'openServer', server });
  history.run(2_000);
  return history;
}

const told = (history: LabHistory, kind: string, server: number): number[] =>
  history
    .told()
    .filter((traced) => traced.event.kind === kind && traced.server === server)
    .map(({ atMillis }) => atMillis);

const SKEWED: readonly LabStep[] = [
  { kind: 'skewClock', server: 1, percent: 300 },
  { kind: 'skewClock', server: 3, percent: 40 },
  { kind: 'closeChannel', a: 2, b: 3, channel: 'quorum' },
  { kind: 'openClient', server: 1, timeoutMillis: 1_000 },
];

describe('closing one channel', () => {
  it('breaks the quorum link of this pair: the follower elects, and follows again', () => {
    const history = running();
    const before = told(history, 'roleChanged', 1).length;
    const others = told(history, 'roleChanged', 2).length;
    history.act({ kind: 'closeChannel', a: 1, b: 3, channel: 'quorum' });
    history.run(4_000);
    expect(told(history, 'roleChanged', 1).length).toBe(before + 2);
    expect(told(history, 'roleChanged', 2)).toHaveLength(others);
  });

  it('of the election leaves the quorum alone', () => {
    const history = running();
    const before = [1, 2, 3].map((server) => told(history, 'roleChanged', server).length);
    history.act({ kind: 'closeChannel', a: 1, b: 3, channel: 'election' });
    history.run(4_000);
    expect([1, 2, 3].map((server) => told(history, 'roleChanged', server).length)).toEqual(before);
  });

  it('does nothing between a server and itself, or one that is not there', () => {
    const history = running();
    const quiet = running();
    history.act({ kind: 'closeChannel', a: 2, b: 2, channel: 'quorum' });
    history.act({ kind: 'closeChannel', a: 2, b: 7, channel: 'quorum' });
    history.act({ kind: 'skewClock', server: 8, percent: 300 });
    history.run(4_000);
    quiet.run(4_000);
    expect(history.told()).toEqual(quiet.told());
  });
});

describe('a skewed clock', () => {
  /** When the session of a client that died expires, on a leader whose clock goes so fast. */
  function expiresAfter(percent: number): number {
    const history = running();
    const leader = history.lab.world.seats.get(serverId(3));
    expect(leader?.view()?.role).toBe('leading');
    history.act({ kind: 'openClient', server: 1, timeoutMillis: 1_600 });
    history.run(3_000);
    history.act({ kind: 'skewClock', server: 3, percent });
    history.act({ kind: 'killClient', client: 1 });
    history.run(12_000);
    const [at] = told(history, 'sessionExpired', 3);
    return (at ?? 0) - 3_000;
  }

  it('lets the leader expire a session sooner, or later', () => {
    const usual = expiresAfter(100);
    expect(usual).toBeGreaterThan(1_000);
    expect(expiresAfter(300)).toBeLessThan(usual / 2);
    expect(expiresAfter(40)).toBeGreaterThan(usual * 2);
  });

  it('breaks no rule, and replays to the same run', () => {
    const play = (): LabHistory => {
      const history = running();
      for (const step of SKEWED) history.act(step);
      history.run(4_000);
      history.act({ kind: 'skewClock', server: 1, percent: 100 });
      history.act({ kind: 'crash', server: 3, silent: false });
      history.run(8_000);
      return history;
    };
    const history = play();
    const { hash, now } = history;
    expect(history.lamp().first).toBeNull();
    expect(play().hash).toBe(hash);
    history.seek(2_500);
    history.seek(now.millis);
    expect(history.hash).toBe(hash);
  });

  it('at its usual pace changes nothing', () => {
    const [touched, untouched] = [running(), running()];
    touched.act({ kind: 'skewClock', server: 1, percent: 100 });
    for (const history of [touched, untouched]) history.run(5_000);
    expect(touched.told()).toEqual(untouched.told());
  });
});
