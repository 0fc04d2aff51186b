// Data inside a quorum packet that is none: the link it came over ends, is named in the trace, and
// nothing else changes.

import { CodecError } from '../jute/reader.ts';
import type { LinkId } from '../vocabulary/ids.ts';
import { trace, type ServerContext } from './state.ts';

/** Throws again what is not about bytes. */
export function onBadData(
  ctx: ServerContext,
  error: unknown,
  from: string,
  link: LinkId | null,
): void {
  if (!(error instanceof CodecError)) throw error;
  trace(ctx, { kind: 'badFrame', from, reason: error.message });
  if (link !== null) ctx.emit({ kind: 'hangUp', link, reason: error.message });
}
