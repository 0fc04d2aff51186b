// What an event speaks of: the servers it names, and its numbers as short texts. Pure.

import { serverId, type ServerId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';

const SERVER_FIELDS = new Set(['server', 'leader', 'from', 'because', 'against', 'peer']);
const SERVER_LISTS = new Set(['voters', 'supporters', 'servers', 'standings', 'accepted']);
const TEXT_CHARACTERS_MAX = 160;
const LIST_ITEMS_MAX = 12;

export function serversOf({ server, event }: Traced): ServerId[] {
  const named = new Set([server]);
  for (const [field, value] of Object.entries(event) as [string, unknown][]) {
    if (SERVER_FIELDS.has(field) && typeof value === 'number') named.add(serverId(value));
    if (!SERVER_LISTS.has(field) || !Array.isArray(value)) continue;
    for (const item of value as readonly unknown[]) {
      const id = isOfServer(item) ? item.server : item;
      if (typeof id === 'number') named.add(serverId(id));
    }
  }
  return [...named];
}

const isOfServer = (item: unknown): item is { readonly server: unknown } =>
  typeof item === 'object' && item !== null && 'server' in item;

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export function factsOf(event: TraceEvent): Fact[] {
  return Object.entries(event)
    .filter(([name]) => name !== 'kind')
    .map(([name, value]) => ({ name, value: cut(factText(name, value)) }));
}

const cut = (text: string): string =>
  text.length <= TEXT_CHARACTERS_MAX ? text : `${text.slice(0, TEXT_CHARACTERS_MAX)}…`;

function factText(name: string, value: unknown): string {
  if (value === null) return '–';
  // Rounds are counted; every other long is a zxid or a session.
  if (typeof value === 'bigint') {
    const counted = /round|epoch/i.test(name);
    return counted ? String(value) : `0x${BigInt.asUintN(64, value).toString(16)}`;
  }
  if (Array.isArray(value)) {
    const shown = value.slice(0, LIST_ITEMS_MAX).map((item) => factText(name, item));
    return `[${shown.join(', ')}${value.length > LIST_ITEMS_MAX ? ', …' : ''}]`;
  }
  if (typeof value !== 'object') return String(value);
  const fields = Object.entries(value).map(([field, item]) => `${field} ${factText(field, item)}`);
  return `(${fields.join(', ')})`;
}
