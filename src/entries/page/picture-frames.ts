// What one page shows another of its server, as bounded frames. Events that a frame has no room for are left
// out, and the frame says how many.

import { decodeWire, encodeWire } from '../../adapters/webrtc/wire-json.ts';
import type { FromWorker } from '../../adapters/worker/messages.ts';
import { isTraced } from '../../vocabulary/read-trace.ts';
import { isOutsideClients, isServerView, isTreeView } from '../../vocabulary/read-view.ts';
import { isRecord } from '../../vocabulary/shapes.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { DiskPiece } from './disk-exchange.ts';

/** What the worker gives of its server, and pieces of a disk that was asked for. */
export type Picture = (FromWorker & { readonly kind: 'trace' | 'view' | 'tree' }) | DiskPiece;

/** What a page makes of the others' servers by their pictures. */
export type Shown = Exclude<Picture, DiskPiece>;

const FRAME_BYTES_MAX = 192 * 1024;

/** As much of the picture as one frame holds; null when not even its smallest part fits. */
export function encodePicture(picture: Picture): Uint8Array<ArrayBuffer> | null {
  if (picture.kind === 'trace') return encodeTrace(picture.events);
  for (let part: Picture | null = picture; part !== null; part = halve(part)) {
    const bytes = encodeWire(part);
    if (bytes.byteLength <= FRAME_BYTES_MAX) return bytes;
  }
  return null;
}

/** The first of these events, as many as fit, and the number of the others. */
export function encodeTrace(events: readonly Traced[]): Uint8Array<ArrayBuffer> {
  for (let kept = events.length; ; kept >>= 1) {
    const told = [...events.slice(0, kept), ...leftOut(events.slice(kept))];
    const bytes = encodeWire({ kind: 'trace', events: told });
    if (bytes.byteLength <= FRAME_BYTES_MAX || kept === 0) return bytes;
  }
}

/** The one event that stands for all of these, in the place of the first; none for none. */
export function leftOut(events: readonly Traced[]): Traced[] {
  const [first] = events;
  if (first === undefined) return [];
  let count = 0;
  for (const { event } of events) count += event.kind === 'traceDropped' ? event.count : 1;
  const { server, sequence, atMillis } = first;
  return [{ server, sequence, atMillis, event: { kind: 'traceDropped', count } }];
}

function halve(picture: Picture): Picture | null {
  if (picture.kind !== 'tree' || picture.tree.nodes.length <= 1) return null;
  const { tree } = picture;
  const nodes = tree.nodes.slice(0, tree.nodes.length >> 1);
  const omitted = tree.omitted + tree.nodes.length - nodes.length;
  return { ...picture, tree: { ...tree, nodes, omitted } };
}

/** A page speaks for its own server only. Null for what is no picture to the last field: whoever draws, judges
 *  or words it trusts its types. */
export function readPicture(seat: number, data: ArrayBuffer): Picture | null {
  if (data.byteLength > FRAME_BYTES_MAX) return null;
  const value = decodeWire(new Uint8Array(data));
  return isRecord(value) && isPicture(seat, value) ? value : null;
}

function isPicture(
  seat: number,
  value: Readonly<Record<string, unknown>>,
): value is Picture & Readonly<Record<string, unknown>> {
  const { kind, events, view, outside, tree } = value;
  switch (kind) {
    case 'trace':
      return isTrace(seat, events);
    case 'view':
      return isServerView(view) && view.serverId === seat && isOutsideClients(outside);
    case 'tree':
      return isTreeView(tree) && tree.serverId === seat;
    case 'disk':
      return value['server'] === seat && isPiece(value);
    default:
      return false;
  }
}

const isTrace = (seat: number, events: unknown): boolean =>
  Array.isArray(events) && events.every((traced) => isTraced(traced) && traced.server === seat);

const isPiece = ({ ticket, from, length, text }: Readonly<Record<string, unknown>>): boolean =>
  [ticket, from, length].every((count) => Number.isSafeInteger(count)) && typeof text === 'string';
