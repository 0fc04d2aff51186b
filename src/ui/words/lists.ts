// Small helpers of wording: lists, operations with paths.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { TraceEvent } from '../../vocabulary/trace.ts';
import type { OpName } from '../../vocabulary/request.ts';
import { m } from '../paraglide/messages.js';

export interface Told<Event extends TraceEvent> {
  readonly server: ServerId;
  readonly event: Event;
}

/** Longer lists and texts are cut: a sentence is not a page. */
const LIST_ITEMS_MAX = 12;
const TEXT_CHARACTERS_MAX = 120;

export function listOf(items: readonly (number | string)[]): string {
  if (items.length === 0) return m.and_none();
  const shown = items.slice(0, LIST_ITEMS_MAX).map((item) => shorten(String(item)));
  return [...shown, ...(items.length > LIST_ITEMS_MAX ? ['…'] : [])].join(m.list_separator());
}

export function shorten(text: string): string {
  return text.length <= TEXT_CHARACTERS_MAX ? text : `${text.slice(0, TEXT_CHARACTERS_MAX)}…`;
}

/** Somebody's sentence before another one: with its full stop. */
export const ended = (text: string): string =>
  /[.!?…。！？][”’"'）)」』]*$/.test(text.trimEnd()) ? text : text.trimEnd() + m.full_stop();

export const operation = (op: OpName, path: string | null): string =>
  path === null ? op : m.op_path({ op, path: shorten(path) });
