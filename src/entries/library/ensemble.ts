// `import { startEnsemble } from 'tabkeeper'`: a ZooKeeper ensemble of this machine for as long as a test
// needs it. Each server is a process that ends with this one, or all of them live in this process.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePortBases } from '../bench/edge/ports.ts';
import { startEnsemble as start } from '../cli/ensemble.ts';
import { escaped } from '../cli/properties.ts';

export interface EnsembleOptions {
  /** 3 unless it says otherwise, up to 9. */
  readonly servers?: number;
  /** Where they keep their data; else a temporary directory, which `stop` removes. */
  readonly directory?: string;
  /** Lines for every server's zoo.cfg, such as `{ 'jute.maxbuffer': '5000000' }`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** All servers in this process: quicker to start, and `kill` is no SIGKILL. */
  readonly inProcess?: boolean;
  /** What a server has to say: why it halted, or what it complains of. Without it only lines of `settings` that no
   *  server obeys are told, as warnings of this process. */
  readonly onMessage?: (text: string) => void;
}

export interface Ensemble {
  /** `host:port,host:port,...`, as every ZooKeeper client takes it. */
  readonly connectionString: string;
  /** Ends the server `id` (1, 2, ...) at once, as a crash does. Resolves when it is gone. */
  readonly kill: (id: number) => Promise<void>;
  /** Starts it again, with the disk that it had; a running one is stopped first. */
  readonly restart: (id: number) => Promise<void>;
  /** The id of the leader that serves now, or null. */
  readonly leader: () => Promise<number | null>;
  /** Ends all of them. */
  readonly stop: () => Promise<void>;
}

const SERVERS_MAX = 9;
/** Somebody else may take a port between its choice and its use. */
const ATTEMPTS_MAX = 3;

/** A server that is a process of its own says so in words. Chosen ports may also meet those of `settings`. */
const isTaken = (error: unknown): boolean =>
  /is taken by another program|^ConfigError: port \d+ cannot be both/.test(String(error));

/** Resolves when a leader serves. Rejects with a sentence, and leaves nothing running. */
export async function startEnsemble(options: EnsembleOptions = {}): Promise<Ensemble> {
  const { servers = 3, directory = null, inProcess = false } = options;
  if (!Number.isInteger(servers) || servers < 1 || servers > SERVERS_MAX) {
    throw new RangeError(`servers must be from 1 to ${String(SERVERS_MAX)}`);
  }
  const lines = Object.entries(options.settings ?? {}).map(
    ([key, value]) => `${key}=${escaped(String(value))}`,
  );
  const wrong = lines.find((line) => !/^[\w.]+=[^\n\r]*$/.test(line));
  if (wrong !== undefined) throw new RangeError(`${JSON.stringify(wrong)} is no key=value`);
  const program = join(dirname(fileURLToPath(import.meta.url)), 'cli.js');
  const tell = options.onMessage ?? ((): undefined => undefined);
  const warn =
    options.onMessage ??
    ((text: string): void => {
      process.emitWarning(text, 'TabkeeperWarning');
    });
  for (let attempt = 1; ; attempt += 1) {
    const ports = await freePortBases(servers);
    try {
      const running = await start({
        ...{ servers, directory, inProcess, lines, program, tell, warn },
        ...ports,
      });
      const { connectionString, kill, restart, leader, stop } = running;
      return { connectionString, kill, restart, leader, stop };
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isTaken(error)) throw error;
    }
  }
}
