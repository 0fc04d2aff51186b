// What is sent by somebody whose frames are damaged, and in which order its answers may come.

import { OP_CODE, XID } from '../../vocabulary/request.ts';

/** Answered at once, before what was sent earlier. */
const AT_ONCE: ReadonlySet<number> = new Set([OP_CODE.auth, OP_CODE.sasl]);

export interface Sent {
  readonly xid: number;
  readonly atOnce: boolean;
}

export function sentOf(frame: Uint8Array): Sent {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 8) return { xid: 0, atOnce: false };
  const type = view.getInt32(4);
  // A ping is answered with the number that pings have, whatever was sent.
  return { xid: type === OP_CODE.ping ? XID.ping : view.getInt32(0), atOnce: AT_ONCE.has(type) };
}

/** With an xid of its own, so that an answer tells whose it is. */
export function numbered(frame: Uint8Array, xid: number): Uint8Array {
  if (frame.length >= 4) new DataView(frame.buffer, frame.byteOffset).setInt32(0, xid);
  return frame;
}

/** Each answer belongs to a request that was sent, in the order of sending. Events are none. */
export function expectOrder(sent: readonly Sent[], xids: readonly number[]): void {
  const queued = sent.filter(({ atOnce }) => !atOnce).map(({ xid }) => xid);
  const immediate = sent.filter(({ atOnce }) => atOnce).map(({ xid }) => xid);
  let at = 0;
  for (const xid of xids.filter((one) => one !== XID.notification)) {
    const found = queued.indexOf(xid, at);
    if (found >= 0) at = found + 1;
    else if (immediate.includes(xid)) immediate.splice(immediate.indexOf(xid), 1);
    else throw new Error(`an answer to ${String(xid)} after ${JSON.stringify(sent)}`);
  }
}
