import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { serverId, sessionId } from './ids.ts';
import { isTraced } from './read-trace.ts';
import type { Traced } from './trace.ts';
import { makeZxid } from './zxid.ts';

const vote = { leader: serverId(3), zxid: makeZxid(1, 2), peerEpoch: 1n };
const traced = (event: Traced['event']): Traced => ({
  ...{ server: serverId(1), sequence: 4, atMillis: 10.5, event },
});
const ballot = traced({
  ...{ kind: 'ballotSent', to: serverId(2) },
  ballot: { state: 'LOOKING', vote, round: 1n, config: 'version=0' },
});
const applied = traced({
  ...{ kind: 'applied', zxid: makeZxid(1, 2), session: sessionId(-5n), op: 'create2', path: null },
  err: -110,
});
const awaited = traced({
  ...{ kind: 'commitAwaited', zxid: makeZxid(1, 2), have: 1, need: 2, waitedMillis: 101 },
  standings: [{ server: serverId(2), standing: 'silent', silentMillis: 102 }],
});

describe('a trace event from outside', () => {
  it('is one with every field', () => {
    const crossed = ['00ff', '00????ff'].map((wire) => ({ ...applied, wire }));
    for (const one of [ballot, applied, awaited, ...crossed]) expect(isTraced(one)).toBe(true);
  });

  it.each([
    ['no ballot', { ...ballot, event: { kind: 'ballotSent', to: 2 } }],
    ['a vote with half of its fields', edited({ ballot: { ...ballotOf(), vote: { leader: 3 } } })],
    ['a zxid in words', { ...applied, event: { ...applied.event, zxid: '0x100000002' } }],
    ['a zxid wider than 64 bits', { ...applied, event: { ...applied.event, zxid: 2n ** 64n } }],
    ['an operation that is none', { ...applied, event: { ...applied.event, op: 'toString' } }],
    ['a standing that is none', { ...awaited, event: { ...awaited.event, standings: [{}] } }],
    ['a field of another kind', { ...applied, event: { ...applied.event, connection: 'x' } }],
    ['a kind that is none', { ...applied, event: { kind: 'constructor' } }],
    ['a kind of the prototype', { ...applied, event: { kind: '__proto__' } }],
    ['a server that is no seat', { ...applied, server: -1 }],
    ['a moment that is none', { ...applied, atMillis: Number.NaN }],
    ['bytes that are none', { ...applied, wire: 'xyz' }],
    ['half a byte that is secret', { ...applied, wire: '00?' }],
    ['no event', { ...applied, event: null }],
  ])('is none with %s', (_, value) => {
    expect(isTraced(value)).toBe(false);
  });

  it('is none without any one of its fields', () => {
    for (const { event, ...place } of [ballot, applied, awaited]) {
      for (const field of Object.keys(event)) {
        const rest = Object.fromEntries(Object.entries(event).filter(([name]) => name !== field));
        expect([field, isTraced({ ...place, event: rest })]).toEqual([field, false]);
      }
    }
  });

  it('is judged without an exception, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (event) => {
        expect(isTraced({ server: 1, sequence: 1, atMillis: 1, event })).toBe(false);
      }),
    );
  });
});

function ballotOf(): object {
  return (ballot.event as { readonly ballot: object }).ballot;
}

function edited(fields: object): object {
  return { ...ballot, event: { ...ballot.event, ...fields } };
}
