// A watch event on the client port: a reply frame whose xid says that nobody asked for it.

import {
  EVENT_TYPE,
  KEEPER_STATE,
  XID,
  type EventName,
  type KeeperStateName,
  type ReplyHeader,
  type WatcherEvent,
} from '../vocabulary/request.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import { CodecError, expectEnd, makeReader, readInt, readString } from './reader.ts';
import { makeWriter, writeInt, writeLong, writeString, written } from './writer.ts';

/** A whole frame: the header with xid -1, then the event. */
export function encodeWatcherEvent(zxid: Zxid, event: WatcherEvent): Uint8Array {
  const writer = makeWriter(64);
  const header: ReplyHeader = { xid: XID.notification, zxid, err: 0 };
  writeInt(writer, header.xid);
  writeLong(writer, header.zxid);
  writeInt(writer, header.err);
  writeInt(writer, EVENT_TYPE[event.type]);
  writeInt(writer, KEEPER_STATE[event.state]);
  writeString(writer, event.path);
  return written(writer);
}

const HEADER_BYTES = 16;

/** Whether a whole frame to a client is an event. Its xid alone does not say it, since a client may ask with -1; but
 *  then the reply has a zxid, or an error. */
export function isWatcherEvent(frame: Uint8Array): boolean {
  if (frame.length < HEADER_BYTES) return false;
  const view = new DataView(frame.buffer, frame.byteOffset);
  return (
    view.getInt32(0) === XID.notification && view.getBigInt64(4) === -1n && view.getInt32(12) === 0
  );
}

const nameOf = <N extends string>(
  table: Readonly<Record<N, number>>,
  value: number,
  what: string,
): N => {
  for (const name of Object.keys(table) as N[]) if (table[name] === value) return name;
  throw new CodecError(`an unknown ${what} ${value}`);
};

/** The body of a frame with xid -1. */
export function decodeWatcherEvent(body: Uint8Array): WatcherEvent {
  const reader = makeReader(body);
  const type: EventName = nameOf(EVENT_TYPE, readInt(reader), 'event');
  const state: KeeperStateName = nameOf(KEEPER_STATE, readInt(reader), 'state');
  const path = readString(reader);
  expectEnd(reader, 'a watch event');
  return { type, state, path };
}
