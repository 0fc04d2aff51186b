// `tabkeeper gateway`: client ports for the tabs of a page that another program serves and passes this
// gateway's path through, as `npm run dev` does. It listens on loopback and answers for nothing else.

import { createServer } from 'node:http';
import type { Socket } from 'node:net';

import { listen } from '../../adapters/tcp/sockets.ts';
import { Gateway, type GatewayEvents } from '../../adapters/websocket/gateway.ts';
import type { ClientPort } from '../../adapters/websocket/frames.ts';
import { SEATS_DEFAULT } from '../../adapters/webrtc/room.ts';

/** Where `npm run dev` looks for it. */
export const GATEWAY_PORT_DEFAULT = 8182;
/** What `npm run dev` serves. */
export const ORIGINS_DEFAULT = ['http://localhost:8180', 'http://127.0.0.1:8180'] as const;
const HOST = '127.0.0.1';

export interface GatewayCommandOptions {
  readonly port: number;
  readonly origins: readonly string[];
  readonly clientHost: string;
  readonly clientPort: number;
  readonly events: GatewayEvents;
}

export interface RunningGateway {
  readonly ports: readonly ClientPort[];
  readonly stop: () => Promise<void>;
}

/** Rejects with one sentence, and leaves nothing running. */
export async function startGateway(options: GatewayCommandOptions): Promise<RunningGateway> {
  const gateway = new Gateway({
    host: options.clientHost,
    firstPort: options.clientPort,
    seats: SEATS_DEFAULT,
    events: options.events,
  });
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    if (!gateway.handleRequest(request, response)) response.writeHead(404).end();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    if (!gateway.handleUpgrade(request, socket, head)) socket.destroy();
  });
  const stop = async (): Promise<void> => {
    await gateway.close();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const socket of sockets) socket.destroy();
    });
  };
  await listen(server, { host: HOST, port: options.port }, 'gateway');
  try {
    await gateway.open(options.origins);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports: gateway.ports, stop };
}
