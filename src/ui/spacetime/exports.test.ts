import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { causalityOf } from './causality.ts';
import { jsonLines, readJsonLines, shiViz } from './exports.ts';

const trace: Traced[] = [
  {
    server: serverId(3),
    sequence: 1,
    atMillis: 10,
    event: {
      kind: 'packetSent',
      peer: serverId(1),
      type: 'COMMIT',
      zxid: makeZxid(1, 2),
      bytes: 20,
    },
  },
  {
    server: serverId(1),
    sequence: 9,
    atMillis: 11,
    event: {
      kind: 'packetReceived',
      peer: serverId(3),
      type: 'COMMIT',
      zxid: makeZxid(1, 2),
      bytes: 20,
    },
  },
];

describe('a trace as a file', () => {
  it('comes back as it was, to the last bit of a zxid', () => {
    expect(readJsonLines(jsonLines(trace))).toEqual({ kind: 'read', events: trace });
  });

  it.each([
    ['', 1],
    ['{"format":"something-else","version":1}', 1],
    [`${jsonLines(trace)}{"server":1}`, 4],
    [`${jsonLines(trace)}not json`, 4],
    [jsonLines([]).replace('"version":1', '"version":9'), 1],
  ])('names the line that is no trace: %j', (text, line) => {
    expect(readJsonLines(text)).toEqual({ kind: 'refused', line });
  });

  it('gives ShiViz a host, an event and a vector clock', () => {
    expect(shiViz(causalityOf(trace), ({ event }) => event.kind)).toBe(
      'packetSent\nserver-3 {"server-3":1}\npacketReceived\nserver-1 {"server-1":1, "server-3":1}\n',
    );
  });
});
