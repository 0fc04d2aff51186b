// A client's frame as far as its trace event says it, where nobody kept its bytes: a trace of a file or of an
// older page. What the event does not say is a place without bytes, and what may come behind stays open.

import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { OP_CODE, type OpName } from '../vocabulary/request.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { encodeReply, encodeWatcherEvent } from './client.ts';
import { frame } from './election.ts';
import { makeWriter, writeInt, writeLong, writeRaw, writeString, written } from './writer.ts';

export type ClientFrameEvent = Extract<
  TraceEvent,
  {
    readonly kind:
      'requestReceived' | 'replied' | 'watchFired' | 'sessionOpened' | 'sessionResumed';
  }
>;

export interface ToldFrame {
  /** With its length; zeros where the event does not say what stood there. */
  readonly bytes: Uint8Array;
  /** The places of those zeros: from the first byte to the one behind the last. */
  readonly untold: readonly (readonly [from: number, to: number])[];
  readonly secret: readonly (readonly [from: number, to: number])[];
  /** It ends where `bytes` end. */
  readonly whole: boolean;
}

const LENGTH = [0, 4] as const;
const TYPE = [8, 12] as const;
const NO_ZXID = zxidOf(-1n);
const PASSWORD_BYTES = 16;

export function toldFrame(event: ClientFrameEvent): ToldFrame {
  switch (event.kind) {
    case 'watchFired': {
      const { event: type, path } = event;
      return all(encodeWatcherEvent(NO_ZXID, { type, state: 'SyncConnected', path }));
    }
    case 'replied': {
      const { xid, zxid, err } = event;
      const header = encodeReply({ xid, zxid, err }, null);
      // Behind an error comes nothing.
      if (err !== ERROR_CODE.Ok) return all(header);
      return { bytes: frame(header), untold: [LENGTH], secret: [], whole: false };
    }
    case 'requestReceived':
      return request(event);
    case 'sessionOpened':
    case 'sessionResumed': {
      const writer = makeWriter(64);
      for (const int of [0, 0, event.timeoutMillis]) writeInt(writer, int);
      writeLong(writer, event.session);
      writeInt(writer, PASSWORD_BYTES);
      const from = writer.length;
      writeRaw(writer, new Uint8Array(PASSWORD_BYTES));
      const secret = [[from, from + PASSWORD_BYTES] as const];
      return { bytes: written(writer), untold: [LENGTH], secret, whole: false };
    }
  }
}

const all = (bytes: Uint8Array): ToldFrame => ({
  ...{ bytes: frame(bytes), untold: [], secret: [], whole: true },
});

/** Their bodies begin with the path. */
const PATH_FIRST: ReadonlySet<OpName> = new Set<OpName>([
  ...(['create', 'create2', 'createContainer', 'createTTL', 'delete', 'exists'] as const),
  ...(['getData', 'setData', 'getACL', 'setACL', 'getChildren', 'getChildren2'] as const),
  ...(['sync', 'addWatch', 'checkWatches', 'removeWatches', 'getAllChildrenNumber'] as const),
]);

function request(
  event: Extract<ClientFrameEvent, { readonly kind: 'requestReceived' }>,
): ToldFrame {
  const { op, path, xid } = event;
  const writer = makeWriter(64);
  writeInt(writer, 0);
  writeInt(writer, xid);
  // A type that no server knows is told as "error".
  const unknown = op === 'error';
  writeInt(writer, unknown ? 0 : OP_CODE[op]);
  // An empty path may have been null.
  if (path !== null && path !== '' && PATH_FIRST.has(op)) writeString(writer, path);
  const untold = unknown ? [LENGTH, TYPE] : [LENGTH];
  return { bytes: written(writer), untold, secret: [], whole: false };
}
