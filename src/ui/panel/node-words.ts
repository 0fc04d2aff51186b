// A znode in words: its type, its data as text, its stat field by field.

import { formatSessionId, sessionId } from '../../vocabulary/ids.ts';
import type { NodeView } from '../../vocabulary/playground.ts';
import type { Stat } from '../../vocabulary/stat.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import { isSequential } from './tree-model.ts';

export interface NodeBadge {
  readonly kind: NodeView['kind'] | 'sequential';
  readonly word: string;
}

export function nodeBadges({ kind, path }: NodeView): NodeBadge[] {
  const type = { kind, word: kindWord(kind) };
  return isSequential(path) ? [type, { kind: 'sequential', word: m.kind_sequential() }] : [type];
}

function kindWord(kind: NodeView['kind']): string {
  switch (kind) {
    case 'persistent':
      return m.kind_persistent();
    case 'ephemeral':
      return m.kind_ephemeral();
    case 'container':
      return m.kind_container();
    case 'ttl':
      return m.kind_ttl();
  }
}

const PREVIEW_BYTES_MAX = 60;
const DATA_BYTES_MAX = 4_000;

/** The text of these bytes, or null if they are not text. A cut may part a character: then its rest
 *  is left out. */
export function textOf(data: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data, { stream: true });
  } catch {
    return null; // Not UTF-8: the caller says how many bytes there are.
  }
}

export function previewOf(data: Uint8Array | null): string {
  if (data === null || data.length === 0) return '';
  const text = textOf(data.subarray(0, PREVIEW_BYTES_MAX));
  if (text === null) return m.node_data_binary({ bytes: data.length });
  return data.length > PREVIEW_BYTES_MAX ? `${text}…` : text;
}

export interface DataWords {
  readonly text: string;
  /** Null: this is all of it, as it is. */
  readonly note: string | null;
}

export function dataWords(data: Uint8Array | null): DataWords {
  if (data === null) return { text: '', note: m.node_data_null() };
  if (data.length === 0) return { text: '', note: m.cli_empty_data() };
  const text = textOf(data.subarray(0, DATA_BYTES_MAX));
  if (text === null) return { text: '', note: m.node_data_binary({ bytes: data.length }) };
  if (data.length <= DATA_BYTES_MAX) return { text, note: null };
  return { text, note: m.node_data_cut({ shown: DATA_BYTES_MAX, total: data.length }) };
}

export interface StatWords {
  readonly field: keyof Stat;
  readonly words: string;
  readonly value: string;
}

export function statWords(stat: Stat, locale: string): StatWords[] {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const at = (millis: number): string => (millis === 0 ? '0' : time.format(millis));
  const owner = formatSessionId(sessionId(stat.ephemeralOwner));
  return [
    { field: 'czxid', words: m.stat_czxid(), value: formatZxid(stat.czxid) },
    { field: 'mzxid', words: m.stat_mzxid(), value: formatZxid(stat.mzxid) },
    { field: 'pzxid', words: m.stat_pzxid(), value: formatZxid(stat.pzxid) },
    { field: 'ctime', words: m.stat_ctime(), value: at(stat.ctime) },
    { field: 'mtime', words: m.stat_mtime(), value: at(stat.mtime) },
    { field: 'version', words: m.stat_version(), value: String(stat.version) },
    { field: 'cversion', words: m.stat_cversion(), value: String(stat.cversion) },
    { field: 'aversion', words: m.stat_aversion(), value: String(stat.aversion) },
    { field: 'ephemeralOwner', words: m.stat_ephemeralOwner(), value: owner },
    { field: 'dataLength', words: m.stat_dataLength(), value: String(stat.dataLength) },
    { field: 'numChildren', words: m.stat_numChildren(), value: String(stat.numChildren) },
  ];
}
