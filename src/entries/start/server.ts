// The playground and its signalling on one port. The signalling server introduces tabs to each other
// and tells them when a tab's socket closes; it never sees a room's secret or a server's word.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { ExpressPeerServer, type IClient } from 'peer';
import { WebSocketServer } from 'ws';

import type { Gateway } from '../../adapters/websocket/gateway.ts';

import type { Certificate } from './certificate.ts';
import { serveFiles } from './files.ts';
import { withGatewayMark } from './mark.ts';

export interface PlaygroundServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export interface PlaygroundServerOptions {
  /** The built page. */
  readonly folder: string;
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Its pages then come with its mark, and its tabs over this port. It is closed with the server. */
  readonly gateway?: Gateway;
  /** With it the page comes over https, signalling and gateway over wss. */
  readonly certificate?: Certificate;
}

const SIGNALLING_PATH = '/peerjs';
const WEB_SOCKET_PATH = `${SIGNALLING_PATH}/peerjs`;
export const SIGNALLING_KEY = 'tabkeeper';
/** After this silence a tab's name is free again. Tabs beat every 5 s. */
const ALIVE_MILLIS = 12_000;
const TABS_MAX = 5_000;
/** As in adapters/webrtc/signalling.ts, which cannot be imported here: it is made for pages. */
const LEFT_MESSAGE = 'TABKEEPER-LEFT';

/** Rejects with Node's error (EADDRINUSE, EACCES ...) when the port cannot be had. */
export async function startPlaygroundServer(
  options: PlaygroundServerOptions,
): Promise<PlaygroundServer> {
  const { gateway, certificate } = options;
  const files = serveFiles(options.folder, gateway && withGatewayMark);
  const server = certificate === undefined ? createServer() : createSecureServer(certificate);
  // Sockets that became WebSockets are no longer the HTTP server's: they are closed by us.
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await listen(server, options);
  const { signalling, webSockets } = makeSignalling(server);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (gateway?.handleUpgrade(request, socket, head) === true) return;
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSockets.emit('connection', webSocket, request);
    });
  });
  server.on('request', (request, response) => {
    if (gateway?.handleRequest(request, response) === true) return;
    const isSignalling = request.url?.startsWith(`${SIGNALLING_PATH}/`) === true;
    if (isSignalling) signalling(request, response);
    else files(request, response);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    port,
    close: async () => {
      await gateway?.close();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      });
    },
  };
}

function listen(server: Server, options: PlaygroundServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

interface Signalling {
  readonly signalling: ReturnType<typeof ExpressPeerServer>;
  readonly webSockets: WebSocketServer;
}

function makeSignalling(server: Server): Signalling {
  // Left alone it would end every WebSocket of this port that is not its own.
  const webSockets = new WebSocketServer({ noServer: true, path: WEB_SOCKET_PATH });
  const options = {
    path: '/',
    key: SIGNALLING_KEY,
    alive_timeout: ALIVE_MILLIS,
    concurrent_limit: TABS_MAX,
    allow_discovery: false,
    createWebSocketServer: () => webSockets,
  };
  const signalling = ExpressPeerServer(server, options);
  // PeerServer starts when an Express application mounts it; one that does nothing else is at hand.
  const parent = ExpressPeerServer(server, options);
  parent.disable('x-powered-by');
  parent.use(SIGNALLING_PATH, signalling);
  const clients = new Map<string, IClient>();
  signalling.on('connection', (client) => {
    clients.set(client.getId(), client);
  });
  signalling.on('disconnect', (client) => {
    if (clients.get(client.getId()) === client) clients.delete(client.getId());
    tellRoom(clients.values(), client.getId());
  });
  signalling.on('error', () => {
    // A socket that broke: its tab notices by itself and comes again.
  });
  return { signalling: parent, webSockets };
}

/** Names end in -<seat>; what stands before is the room's. */
function tellRoom(clients: Iterable<IClient>, left: string): void {
  const room = left.slice(0, left.lastIndexOf('-') + 1);
  for (const client of clients) {
    if (room !== '' && client.getId().startsWith(room)) {
      client.send({ type: LEFT_MESSAGE, src: left, payload: { left } });
    }
  }
}
