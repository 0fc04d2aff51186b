// npm start: serves the built playground and its signalling, and prints the link to open.

import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { startPlaygroundServer } from './server.ts';

const PORT_DEFAULT = 8180;
const HELP = `Tabkeeper: ZooKeeper that you can open.

  --port <number>   the port of the playground and its signalling (${String(PORT_DEFAULT)})
  --host <address>  the address to listen on (localhost; 0.0.0.0 for other machines too)
`;

class UsageError extends Error {}

async function main(): Promise<void> {
  const { port, host, help } = readArguments();
  if (help) {
    console.log(HELP);
    return;
  }
  const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'dist');
  if (!existsSync(path.join(folder, 'index.html'))) {
    throw new UsageError('The page is not built yet: run npm start, which builds it.');
  }
  const server = await startPlaygroundServer({ folder, host, port }).catch((error: unknown) => {
    throw new UsageError(wordsFor(error, host, port));
  });
  console.log(`\nTabkeeper is open at ${linkFor(host, server.port)}\n`);
  console.log('Open it in a tab: the tab is server 1 of a new room. Ctrl+C stops the playground;');
  console.log('rooms that stand go on without it until a tab is reloaded.');
  for (const address of otherAddresses(host)) {
    console.log(
      `From other machines (browsers ask for https there): ${linkFor(address, server.port)}`,
    );
  }
}

function readArguments(): { port: number; host: string; help: boolean } {
  const options = {
    port: { type: 'string' },
    host: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
  const port = values.port ?? String(PORT_DEFAULT);
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port wants a number up to 65535, not "${port}".`);
  }
  return { port: Number(port), host: values.host ?? 'localhost', help: values.help ?? false };
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

function linkFor(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${String(port)}/#new`;
}

function otherAddresses(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [];
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.internal)
    .map((entry) => entry.address);
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
});
