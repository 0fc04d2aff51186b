// A client session of a Node process: the client library over TCP, with a clock of its own.

import type { Address } from '../../adapters/tcp/sockets.ts';
import { TcpServerConnections } from '../../adapters/tcp/server-connections.ts';
import { ClientSession, type SessionEvents, type SessionOptions } from './client-session.ts';

const TICK_MILLIS = 50;

/** The session that these servers may grant. Its clock stops with it. */
export function openTcpSession(
  addresses: readonly Address[],
  timeoutMillis: number,
  events: SessionEvents,
  more: Pick<SessionOptions, 'queueMillisMax' | 'readOnly' | 'frameBytesMax'> = {},
): ClientSession {
  const connections = new TcpServerConnections(addresses, more.frameBytesMax);
  const { servers } = connections;
  const options = { number: 1, servers, timeoutMillis, shuffle: true, ...more };
  const session = new ClientSession(options, connections, events);
  const clock = setInterval(() => {
    session.tick();
    if (session.ended) clearInterval(clock);
  }, TICK_MILLIS);
  return session;
}
