// Apache ZooKeeper's own server as its Debian package installs it, one JVM per server, with its defaults but
// for what APACHE_SET names and what a plan adds.

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const JARS = '/usr/share/java';
const JAR = `${JARS}/zookeeper.jar`;
/** The manifest of that names all but these two, which only the AdminServer needs. */
const CLASSPATH = [JAR, `${JARS}/servlet-api.jar`, `${JARS}/jetty9-util-ajax.jar`].join(':');
const JAVA = '/usr/bin/java';
/** What its own scripts give it. */
const HEAP_MIB = 1_000;
const MAIN = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
const STOP_MILLIS_MAX = 5_000;
const HOST = '127.0.0.1';

export interface ServerPlan {
  /** The parent of dataDir: the configuration lies there too. */
  readonly directory: string;
  readonly id: number;
  readonly clientPort: number;
  /** The server.N lines, the same at all servers. */
  readonly serverLines: readonly string[];
  /** Further lines, e.g. a snapCount. */
  readonly moreLines?: readonly string[];
  /** What Apache reads from the JVM alone, e.g. `jute.maxbuffer=100000`. */
  readonly properties?: readonly string[];
  readonly heapMiB?: number;
}

export interface ApacheServer {
  readonly processId: () => number | null;
  readonly start: () => void;
  readonly kill: () => void;
  readonly stop: () => Promise<void>;
}

/** The version that is installed here, or null. */
export function apacheVersion(): string | null {
  if (!existsSync(JAR) || !existsSync(JAVA)) return null;
  const versions = readdirSync(JARS).flatMap((name) => {
    const version = /^zookeeper-([0-9.]+)\.jar$/.exec(name)?.[1];
    return version === undefined ? [] : [version];
  });
  return versions[0] ?? 'of unknown version';
}

/** For people who read figures of it: all that is not its default whatever is measured. */
export const APACHE_SET = [
  ...[`-Xmx${String(HEAP_MIB)}m as its scripts`, 'no logger'],
  ...['maxClientCnxns=0', 'admin.enableServer=false', '4lw.commands.whitelist=*'],
].join(', ');

export const WHY_NO_APACHE =
  'Apache ZooKeeper is not installed here (on Debian: apt-get install zookeeper)';

/** Writes the server's directory. It runs from `start` on, and is not waited for. */
export async function makeApacheServer(plan: ServerPlan): Promise<ApacheServer> {
  const data = join(plan.directory, 'data');
  await mkdir(data, { recursive: true });
  await writeFile(join(data, 'myid'), `${String(plan.id)}\n`);
  const config = join(plan.directory, 'zoo.cfg');
  await writeFile(config, configText(plan, data));
  const properties = (plan.properties ?? []).map((property) => `-D${property}`);
  const heap = `-Xmx${String(plan.heapMiB ?? HEAP_MIB)}m`;
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  const start = (): void => {
    const started = spawn(JAVA, [heap, ...properties, '-cp', CLASSPATH, MAIN, config], {
      stdio: 'ignore',
      cwd: plan.directory,
    });
    child = started;
    ended = new Promise((resolve) => {
      started.once('exit', () => {
        if (child === started) child = null;
        resolve();
      });
    });
  };
  return {
    start,
    processId: () => child?.pid ?? null,
    kill: () => child?.kill('SIGKILL'),
    stop: async () => {
      const running = child;
      running?.kill('SIGTERM');
      const timer = setTimeout(() => running?.kill('SIGKILL'), STOP_MILLIS_MAX);
      await ended;
      clearTimeout(timer);
    },
  };
}

function configText(plan: ServerPlan, data: string): string {
  const lines = [
    'tickTime=2000',
    'initLimit=10',
    'syncLimit=5',
    'maxClientCnxns=0',
    'admin.enableServer=false',
    '4lw.commands.whitelist=*',
    `dataDir=${data}`,
    `clientPort=${String(plan.clientPort)}`,
    `clientPortAddress=${HOST}`,
    ...(plan.moreLines ?? []),
    ...plan.serverLines,
  ];
  return `${lines.join('\n')}\n`;
}
