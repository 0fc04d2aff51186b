// The path that a request or a transaction is about, for the trace.

import type { Request } from '../vocabulary/request.ts';
import type { Transaction } from '../vocabulary/transaction.ts';

export function pathOf(subject: Request | Transaction | null): string | null {
  if (subject === null) return null;
  if ('path' in subject) return subject.path;
  if (subject.kind !== 'multi') return null;
  const parts = 'parts' in subject ? subject.parts : subject.operations;
  for (const part of parts) if ('path' in part) return part.path;
  return null;
}
