// Plays kazoo's own suite, against our servers or against Apache's (which tells what Apache itself fails), and
// reads what each case came to.

import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePortBases } from '../bench/edge/ports.ts';
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
/** The harness takes ten ports for each of its three servers. */
const PORTS = 40;

interface Fact {
  readonly case: string;
  readonly outcome: KazooCase['outcome'] | 'collected';
  readonly text: string;
}

export async function playKazooSuite(
  directory: string,
  against: 'tabkeeper' | 'apache',
  excluded: readonly string[],
  atObserver: string | null = null,
): Promise<{ readonly cases: readonly KazooCase[]; readonly output: string }> {
  const work = join(directory, 'work');
  await mkdir(work, { recursive: true });
  const results = join(directory, 'results.jsonl');
  await writeFile(results, '');
  const { clientPort } = await freePortBases(PORTS);
  const servers =
    against === 'apache'
      ? { ZOOKEEPER_CLASSPATH: APACHE_JAR }
      : { ZOOKEEPER_CLASSPATH: 'none', ...(await ourServers(directory)) };
  const environment = {
    ...process.env,
    ...servers,
    ZOOKEEPER_VERSION: '3.8.0',
    ZOOKEEPER_PORT_OFFSET: String(clientPort),
    TMPDIR: work,
    ...(atObserver === null ? {} : ONE_OBSERVER),
  };
  const selection = atObserver === null ? [] : ['-k', atObserver];
  const args = [join(import.meta.dirname, 'kazoo-suite.py'), results, ...selection];
  const output = await python(args, { cwd: work, env: environment, input: excluded.join('\n') });
  return { cases: readCases(await readFile(results, 'utf8')), output };
}

/** A fourth server, which observes, and to which all clients go. */
const ONE_OBSERVER = {
  ZOOKEEPER_CLUSTER_SIZE: '4',
  ZOOKEEPER_OBSERVER_START_ID: '4',
  KAZOO_AT_OBSERVERS: 'yes',
};

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

/** In a process group of its own: servers that a suite which is ended leaves behind go with it. */
function python(
  args: string[],
  { cwd, env, input }: { cwd: string; env: NodeJS.ProcessEnv; input: string },
): Promise<string> {
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
    const timer = setTimeout(endGroup, SUITE_MILLIS_MAX);
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
