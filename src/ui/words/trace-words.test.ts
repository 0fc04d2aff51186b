import { afterAll, describe, expect, it } from 'vitest';

import { connectionId, serverId, sessionId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid as zxid } from '../../vocabulary/zxid.ts';
import { overwriteGetLocale } from '../paraglide/runtime.js';
import { eventWords, traceWords } from './trace-words.ts';

const session = sessionId(7n);
const ping = { session, op: 'ping' } as const;

/** What the feed leaves out; story, list, tooltip and card say it all the same. */
const LEFT_OUT: readonly TraceEvent[] = [
  { kind: 'phaseChanged', phase: 'discovery', epoch: 2 },
  { kind: 'quorumChecked', have: 2, need: 2, servers: [serverId(1), serverId(3)] },
  { kind: 'clientConnected', connection: connectionId(4) },
  { kind: 'requestReceived', xid: -2, path: null, ...ping },
  { kind: 'replied', xid: -2, zxid: zxid(1, 1), err: 0, ...ping },
  { kind: 'requestForwarded', cxid: -2, ...ping },
  { kind: 'packetSent', peer: serverId(2), type: 'PING', zxid: zxid(1, 1), bytes: 20 },
];

const told = (event: TraceEvent): Traced => ({
  ...{ server: serverId(1), sequence: 1, atMillis: 0, event },
});

afterAll(() => {
  overwriteGetLocale(() => 'en');
});

describe('an event that the feed leaves out', () => {
  it.each(['en', 'zh-CN'] as const)('has words in %s, and no name of the engine', (locale) => {
    overwriteGetLocale(() => locale);
    for (const event of LEFT_OUT) {
      expect(traceWords(told(event))).toBeNull();
      const { line, why } = eventWords(told(event));
      expect(`${line} ${why ?? ''}`).not.toMatch(`${event.kind}|undefined`);
      expect(/[一-鿿]/.test(line)).toBe(locale === 'zh-CN');
    }
  });

  it('says what happened', () => {
    overwriteGetLocale(() => 'en');
    expect(LEFT_OUT.map((event) => eventWords(told(event)).line)).toEqual([
      '1 enters discovery, epoch 2',
      '1 checks who was heard: 2, quorum 2',
      'A client connects to 1',
      '1 receives ping',
      '1 answers ping',
      '1 hands ping to the leader',
      '1 sends PING 0x100000001 to 2',
    ]);
  });
});
