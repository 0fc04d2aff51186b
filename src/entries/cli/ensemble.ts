// `tabkeeper ensemble 3`: several servers on this machine, each a process of its own that ends with
// this one, or all of them in this process. Each gets a directory with its own zoo.cfg and myid, so that
// any of them can also be started alone.

import { fork, type ChildProcess } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { checkOwnPorts, configText, HOST } from './ensemble-config.ts';
import { SECRET_FILE, startServerOf } from './server-command.ts';
import { sentenceOf } from './usage.ts';
import { ConfigError, parseZooConfig } from './zoo-config.ts';

export interface EnsembleOptions {
  readonly servers: number;
  /** Null for one that is made now and removed at the end. */
  readonly directory: string | null;
  readonly clientPort: number;
  readonly basePort: number;
  readonly inProcess: boolean;
  /** Further lines of every server's zoo.cfg, `key=value`. */
  readonly lines?: readonly string[];
  /** This program's file: what the processes are started from. */
  readonly program: string;
  readonly tell: (text: string) => void;
  /** What is not obeyed of the lines, once for all servers; `tell` unless it says otherwise. */
  readonly warn?: (text: string) => void;
  /** Aborted, it gives up: the start then rejects, and nothing is left running. */
  readonly asked?: AbortSignal;
}

export interface RunningEnsemble {
  /** host:port,host:port,... as clients take it. */
  readonly connectionString: string;
  readonly clientPorts: readonly number[];
  /** SIGKILL for the process of the server with this id (1, 2, ...), or its end where all are in this one. */
  readonly kill: (id: number) => Promise<void>;
  readonly restart: (id: number) => Promise<void>;
  readonly processId: (id: number) => number | null;
  /** The id of the serving leader, or null. */
  readonly leader: () => Promise<number | null>;
  readonly stop: () => Promise<void>;
}

const READY_MILLIS_MAX = 30_000;
const FOLLOWERS_MILLIS_MAX = 5_000;
const POLL_MILLIS = 10;
const STOP_MILLIS_MAX = 5_000;

interface Seat {
  readonly id: number;
  readonly configPath: string;
  readonly clientPort: number;
  stop: () => Promise<void>;
  kill: () => Promise<void>;
  child: ChildProcess | null;
}

/** Resolves when all serve, or a leader and most of them do. Rejects with a sentence, and leaves nothing running. */
export async function startEnsemble(options: EnsembleOptions): Promise<RunningEnsemble> {
  const { asked } = options;
  const made = options.directory === null;
  const directory = resolve(options.directory ?? (await mkdtemp(join(tmpdir(), 'tabkeeper-'))));
  const seats: Seat[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(seats.map((seat) => seat.stop()));
    if (made) await rm(directory, { recursive: true, force: true });
  };
  const giveUp = (): void => {
    for (const seat of seats) void seat.stop();
  };
  try {
    checkOwnPorts(options, directory);
    const secret = await secretOf(directory, options.servers);
    for (let id = 1; id <= options.servers; id += 1) {
      seats.push(await makeSeat(options, directory, id, secret));
    }
    warnOfLines(options);
    asked?.throwIfAborted();
    asked?.addEventListener('abort', giveUp);
    // All of them: one that opens while the others are stopped would go on alone.
    const opened = await Promise.allSettled(seats.map((seat) => open(seat, options)));
    for (const result of opened) if (result.status === 'rejected') throw asError(result.reason);
    const from = performance.now();
    await until(() => isReady(seats, performance.now() - from), asked);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    asked?.removeEventListener('abort', giveUp);
  }
  return {
    connectionString: seats.map(({ clientPort }) => `${HOST}:${String(clientPort)}`).join(','),
    clientPorts: seats.map(({ clientPort }) => clientPort),
    kill: async (id) => seatOf(seats, id).kill(),
    restart: async (id) => {
      const seat = seatOf(seats, id);
      await seat.stop();
      await open(seat, options);
    },
    processId: (id) => seats[id - 1]?.child?.pid ?? null,
    leader: () => leaderOf(seats),
    stop,
  };
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(String(reason));

function seatOf(seats: readonly Seat[], id: number): Seat {
  const seat = seats[id - 1];
  if (seat === undefined) throw new RangeError(`there is no server ${String(id)}`);
  return seat;
}

async function makeSeat(
  options: EnsembleOptions,
  directory: string,
  id: number,
  secret: Uint8Array | null,
): Promise<Seat> {
  const own = join(directory, String(id));
  const clientPort = options.clientPort + id - 1;
  const configPath = join(own, 'zoo.cfg');
  const secretPath = join(own, SECRET_FILE);
  try {
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'myid'), `${String(id)}\n`);
    await writeFile(configPath, configText(options, own, id));
    if (secret !== null && !(await exists(secretPath))) {
      await writeFile(secretPath, secret, { mode: 0o600 });
    }
  } catch (error) {
    throw new ConfigError(`no data can be kept in ${directory}: ${sentenceOf(error)}`);
  }
  const nothing = (): Promise<void> => Promise.resolve();
  return { id, configPath, clientPort, stop: nothing, kill: nothing, child: null };
}

