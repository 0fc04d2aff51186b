// What joins a sending with its receiving, and which event is whose end of a client's connection. Pure.

import type { ServerId, SessionId } from '../../vocabulary/ids.ts';
import { NO_SESSION } from '../../vocabulary/ids.ts';
import type { TraceEvent } from '../../vocabulary/trace.ts';

export interface Passing {
  /** The same for a sending and its receiving: who, to whom, what. */
  readonly key: string;
  readonly sent: boolean;
}

/** Null for what does not go from server to server. */
export function passingOf(server: ServerId, event: TraceEvent): Passing | null {
  switch (event.kind) {
    case 'packetSent':
    case 'packetReceived': {
      if (event.peer === null) return null;
      const what = `${event.type} ${String(event.zxid)}`;
      return passing(server, event.peer, what, event.kind === 'packetSent');
    }
    case 'ballotSent':
      return passing(server, event.to, ballotName(event), true);
    case 'ballotReceived':
      return passing(server, event.from, ballotName(event), false);
    default:
      return null;
  }
}

function passing(server: ServerId, peer: ServerId, what: string, sent: boolean): Passing | null {
  if (server === peer) return null;
  const [from, to] = sent ? [server, peer] : [peer, server];
  return { key: `${String(from)}>${String(to)} ${what}`, sent };
}

function ballotName({ ballot }: TraceEvent & { kind: 'ballotSent' | 'ballotReceived' }): string {
  const { vote, round, state } = ballot;
  return `${state} ${String(round)} ${String(vote.leader)} ${String(vote.zxid)} ${String(vote.peerEpoch)}`;
}

export interface ClientEnd {
  readonly session: SessionId;
  /** Else the server told the client. */
  readonly asked: boolean;
}

/** What a server heard of a client or told it; null for everything else. Pings are upkeep. */
export function clientEndOf(event: TraceEvent): ClientEnd | null {
  switch (event.kind) {
    case 'requestReceived':
    case 'replied':
      if (event.op === 'ping' || event.session === NO_SESSION) return null;
      return { session: event.session, asked: event.kind === 'requestReceived' };
    case 'watchFired':
    case 'sessionOpened':
    case 'sessionResumed':
      return { session: event.session, asked: false };
    default:
      return null;
  }
}
