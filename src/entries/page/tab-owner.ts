// What a tab is given by the page that owns it, and what it tells that page.

import type { SignallingServer } from '../../adapters/webrtc/signalling.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { TreeView } from '../../vocabulary/view.ts';

export interface TabEvents {
  readonly onChanged: () => void;
  readonly onTrace: (events: readonly Traced[]) => void;
  readonly onTree: (tree: TreeView) => void;
  /** This tab is of another room than those who sit there: it has given its seat back. */
  readonly onExpelled: () => void;
}

export interface TabIdentity {
  readonly seat: number;
  readonly key: CryptoKey;
  readonly sessionSecret: Uint8Array;
  readonly peerIdOf: (seat: number) => string;
  readonly signalling: SignallingServer;
  readonly gatewayKey: string | null;
}
