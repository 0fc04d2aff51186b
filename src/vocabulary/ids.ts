// Who and which: the small identifiers that must never be mixed up.

/** myid: at least 0, its lowest eight bits never 255; seats count from 1. */
export type ServerId = number & { readonly brand: 'ServerId' };
/** 64 bits, top byte the server that made it. */
export type SessionId = bigint & { readonly brand: 'SessionId' };
/** One incarnation of a link between two servers at one host. Never used again after linkDown. */
export type LinkId = number & { readonly brand: 'LinkId' };
/** A snapshot that is being taken: for this server's own disk, or for the learner behind a link. */
export type SnapshotName = LinkId | 'disk';
/** One client connection at one server. Never used again after it closed. */
export type ConnectionId = number & { readonly brand: 'ConnectionId' };
/** One promise of the disk: answered by exactly one diskDone or diskFailed. */
export type Ticket = number & { readonly brand: 'Ticket' };

export const serverId = (value: number): ServerId => value as ServerId;
export const sessionId = (value: bigint): SessionId => BigInt.asIntN(64, value) as SessionId;
export const linkId = (value: number): LinkId => value as LinkId;
export const connectionId = (value: number): ConnectionId => value as ConnectionId;
export const ticket = (value: number): Ticket => value as Ticket;

export const NO_SESSION = sessionId(0n);

/** As ZooKeeper prints session ids: 0x and lower-case hex of the 64 bits. */
export function formatSessionId(id: SessionId): string {
  return `0x${BigInt.asUintN(64, id).toString(16)}`;
}
