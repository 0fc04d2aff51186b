// What a search of the diagram looks through: the words of any event, and its names as the engine has them.

import type { Traced } from '../../vocabulary/trace.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { eventWords } from '../words/trace-words.ts';

export const searchText = (traced: Traced): string => {
  const { line, why } = eventWords(traced);
  const zxid = 'zxid' in traced.event ? formatZxid(traced.event.zxid) : '';
  const path = 'path' in traced.event ? (traced.event.path ?? '') : '';
  return `${line} ${why ?? ''} ${traced.event.kind} ${zxid} ${path}`.toLowerCase();
};
