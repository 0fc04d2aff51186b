// Plays kazoo's own suite, against our servers or against Apache's (which tells what Apache itself fails), and
// reads what each case came to.

import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePortBases, PORTS_APART } from '../bench/edge/ports.ts';
import { bundleCommand } from '../cli/program.fixture.ts';

export interface KazooCase {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'excluded';
  /** Why, where it did not pass. */
  readonly text: string;
}

const PYTHON = '/usr/bin/python3';
const APACHE_JAR = '/usr/share/java/zookeeper.jar';
const SUITE_MILLIS_MAX = 400_000;
/** Servers in tabs take longer for a write. */
const SUITE_AT_HOSTS_MILLIS_MAX = 1_500_000;
/** The harness takes ten ports for each of its three servers. */
const PORTS = 40;

interface Fact {
  readonly case: string;
  readonly outcome: KazooCase['outcome'] | 'collected';
  readonly text: string;
}

export interface KazooPlay {
  /** Servers that its harness starts, or ones that run already (host:port,host:port). */
  readonly against: 'tabkeeper' | 'apache' | { readonly hosts: string };
  /** Files or classes (`test_lock.py::KazooLockTests`); all if there is none. */
  readonly chosen?: readonly string[];
  readonly excluded: readonly string[];
  /** Which cases are played at an observer, as pytest's -k has it; null: no observer. */
  readonly atObserver?: string | null;
}

export interface KazooPlayed {
  readonly cases: readonly KazooCase[];
  readonly output: string;
}

/** The first of these wait 5 s by the clock for a server that they start anew, also where the machine has no time to
 *  start one. The last wants kazoo's client to look, after it was told that it is connected, before its other thread has
 *  been refused: that says "time-out" at once. What of them waited in vain is played once more, and it is said. */
const WAITS_IN_VAIN = /::test_request_queuing_|::test_invalid_sasl_auth$/;
const IN_VAIN = /\bassert \w+\.is_set\(\)|Timeout/;

export async function playKazooSuite(directory: string, play: KazooPlay): Promise<KazooPlayed> {
  const first = await playOnce(directory, play);
  const failed = first.cases.filter(({ outcome }) => outcome === 'failed');
  const waited = failed.every(({ name, text }) => WAITS_IN_VAIN.test(name) && IN_VAIN.test(text));
  if (failed.length === 0 || !waited) return first;
  for (const { name, text } of failed) console.log(`${name} is played once more, for:\n${text}`);
  const chosen = failed.map(({ name }) => name);
  const again = await playOnce(join(directory, 'again'), { ...play, chosen });
  const later = new Map(again.cases.map((one) => [one.name, one]));
  const cases = first.cases.map((one) => later.get(one.name) ?? one);
  return { cases, output: `${first.output}\n${again.output}` };
}

async function playOnce(
  directory: string,
  { against, chosen = [], excluded, atObserver = null }: KazooPlay,
): Promise<KazooPlayed> {
  const work = join(directory, 'work');
  await mkdir(work, { recursive: true });
  const results = join(directory, 'results.jsonl');
  await writeFile(results, '');
  const { clientPort } = await freePortBases(PORTS, PORTS_APART);
  const environment = {
    ...process.env,
    ...(await serversFor(against, directory)),
    ZOOKEEPER_VERSION: '3.8.0',
    ZOOKEEPER_PORT_OFFSET: String(clientPort),
    TMPDIR: work,
    ...(atObserver === null ? {} : { ...ONE_OBSERVER, KAZOO_EXPRESSION: atObserver }),
  };
  const args = [join(import.meta.dirname, 'kazoo-suite.py'), results, ...chosen];
  const output = await python(args, {
    ...{ cwd: work, env: environment, input: excluded.join('\n') },
    millisMax: typeof against === 'string' ? SUITE_MILLIS_MAX : SUITE_AT_HOSTS_MILLIS_MAX,
  });
  return { cases: readCases(await readFile(results, 'utf8')), output };
}

/** A fourth server, which observes, and to which all clients go. */
const ONE_OBSERVER = {
  ZOOKEEPER_CLUSTER_SIZE: '4',
  ZOOKEEPER_OBSERVER_START_ID: '4',
  KAZOO_AT_OBSERVERS: 'yes',
};

async function serversFor(
  against: KazooPlay['against'],
  directory: string,
): Promise<Record<string, string>> {
  if (against === 'apache') return { ZOOKEEPER_CLASSPATH: APACHE_JAR };
  const none = { ZOOKEEPER_CLASSPATH: 'none' };
  if (against === 'tabkeeper') return { ...none, ...(await ourServers(directory)) };
  // As on kazoo's own builds: its cases are told the version, and ask no server for it.
  return { ...none, KAZOO_HOSTS: against.hosts, TRAVIS: 'true' };
}

async function ourServers(directory: string): Promise<Record<string, string>> {
  const bin = join(directory, 'path');
  await mkdir(bin, { recursive: true });
  await copyFile(join(import.meta.dirname, 'java-for-kazoo.sh'), join(bin, 'java'));
  return {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    TABKEEPER_NODE: process.execPath,
    TABKEEPER_PROGRAM: await bundleCommand(join(directory, 'bin')),
  };
}

interface PythonRun {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
  readonly millisMax: number;
}

/** In a process group of its own: servers that a suite which is ended leaves behind go with it. */
function python(args: string[], { cwd, env, input, millisMax }: PythonRun): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(PYTHON, args, { cwd, env, detached: true });
    child.stdin.end(input);
    let output = '';
    const listen = (text: Buffer): void => {
      output += text.toString();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    const endGroup = (): void => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // All of it has ended.
      }
    };
    const timer = setTimeout(endGroup, millisMax);
    child.once('error', (error) => (output += String(error)));
    child.once('close', () => {
      clearTimeout(timer);
      resolve(output);
    });
    child.once('exit', endGroup);
  });
}

function readCases(lines: string): KazooCase[] {
  const cases = new Map<string, KazooCase>();
  for (const line of lines.split('\n').filter((text) => text !== '')) {
    const { case: name, outcome, text } = JSON.parse(line) as Fact;
    const isCollected = outcome === 'collected';
    cases.set(name, {
      name,
      outcome: isCollected ? 'failed' : outcome,
      text: isCollected ? 'it never ended' : text,
    });
  }
  return [...cases.values()];
}
