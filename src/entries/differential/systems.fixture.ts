// The two systems that are compared, started from the same lines of configuration: Apache ZooKeeper's own
// servers and ours, as many of each, on this machine.

import { fork, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { present } from '../../base/assert.ts';
import { makeApacheServer } from '../bench/edge/apache.ts';
import { freePortBases } from '../bench/edge/ports.ts';
import { askMode } from '../cli/ensemble.ts';

export interface RunningSystem {
  readonly name: 'Apache' | 'Tabkeeper';
  /** The leader's first, observers' last, as it was when all servers served last. */
  clientPorts: readonly number[];
  /** What stands for each port in texts that are compared. */
  readonly portNames: ReadonlyMap<string, string>;
  /** Kills one server (SIGKILL), or starts it again, by its client port. */
  readonly stopServer: (clientPort: number) => Promise<void>;
  readonly startServer: (clientPort: number) => void;
  readonly stop: () => Promise<void>;
}

export interface SystemOptions {
  readonly directory: string;
  /** Our bundled command. */
  readonly program: string;
  readonly servers: number;
  /** So many of them observe. */
  readonly observers?: number;
  /** One server that is no ensemble. */
  readonly standalone?: boolean;
  /** Further lines of zoo.cfg, the same for both; what they say takes the place of what stands there. */
  readonly lines: readonly string[];
  /** Lines that are not the same for both, e.g. a port. */
  readonly linesOf?: (name: RunningSystem['name']) => readonly string[];
  /** What Apache reads from the JVM and we from the same line of zoo.cfg. */
  readonly properties: readonly string[];
}

const ELECTION_OFFSET = 1_000;
const READY_MILLIS_MAX = 60_000;
const POLL_MILLIS = 20;

interface Seat {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

/** Both systems, each with all of its servers serving. */
export async function startSystems(options: SystemOptions): Promise<RunningSystem[]> {
  const systems: RunningSystem[] = [];
  for (const name of ['Apache', 'Tabkeeper'] as const) systems.push(await start(options, name));
  try {
    await Promise.all(systems.map(serving));
  } catch (error) {
    await Promise.all(systems.map((system) => system.stop()));
    throw error;
  }
  return systems;
}

async function start(options: SystemOptions, name: 'Apache' | 'Tabkeeper'): Promise<RunningSystem> {
  const { servers, observers = 0 } = options;
  const ports = await freePortBases(servers);
  const ids = Array.from({ length: servers }, (_, index) => index + 1);
  const portNames = new Map<string, string>();
  const serverLines = ids.map((id) => {
    const [client, quorum] = [ports.clientPort + id - 1, ports.basePort + id - 1];
    portNames.set(String(client), ':client');
    portNames.set(String(quorum), ':quorum');
    portNames.set(String(quorum + ELECTION_OFFSET), ':election');
    const role = id > servers - observers ? 'observer' : 'participant';
    const own = `${String(quorum)}:${String(quorum + ELECTION_OFFSET)}:${role}`;
    return `server.${String(id)}=127.0.0.1:${own};127.0.0.1:${String(client)}`;
  });
  const clientPorts = ids.map((id) => ports.clientPort + id - 1);
  const seats = await Promise.all(
    ids.map((id) => {
      const directory = join(options.directory, name, String(id));
      const plan = { directory, id, clientPort: clientPorts[id - 1] ?? 0, serverLines };
      return name === 'Apache' ? openApache(options, plan) : openTabkeeper(options, plan);
    }),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(seats.map((seat) => seat.stop()));
  };
  const seatAt = (port: number): Seat =>
    present(seats[clientPorts.indexOf(port)], "each port is a server's");
  return {
    ...{ name, clientPorts, portNames, stop },
    stopServer: (port) => seatAt(port).stop(),
    startServer: (port) => {
      seatAt(port).start();
    },
  };
}

/** One server line alone would be a server without an ensemble, which has no configuration to read. */
const ensembleLines = ({ standalone, servers }: SystemOptions): readonly string[] =>
  standalone === true || servers > 1 ? [] : ['standaloneEnabled=false'];

interface Plan {
  readonly directory: string;
  readonly id: number;
  readonly clientPort: number;
  readonly serverLines: readonly string[];
}

async function openApache(options: SystemOptions, plan: Plan): Promise<Seat> {
  const own = options.linesOf?.('Apache') ?? [];
  const moreLines = ['forceSync=no', ...ensembleLines(options), ...options.lines, ...own];
  const { properties } = options;
  const server = await makeApacheServer({ ...plan, moreLines, properties });
  server.start();
  return {
    start: server.start,
    stop: async () => {
      server.kill();
      await server.stop();
    },
  };
}

async function openTabkeeper(options: SystemOptions, plan: Plan): Promise<Seat> {
  const data = join(plan.directory, 'data');
  await mkdir(data, { recursive: true });
  await writeFile(join(data, 'myid'), `${String(plan.id)}\n`);
  const path = join(plan.directory, 'zoo.cfg');
  const standing = [
    ...['tickTime=2000', 'initLimit=10', 'syncLimit=5', 'maxClientCnxns=0'],
    ...[`dataDir=${data}`, `clientPort=${String(plan.clientPort)}`, 'clientPortAddress=127.0.0.1'],
    ...ensembleLines(options),
  ];
  const given = [
    ...(options.linesOf?.('Tabkeeper') ?? []),
    ...[...options.lines, ...options.properties, ...plan.serverLines],
  ];
  const keyOf = (line: string): string => line.split('=')[0] ?? '';
  const keys = new Set(given.map(keyOf));
  const lines = [...standing.filter((line) => !keys.has(keyOf(line))), ...given];
  await writeFile(path, `${lines.join('\n')}\n`);
  let child = fork(options.program, ['server', path], { stdio: 'ignore' });
  return {
    start: () => {
      child = fork(options.program, ['server', path], { stdio: 'ignore' });
    },
    stop: () => ended(child),
  };
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.kill('SIGKILL');
  });
}

const ROLES = ['leader', 'standalone', 'follower', 'observer'];

/** Until all servers serve, whoever leads now. */
export async function serving(system: RunningSystem): Promise<void> {
  const { name, clientPorts } = system;
  const end = performance.now() + READY_MILLIS_MAX;
  for (;;) {
    const modes = await Promise.all(clientPorts.map(askMode));
    const places = modes.map((mode) => ROLES.indexOf(mode ?? ''));
    if (!places.includes(-1)) {
      const placeOf = (port: number): number => places[clientPorts.indexOf(port)] ?? 0;
      system.clientPorts = [...clientPorts].sort((a, b) => placeOf(a) - placeOf(b));
      return;
    }
    if (performance.now() > end) throw new Error(`${name}: not all servers serve`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
}
