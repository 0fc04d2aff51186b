// What a tab needs of its browser, asked for before anything starts.

import type { RoomProblem } from '../../vocabulary/playground.ts';
import { storageIsBlocked } from './storage.ts';

/** The first thing that is missing, in words the interface can show; null when all is there. */
export function missingFeature(): RoomProblem | null {
  if (!globalThis.isSecureContext) return { kind: 'insecure', origin: location.origin };
  if (storageIsBlocked()) return { kind: 'storageBlocked' };
  if (typeof RTCPeerConnection === 'undefined') return { kind: 'noWebRtc' };
  const wanted: readonly (readonly [name: string, present: boolean])[] = [
    ['IndexedDB', typeof indexedDB !== 'undefined'],
    ['Web Locks', 'locks' in navigator],
    ['WebCrypto', 'subtle' in crypto],
    ['Workers', typeof Worker !== 'undefined'],
    ['BigInt', typeof BigInt !== 'undefined'],
  ];
  const missing = wanted.find(([, present]) => !present);
  return missing === undefined ? null : { kind: 'browserTooOld', missing: missing[0] };
}
