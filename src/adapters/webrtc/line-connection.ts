// What a line between two pages is made of, however its two ends found each other: a connection that carries
// the pages' own messages as text and beside it channels, one for each link between their servers.

import type { DataConnection } from 'peerjs';

import { LocalChannel } from '../local/local-channel.ts';
import { fingerprintOf } from './proof.ts';

/** A link's channel: of WebRTC, or of this very browser. */
export type LinkChannel = RTCDataChannel | LocalChannel;

export interface LineConnectionEvents {
  readonly onOpen: () => void;
  readonly onData: (data: unknown) => void;
  /** A channel that the other end opened: to be taken in this very call. */
  readonly onChannel: (channel: LinkChannel) => void;
  /** Also after an own close. */
  readonly onClosed: (reason: string) => void;
}

export interface LineConnection {
  /** The name that the other end says it has. It proves nothing. */
  readonly peer: string;
  readonly isOpen: boolean;
  /** Sent and not known to be gone. */
  readonly bufferedBytes: number;
  /** To be called once, in the call in which the connection was given. */
  readonly hear: (events: LineConnectionEvents) => void;
  readonly send: (text: string) => void;
  /** Still connecting; null when the connection carries none any more. */
  readonly openChannel: (label: string) => LinkChannel | null;
  /** What nobody in between could have equal at both ends: a proof is bound to it. Null: there is none. */
  readonly binding: () => { readonly own: string; readonly other: string } | null;
  readonly close: () => void;
}

/** Frames arrive whole, in order, and none is lost. */
export const isPlain = (channel: LinkChannel): boolean =>
  channel instanceof LocalChannel ||
  (channel.ordered && channel.maxRetransmits === null && channel.maxPacketLifeTime === null);

/** A connection by way of the signalling server. */
export function peerJsLine(connection: DataConnection): LineConnection {
  let peerConnection: RTCPeerConnection | null = null;
  const onOpen = (events: LineConnectionEvents): void => {
    if ((connection.serialization as string) !== 'raw' || !isPlain(connection.dataChannel)) {
      connection.close();
      events.onClosed('the connection is not raw, ordered and reliable');
      return;
    }
    peerConnection = connection.peerConnection;
    // PeerJS would take any further channel for its own; from here on they are links.
    peerConnection.ondatachannel = ({ channel }) => {
      events.onChannel(channel);
    };
    events.onOpen();
  };
  return {
    peer: connection.peer,
    get isOpen() {
      return connection.open;
    },
    get bufferedBytes() {
      return connection.dataChannel.bufferedAmount;
    },
    hear: (events) => {
      connection.on('open', () => {
        onOpen(events);
      });
      connection.on('data', events.onData);
      connection.on('close', () => {
        events.onClosed('the connection closed');
      });
      connection.on('error', (error) => {
        events.onClosed(`the connection failed: ${error.type}`);
      });
    },
    send: (text) => {
      void connection.send(text);
    },
    openChannel: (label) => {
      try {
        return peerConnection?.createDataChannel(label, { ordered: true }) ?? null;
      } catch {
        return null;
      }
    },
    binding: () => {
      const own = fingerprintOf(peerConnection?.localDescription ?? null);
      const other = fingerprintOf(peerConnection?.remoteDescription ?? null);
      return own === null || other === null ? null : { own, other };
    },
    close: () => {
      connection.close();
      // A reload of the other page leaves PeerJS with a channel that is closed and a connection that is
      // not: without this it would stay for good.
      peerConnection?.close();
    },
  };
}