/** The secret that somebody gave the servers; one may have lost its directory since. */
async function secretOf(directory: string, servers: number): Promise<Uint8Array | null> {
  for (let id = 1; id <= servers; id += 1) {
    const path = join(directory, String(id), SECRET_FILE);
    if (await exists(path)) return readFile(path);
  }
  return null;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** What the first server's file says that no server obeys. Its errors are the servers' own to tell. */
function warnOfLines(options: EnsembleOptions): void {
  const warn = options.warn ?? options.tell;
  try {
    const { warnings } = parseZooConfig(configText(options, options.directory ?? '/', 1));
    for (const warning of warnings) warn(`every server's zoo.cfg, ${warning}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
}

async function open(seat: Seat, options: EnsembleOptions): Promise<void> {
  if (!options.inProcess) {
    await openProcess(seat, options);
    return;
  }
  const tell = (text: string): void => {
    options.tell(`server ${String(seat.id)}${text}`);
  };
  const server = await startServerOf(seat.configPath, {
    tell: () => undefined,
    complain: (text) => {
      tell(`: ${text}`);
    },
    onHalt: (reason) => {
      tell(` halted: ${reason}`);
    },
  });
  let stopped: Promise<void> | null = null;
  seat.stop = () => (stopped ??= server.stop());
  seat.kill = seat.stop;
}

/** Resolves when the process says that its ports are open, rejects with what it said instead. */
function openProcess(seat: Seat, options: EnsembleOptions): Promise<void> {
  const child = fork(options.program, ['server', seat.configPath], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A debugger's port, a test runner's flags: they are its parent's alone.
    execArgv: [],
  });
  seat.child = child;
  const name = `server ${String(seat.id)}`;
  let isReady = false;
  let isAsked = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      if (seat.child === child) seat.child = null;
      // By the system, for want of memory, or by somebody: nobody else would say that one is missing.
      if (isReady && !isAsked)
        options.tell(`${name} has ended: ${signal ?? `exit ${String(code)}`}`);
      resolve();
    });
  });
  seat.stop = async () => {
    isAsked = true;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS_MAX);
    await ended;
    clearTimeout(timer);
  };
  seat.kill = async () => {
    isAsked = true;
    child.kill('SIGKILL');
    await ended;
  };
  const tellLines = (text: string): void => {
    for (const line of text.trim().split('\n')) if (line !== '') options.tell(`${name}: ${line}`);
  };
  // What it says before it is ready is the reason why it never is, which is told once.
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (isReady) tellLines(text);
    else if (said.length < SAID_CHARACTERS_MAX) said += text;
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => {
      isReady = true;
      tellLines(said);
      resolve();
    });
    child.once('error', reject);
    // Not at its exit: what it said may still be on the way.
    child.once('close', (code) => {
      const why = `${name}: ${said.trim() === '' ? 'it ended at its start' : said.trim()}`;
      reject(code === EXIT_CONFIGURATION ? new ConfigError(why) : new Error(why));
    });
  });
}

const SAID_CHARACTERS_MAX = 4_000;
/** Of a server whose configuration is wrong. */
const EXIT_CONFIGURATION = 2;

/** A leader serves, and so does every follower, unless one needs long: it may have much to get. */
async function isReady(seats: readonly Seat[], millis: number): Promise<boolean> {
  const modes = await Promise.all(seats.map((seat) => askMode(seat.clientPort)));
  return modes.includes('leader') && (millis > FOLLOWERS_MILLIS_MAX || !modes.includes(null));
}

async function leaderOf(seats: readonly Seat[]): Promise<number | null> {
  const modes = await Promise.all(seats.map((seat) => askMode(seat.clientPort)));
  const at = modes.indexOf('leader');
  return at < 0 ? null : (seats[at]?.id ?? null);
}

/** What a server's `srvr` says of its mode, or null when it does not serve. */
export async function askMode(port: number): Promise<string | null> {
  return /^Mode: ([\w-]+)$/m.exec(await askWord(port, 'srvr'))?.[1] ?? null;
}

const WORD_MILLIS_MAX = 1_000;

/** What a server on this machine answers to four letters; nothing where there is none. */
export function askWord(port: number, word: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, HOST, () => socket.write(word));
    socket.setTimeout(WORD_MILLIS_MAX, () => socket.destroy());
    socket.setEncoding('utf8');
    socket.on('data', (more: string) => (text += more));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(text);
    });
  });
}

async function until(holds: () => Promise<boolean>, asked?: AbortSignal): Promise<void> {
  const end = performance.now() + READY_MILLIS_MAX;
  while (!(await holds())) {
    asked?.throwIfAborted();
    if (performance.now() > end) {
      throw new Error(`no leader after ${String(READY_MILLIS_MAX / 1_000)} seconds`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
}
