import { describe, expect, it } from 'vitest';

import { serverId, sessionId } from '../../vocabulary/ids.ts';
import { NO_SELECTION } from '../../vocabulary/lab-run.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { eventSelection, type Selection } from '../state/selection.ts';
import { followedOf, selectionOf, type Selected } from './selection.ts';

const traced: Traced = {
  ...{ server: serverId(2), sequence: 7, atMillis: 40 },
  event: { kind: 'epochAccepted', epoch: 1 },
};
const choice: Selected['choice'] = {
  ...{ view: 'stage', server: null, session: 1, path: '/', compared: null },
};

describe('what is selected', () => {
  it('is nothing at first, and all of it is carried', () => {
    expect(selectionOf({ choice, selection: { current: null } })).toEqual(NO_SELECTION);
    const chosen: Selected['choice'] = {
      ...{ view: 'compare' as const, server: serverId(3), session: 4, path: '/app' },
      compared: { left: 1, right: 3 },
    };
    expect(selectionOf({ choice: chosen, selection: { current: eventSelection(traced) } })).toEqual(
      {
        ...{ view: 'compare', server: 3, session: 4, path: '/app', followed: null },
        ...{ compared: { left: 1, right: 3 }, event: { server: 2, sequence: 7, atMillis: 40 } },
      },
    );
  });

  it.each<Exclude<Selection, { traced: unknown }>>([
    { kind: 'server', server: serverId(4) },
    { kind: 'zxid', zxid: makeZxid(3, 17) },
    { kind: 'session', session: sessionId(-5n) },
    { kind: 'znode', path: '/a/b' },
    { kind: 'watch', session: sessionId(77n), path: '/a' },
  ])('what is selected everywhere is the same again: $kind', (current) => {
    const text = selectionOf({ choice, selection: { current } }).followed;
    expect(text === null ? null : followedOf(text)).toEqual(current);
  });
});
