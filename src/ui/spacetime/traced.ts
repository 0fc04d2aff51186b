// Whether a value from outside is a trace event as far as a picture needs: nothing of it is trusted
// beyond what is checked here.

import type { Traced } from '../../vocabulary/trace.ts';

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function isTraced(value: unknown): value is Traced {
  if (!isRecord(value)) return false;
  const { server, sequence, atMillis, event } = value;
  return (
    Number.isSafeInteger(server) &&
    Number.isSafeInteger(sequence) &&
    typeof atMillis === 'number' &&
    Number.isFinite(atMillis) &&
    isRecord(event) &&
    typeof event['kind'] === 'string'
  );
}
