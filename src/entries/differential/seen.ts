// What a client saw, in a form in which two systems can be compared: zxids count from the start of the run,
// sessions have the names that the run gave them, times are only there or not, lists of names are sorted.
// Nothing else is left out: what cannot be decoded, or has bytes too many, is shown as it is.

import { decodeReply, decodeResponse, decodeWatcherEvent } from '../../jute/client.ts';
import { CodecError } from '../../jute/reader.ts';
import type { MultiResult, RequestKind, Response } from '../../vocabulary/request.ts';
import { XID } from '../../vocabulary/request.ts';
import type { Acl } from '../../vocabulary/stat.ts';

/** What one system calls things that the other calls otherwise. */
export interface Names {
  /** The zxid that the run counts from. */
  base: bigint;
  readonly sessions: Map<bigint, string>;
  /** Ports as the configuration text has them, and their places in the ensemble. */
  readonly ports: ReadonlyMap<string, string>;
}

/** A request that waits for its reply. `kind` null: there is no body to expect. */
export interface Asked {
  readonly label: string;
  readonly kind: RequestKind | null;
  /** Kinds of a multi's operations. */
  readonly parts?: readonly string[];
}

export interface Seen {
  readonly kind: 'reply' | 'event' | 'connected' | 'closed';
  /** Equal on both systems, or it is a difference. */
  readonly text: string;
  readonly zxid: bigint;
  /** Paths that this reply says were created. */
  readonly created: readonly string[];
}

const NO_ZXID = 0n;

export const CLOSED: Seen = { kind: 'closed', text: 'closed', zxid: NO_ZXID, created: [] };

export const isEventFrame = (frame: Uint8Array): boolean =>
  frame.length >= 4 &&
  new DataView(frame.buffer, frame.byteOffset).getInt32(0) === XID.notification;

export function seenEvent(names: Names, frame: Uint8Array): Seen {
  const { header, body } = decodeReply(frame);
  const { type, state, path } = decodeWatcherEvent(body);
  const zxid = relative(names, header.zxid);
  const text = `event ${type} ${state} ${JSON.stringify(path)} zxid ${zxid} err ${String(header.err)}`;
  return { kind: 'event', text, zxid: NO_ZXID, created: [] };
}

export function seenReply(names: Names, frame: Uint8Array, asked: Asked): Seen {
  const { header, body } = decodeReply(frame);
  const { xid, zxid, err } = header;
  const head = `xid ${String(xid)} zxid ${relative(names, zxid)} err ${String(err)}`;
  const response = responseOf(body, err === 0 ? asked.kind : null);
  const said =
    'problem' in response ? response.problem : comparable(names, plain(response.body, asked));
  const created = 'problem' in response ? [] : createdPaths(response.body);
  return { kind: 'reply', text: `${asked.label} -> ${head} ${said}`, zxid, created };
}

type Body = { readonly problem: string } | { readonly body: Response };

function responseOf(body: Uint8Array, kind: RequestKind | null): Body {
  const hex = Buffer.from(body).toString('hex');
  if (kind === null) return { problem: hex };
  try {
    return { body: decodeResponse(kind, body) };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { problem: `${hex} (${error.message})` };
  }
}

/** Accepted: a create2 inside a multi is answered with its Stat here, and without at Apache 3.8.0. */
function plain(response: Response, { parts = [] }: Asked): Response {
  if (response.kind !== 'multi') return response;
  const results = response.results.map((result, index): MultiResult => {
    if (result.kind !== 'create2' || parts[index] !== 'create2') return result;
    return { kind: 'create', path: result.path };
  });
  return { kind: 'multi', results };
}

function createdPaths(response: Response): string[] {
  if (response.kind === 'path' || response.kind === 'pathAndStat') return [response.path];
  if (response.kind !== 'multi') return [];
  return response.results.flatMap((result) =>
    result.kind === 'create' || result.kind === 'create2' ? [result.path] : [],
  );
}

const relative = (names: Names, zxid: bigint): string =>
  zxid <= 0n ? String(zxid) : `+${String(zxid - names.base)}`;

const ZXIDS = new Set(['czxid', 'mzxid', 'pzxid']);
const TIMES = new Set(['ctime', 'mtime']);

export function comparable(names: Names, value: unknown): string {
  return JSON.stringify(value, (key, one: unknown) => {
    if (one instanceof Uint8Array) return dataText(names, one);
    if (TIMES.has(key)) return Number(one) === 0 ? 0 : 'some time';
    if (key === 'clients' && Array.isArray(one))
      return one.map((client) => JSON.stringify(client)).sort();
    if (key === 'acl' && Array.isArray(one)) return sortedProofs(one as Acl[]);
    if (key === 'children' && Array.isArray(one)) return [...(one as string[])].sort();
    if (typeof one !== 'bigint') return one;
    if (key === 'ephemeralOwner') return names.sessions.get(one) ?? `session ${String(one)}`;
    return ZXIDS.has(key) ? relative(names, one) : String(one);
  });
}

/** What `auth` became stands in the order of a hash table: neighbours of the digest scheme with the same
 *  permissions are sorted. */
function sortedProofs(acl: readonly Acl[]): string[] {
  const entries = acl.map(({ perms, scheme, id }) => ({
    group: `${String(perms)} ${scheme}`,
    text: `${String(perms)} ${scheme} ${id}`,
    sorted: scheme === 'digest',
  }));
  const texts: string[] = [];
  let run: string[] = [];
  for (const [index, entry] of entries.entries()) {
    run.push(entry.text);
    const next = entries[index + 1];
    if (entry.sorted && next?.group === entry.group) continue;
    texts.push(...run.sort());
    run = [];
  }
  return texts;
}

const SHOWN_MAX = 200;

function dataText(names: Names, bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  if (text.startsWith('server.')) {
    return text.replace(/:(\d+)/g, (whole, port: string) => names.ports.get(port) ?? whole);
  }
  if (text.length <= SHOWN_MAX) return text;
  return `${text.slice(0, SHOWN_MAX)}... ${String(bytes.length)} bytes`;
}

/** Which of a session's ephemeral nodes goes first is left to a hash table: events that stand side by side
 *  are put in the order of their texts, from this place on. */
export function sortEvents(seen: Seen[], from: number): void {
  for (let start = from; start < seen.length; start += 1) {
    let end = start;
    while (seen[end]?.kind === 'event') end += 1;
    const run = seen.slice(start, end).sort((a, b) => (a.text < b.text ? -1 : 1));
    seen.splice(start, run.length, ...run);
    start = end;
  }
}
