// The two systems that the edge part measures, each as an ensemble of three processes with the same
// handles: start, ports, who leads, kill, restart, stop.

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { askMode, startEnsemble } from '../../cli/ensemble.ts';
import { apacheVersion, makeApacheServer } from './apache.ts';

export const SERVERS = 3;

export interface Ports {
  readonly clientPort: number;
  readonly basePort: number;
}

export interface Ensemble {
  readonly name: string;
  /** Of the servers 1, 2, 3. */
  readonly clientPorts: readonly number[];
  readonly processId: (id: number) => number | null;
  /** SIGKILL. */
  readonly kill: (id: number) => void;
  readonly restart: (id: number) => Promise<void>;
  /** Ends the servers and removes their directories. */
  readonly stop: () => Promise<void>;
}

/** What a measure needs beyond the defaults. */
export interface StartOptions {
  /** Further lines of zoo.cfg, which both read. */
  readonly lines?: readonly string[];
  /** What Apache reads from its JVM alone; the report's point has to name it. */
  readonly properties?: readonly string[];
  /** Apache's heap, where its own scripts' 1,000 MB are not enough. */
  readonly heapMiB?: number;
}

export interface System {
  readonly name: string;
  /** Resolves when the processes are on their way; whether they serve is for the caller to see. */
  readonly start: (directory: string, ports: Ports, options?: StartOptions) => Promise<Ensemble>;
}

export const clientPortsOf = ({ clientPort }: Ports): number[] =>
  Array.from({ length: SERVERS }, (_, index) => clientPort + index);

export const tabkeeper: System = {
  name: 'Tabkeeper',
  start: async (directory, ports, { lines = [] } = {}) => {
    const ensemble = await startEnsemble({
      servers: SERVERS,
      directory,
      ...ports,
      lines,
      inProcess: false,
      program: programPath(),
      tell: () => undefined,
    });
    return {
      name: tabkeeper.name,
      clientPorts: ensemble.clientPorts,
      processId: ensemble.processId,
      kill: ensemble.kill,
      restart: ensemble.restart,
      stop: async () => {
        await ensemble.stop();
        await rm(directory, { recursive: true, force: true });
      },
    };
  },
};

/** The command that was built beside this one. */
function programPath(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const found = [join(here, 'cli.js'), join(here, '../cli.js')].find((path) => existsSync(path));
  if (found === undefined) throw new Error('the cli is not built: npm run bench builds it');
  return found;
}

/** Null where it is not installed. */
export function apache(): System | null {
  const version = apacheVersion();
  if (version === null) return null;
  const name = `Apache ZooKeeper ${version}`;
  return {
    name,
    start: (directory, ports, options) => startApache(name, directory, ports, options),
  };
}

/** Between the quorum and the election port of a server. */
const ELECTION_OFFSET = 1_000;

async function startApache(
  name: string,
  directory: string,
  ports: Ports,
  { lines = [], properties = [], heapMiB }: StartOptions = {},
): Promise<Ensemble> {
  const ids = Array.from({ length: SERVERS }, (_, index) => index + 1);
  const serverLines = ids.map((id) => {
    const quorum = ports.basePort + id - 1;
    return `server.${String(id)}=127.0.0.1:${String(quorum)}:${String(quorum + ELECTION_OFFSET)}`;
  });
  const clientPorts = clientPortsOf(ports);
  const servers = await Promise.all(
    ids.map((id) =>
      makeApacheServer({
        directory: join(directory, String(id)),
        id,
        clientPort: clientPorts[id - 1] ?? 0,
        serverLines,
        moreLines: lines,
        properties,
        ...(heapMiB === undefined ? {} : { heapMiB }),
      }),
    ),
  );
  for (const server of servers) server.start();
  return {
    name,
    clientPorts,
    processId: (id) => servers[id - 1]?.processId() ?? null,
    kill: (id) => servers[id - 1]?.kill(),
    restart: async (id) => {
      await servers[id - 1]?.stop();
      servers[id - 1]?.start();
    },
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const POLL_MILLIS = 20;
const READY_MILLIS_MAX = 60_000;

/** The id of the serving leader once all three serve. */
export async function leaderWhenComplete({ name, clientPorts }: Ensemble): Promise<number> {
  const end = performance.now() + READY_MILLIS_MAX;
  for (;;) {
    const modes = await Promise.all(clientPorts.map(askMode));
    const leader = modes.indexOf('leader') + 1;
    if (leader > 0 && modes.every((mode) => mode === 'leader' || mode === 'follower'))
      return leader;
    if (performance.now() > end) throw new Error(`${name}: not all servers serve`);
    await pause(POLL_MILLIS);
  }
}

export const pause = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
