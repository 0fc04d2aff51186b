// What servers really tell is what a file or another page may hold: the checks of what comes from outside take
// every event, view and tree of scenes and storms, and no event of them with a field missing.

import { describe, expect, it } from 'vitest';
import { isTraced } from '../vocabulary/read-trace.ts';
import { isServerView, isTreeView } from '../vocabulary/read-view.ts';
import type { Traced, TraceKind } from '../vocabulary/trace.ts';
import { SCENES } from './scene-list.ts';
import { runStorm } from './storm.ts';
import { World } from './world.ts';

const STORMS = 12;
/** So many kinds have to have been met: a run that tells little proves little. */
const KINDS_MIN = 40;

const toldIn = ({ observations }: World): Traced[] =>
  observations.flatMap((seen) =>
    seen.at === 'server' && seen.what.kind === 'traced'
      ? [
          {
            ...{ server: seen.server, atMillis: seen.millis },
            ...{ sequence: seen.what.sequence, event: seen.what.event },
          },
        ]
      : [],
  );

const played = SCENES.map(({ options, prepare, play }) => {
  const world = new World({ seed: 11, ...options });
  prepare?.(world);
  play(world, () => undefined);
  return world;
});
const storms = Array.from({ length: STORMS }, (_, seed) => runStorm(seed + 1).world);
const worlds = [...played, ...storms];
const told = worlds.flatMap(toldIn);

describe('the check of traces from outside', () => {
  it('takes whatever servers told', () => {
    const refused = told.flatMap((traced) => {
      const { kind } = traced.event;
      return isTraced(traced) ? [] : [kind];
    });
    expect([...new Set(refused)]).toEqual([]);
    expect(new Set(told.map(({ event }) => event.kind)).size).toBeGreaterThanOrEqual(KINDS_MIN);
  });

  it('misses any field that is not there', () => {
    const one = new Map<TraceKind, Traced>(told.map((traced) => [traced.event.kind, traced]));
    for (const traced of one.values()) {
      for (const field of Object.keys(traced.event)) {
        const event = Object.fromEntries(
          Object.entries(traced.event).filter(([name]) => name !== field),
        );
        expect(isTraced({ ...traced, event }), `${traced.event.kind} without ${field}`).toBe(false);
      }
    }
  });
});

describe('the checks of pictures from outside', () => {
  it('take every view and tree of the servers', () => {
    const viewed = worlds.flatMap(({ observations }) =>
      observations.flatMap(({ what }) => (what.kind === 'viewed' ? [what.view] : [])),
    );
    const trees = worlds.flatMap(({ seats }) =>
      [...seats.values()].flatMap((seat) => seat.tree() ?? []),
    );
    expect(Math.min(viewed.length, trees.length)).toBeGreaterThan(30);
    expect(viewed.filter((view) => !isServerView(view))).toEqual([]);
    expect(trees.filter((tree) => !isTreeView(tree))).toEqual([]);
  });
});
