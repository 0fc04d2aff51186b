// Which part of the protocol an event of the diagram belongs to: the feed's drawers, and packets and
// ballots beside them. Pure.

import type { PacketName } from '../../vocabulary/packet.ts';
import type { TraceEvent } from '../../vocabulary/trace.ts';
import { feedKind, type FeedKind } from '../words/event-kind.ts';

const OF_PACKET: Readonly<Record<PacketName, FeedKind | null>> = {
  PING: null,
  REVALIDATE: 'clients',
  ...{ FOLLOWERINFO: 'sync', OBSERVERINFO: 'sync', LEADERINFO: 'sync', ACKEPOCH: 'sync' },
  ...{ DIFF: 'sync', TRUNC: 'sync', SNAP: 'sync', NEWLEADER: 'sync', UPTODATE: 'sync' },
  ...{ REQUEST: 'broadcast', PROPOSAL: 'broadcast', ACK: 'broadcast', COMMIT: 'broadcast' },
  ...{ INFORM: 'broadcast', SYNC: 'broadcast' },
  ...{ COMMITANDACTIVATE: 'broadcast', INFORMANDACTIVATE: 'broadcast' },
};

/** Null: upkeep, which says nothing to people; pings are asked for by themselves. */
export function diagramKind(event: TraceEvent): FeedKind | null {
  switch (event.kind) {
    case 'ballotSent':
    case 'ballotReceived':
      return 'election';
    case 'packetSent':
    case 'packetReceived':
      return OF_PACKET[event.type];
    case 'clientConnected':
      return 'clients';
    default:
      return feedKind(event);
  }
}

/** A packet that keeps a link alive, or a request that keeps a session alive and its reply. */
export const isPing = (event: TraceEvent): boolean =>
  ('type' in event && event.type === 'PING') || ('op' in event && event.op === 'ping');
