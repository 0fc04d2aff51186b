// The AdminServer (JettyAdminServer): HTTP on a port of its own, GET and HEAD only. It shows; whoever may reach the port
// may ask, as with Apache's, so it listens where its configuration says and nowhere else.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { listen, type Address } from '../tcp/sockets.ts';
import type { Administration, PortState } from './administration.ts';
import { answerCommand, COMMAND_NAMES } from './commands.ts';

export interface AdminServerOptions {
  readonly address: Address;
  /** admin.commandURL */
  readonly commandUrl: string;
  readonly administration: Administration;
  readonly port: () => PortState;
}

export interface AdminServer {
  readonly stop: () => Promise<void>;
}

export const REQUEST_MILLIS_MAX = 5_000;

/** Rejects with a sentence when the port is not to be had. */
export async function openAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const server = createServer((request, response) => {
    answer(options, request, response);
  });
  server.requestTimeout = REQUEST_MILLIS_MAX;
  server.headersTimeout = REQUEST_MILLIS_MAX;
  await listen(server, options.address, 'admin');
  return { stop: () => closeServer(server) };
}

export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });

function answer(
  { commandUrl, administration, port }: AdminServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [path = ''] = (request.url ?? '').split('?');
  const isBelow = path === commandUrl || path.startsWith(`${commandUrl}/`);
  // Node sends no body to a HEAD.
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  if (!isReading || !isBelow) {
    response.writeHead(isReading ? 404 : 405).end();
    return;
  }
  const name = path.slice(commandUrl.length + 1);
  if (name === '') {
    const links = COMMAND_NAMES.map((one) => `<a href="${commandUrl}/${one}">${one}</a>\n<br/>\n`);
    response.writeHead(200, { 'content-type': 'text/html;charset=utf-8' }).end(links.join(''));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`${answerCommand(administration, name, port())}\n`);
}
