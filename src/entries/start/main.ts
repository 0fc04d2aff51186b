// npm start: serves the built playground and its signalling, opens client ports to its tabs, and prints the
// link to open.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { CLIENT_PORT_DEFAULT } from '../../adapters/websocket/client-ports.ts';
import { Gateway } from '../../adapters/websocket/gateway.ts';
import { SEATS_DEFAULT } from '../../adapters/webrtc/room.ts';
import { CertificateError, readCertificate, type Certificate } from './certificate.ts';
import {
  gatewayEvents,
  listensEverywhere,
  originFrom,
  originsOf,
  otherAddresses,
  portLines,
  type Scheme,
} from './gateway-words.ts';
import { startPlaygroundServer } from './server.ts';

const PORT_DEFAULT = 8180;
const HELP = `Tabkeeper: ZooKeeper that you can open.

  --port <number>   the port of the playground and its signalling (${String(PORT_DEFAULT)})
  --host <address>  the address to listen on (localhost; 0.0.0.0 for other machines too)
  --cert <file>     serve https with this certificate, and
  --key <file>      its key (both PEM): in browsers of other machines, phones among them, a tab can be a
                    server only over https. One way to make them, for the names that the page is opened by:
                      mkcert -cert-file cert.pem -key-file key.pem localhost 192.168.1.5

  ZooKeeper clients reach the tabs of the first room through ports of this machine:
  --client-port <number>    the port of server 1 (${String(CLIENT_PORT_DEFAULT)}); the others follow, each the next free one
  --gateway-host <address>  the address that client ports listen on (127.0.0.1)
  --origin <origin>         where else the page is served from, e.g. https://my.host; may be given several times
  --no-gateway              no client ports
`;

class UsageError extends Error {}

async function main(): Promise<void> {
  const given = readArguments();
  const { port, host } = given;
  if (given.help) {
    console.log(HELP);
    return;
  }
  const certificate = certificateFrom(given.cert, given.key);
  const scheme = certificate === null ? 'http' : 'https';
  const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'dist');
  if (!existsSync(path.join(folder, 'index.html'))) {
    throw new UsageError('The page is not built yet: run npm start, which builds it.');
  }
  const gateway = makeGateway(given);
  const options = {
    ...{ folder, host, port },
    ...(gateway === null ? {} : { gateway }),
    ...(certificate === null ? {} : { certificate }),
  };
  const server = await startPlaygroundServer(options).catch((error: unknown) => {
    throw new UsageError(wordsFor(error, host, port));
  });
  const origins = [...originsOf(host, server.port, scheme), ...given.origins];
  await gateway?.open(origins).catch(async (error) => {
    await server.close();
    throw new UsageError(
      `${String(error.message)} Without client ports: npm start -- --no-gateway`,
    );
  });
  console.log(`\nTabkeeper is open at ${linkFor(scheme, host, server.port)}\n`);
  console.log('Open it in a tab: the tab is server 1 of a new room. Ctrl+C stops the playground;');
  console.log('rooms that stand go on without it until a tab is reloaded.');
  if (gateway !== null) {
    console.log(
      `\nZooKeeper clients reach the tabs of the first room here:\n${portLines(gateway.ports)}`,
    );
  }
  if (listensEverywhere(host)) console.log(fromElsewhere(scheme, server.port));
}

/** Other machines reach the page; a server's tab they have only over https. */
function fromElsewhere(scheme: Scheme, port: number): string {
  const links = otherAddresses().map((address) => `  ${linkFor(scheme, address, port)}`);
  if (scheme === 'https') return ['\nFrom other machines:', ...links].join('\n');
  return [
    '\nFrom other machines, the laboratory alone (browsers want https for a server; see --cert):',
    ...links.map((link) => link.replace('#new', '#lab')),
  ].join('\n');
}

interface Arguments {
  readonly port: number;
  readonly host: string;
  readonly help: boolean;
  readonly clientPort: number;
  readonly gatewayHost: string;
  readonly origins: readonly string[];
  readonly noGateway: boolean;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

function readArguments(): Arguments {
  const options = {
    port: { type: 'string' },
    host: { type: 'string' },
    help: { type: 'boolean' },
    'client-port': { type: 'string' },
    'gateway-host': { type: 'string' },
    origin: { type: 'string', multiple: true },
    'no-gateway': { type: 'boolean' },
    cert: { type: 'string' },
    key: { type: 'string' },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
  return {
    port: portFrom('--port', values.port ?? String(PORT_DEFAULT)),
    host: values.host ?? 'localhost',
    help: values.help ?? false,
    clientPort: portFrom('--client-port', values['client-port'] ?? String(CLIENT_PORT_DEFAULT)),
    gatewayHost: values['gateway-host'] ?? '127.0.0.1',
    origins: (values.origin ?? []).map(knownOrigin),
    noGateway: values['no-gateway'] ?? false,
    cert: values.cert,
    key: values.key,
  };
}

function portFrom(option: string, text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`${option} wants a number up to 65535, not "${text}".`);
}

function certificateFrom(cert: string | undefined, key: string | undefined): Certificate | null {
  try {
    return readCertificate(cert, key);
  } catch (error) {
    throw error instanceof CertificateError ? new UsageError(error.message) : error;
  }
}

function knownOrigin(text: string): string {
  const origin = originFrom(text);
  if (origin !== null) return origin;
  throw new UsageError(`--origin wants an address like http://localhost:8180, not "${text}".`);
}

function makeGateway({ noGateway, gatewayHost, clientPort }: Arguments): Gateway | null {
  if (noGateway) return null;
  return new Gateway({
    host: gatewayHost,
    firstPort: clientPort,
    seats: SEATS_DEFAULT,
    events: gatewayEvents(console.log, console.error),
  });
}

function wordsFor(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${String(port)} is taken by another program: npm start -- --port ${String(port < 65_535 ? port + 1 : port - 1)}`;
    case 'EACCES':
      return `Port ${String(port)} needs more rights than you have: npm start -- --port 8180`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address "${host}": npm start -- --host localhost`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function linkFor(scheme: Scheme, host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${String(port)}/#new`;
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? error.message : error);
  // Its signalling may run already.
  process.exit(1);
});
