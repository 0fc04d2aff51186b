// A client that is content with a server that only reads goes on looking for one that also writes
// (ClientCnxn.pingRwServer): it asks one server of its list after the other for its mode, less and less often, and
// moves to the first that says rw.

import { present } from '../base/assert.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import { dropConnection } from './attempts.ts';
import type { ClientAction, ClientState } from './state.ts';

/** Each pause is twice the one before, until a server that writes has the session. */
export const INQUIRY_MILLIS_MIN = 100;
export const INQUIRY_MILLIS_MAX = 60_000;

/** A session is established. The first question waits as long as the last one did. */
export function beginInquiries(client: ClientState, readOnly: boolean): void {
  if (!readOnly) client.inquiryMillis = INQUIRY_MILLIS_MIN;
  client.inquireAt = client.nowMillis + client.inquiryMillis;
}

export function askForWriter(client: ClientState, out: ClientAction[]): void {
  if (client.state !== 'ConnectedReadOnly' || client.nowMillis < client.inquireAt) return;
  client.inquiryMillis = Math.min(client.inquiryMillis * 2, INQUIRY_MILLIS_MAX);
  client.inquireAt = client.nowMillis + client.inquiryMillis;
  out.push({ kind: 'isro', server: nextToAsk(client) });
}

/** A server said rw. The connection to the one that only reads is given up for it. */
export function moveToWriter(client: ClientState, server: ServerId, out: ClientAction[]): void {
  const at = client.order.indexOf(server);
  if (client.phase !== 'connected' || client.state !== 'ConnectedReadOnly' || at === -1) return;
  client.next = at;
  dropConnection(client, 'another server also writes', out);
}

/** The one that serves this client has said already that it only reads; alone it may be many behind one address. */
function nextToAsk(client: ClientState): ServerId {
  const { order } = client;
  const isOwn = order[client.next] === client.connectionServer;
  const at = isOwn ? (client.next + 1) % order.length : client.next;
  client.next = (at + 1) % order.length;
  return present(order[at], 'there is a server to ask');
}
