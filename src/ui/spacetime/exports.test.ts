import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { causalityOf } from './causality.ts';
import { shiViz } from './exports.ts';

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

describe('a trace as a file of another program', () => {
  it('gives ShiViz a host, an event and a vector clock', () => {
    expect(shiViz(causalityOf(trace), ({ event }) => event.kind)).toBe(
      'packetSent\nserver-3 {"server-3":1}\npacketReceived\nserver-1 {"server-1":1, "server-3":1}\n',
    );
  });
});
