// `npm start` as a person calls it, without a browser: which client ports it opens, where, and for whose pages.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { freePorts } from '../../adapters/tcp/ports.fixture.ts';
import { askForToken } from '../../adapters/websocket/tab.fixture.ts';
import { bundle, temporaryDirectory } from '../cli/program.fixture.ts';

const START_MILLIS_MAX = 30_000;

let directory = '';
let program = '';
const running: ChildProcess[] = [];

beforeAll(async () => {
  directory = await temporaryDirectory();
  program = await bundle('start', join(import.meta.dirname, 'main.ts'), join(directory, 'node'));
  await symlink(resolve('node_modules'), join(directory, 'node_modules'));
  await mkdir(join(directory, 'dist'));
  await writeFile(join(directory, 'dist/index.html'), '<!doctype html>\n<head>\n</head>\n');
}, 60_000);

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** What it says until it is open. */
function start(...words: string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...words]);
  running.push(child);
  return new Promise((done, reject) => {
    let said = '';
    let told = 0;
    const timer = setTimeout(() => {
      reject(new Error(`it never opened: ${said}`));
    }, START_MILLIS_MAX);
    const hear = (text: Buffer): void => {
      said += text.toString();
      told += 1;
      const at = told;
      if (!said.includes('until a tab is reloaded.')) return;
      // What comes with it comes at once.
      setTimeout(() => {
        if (at !== told) return;
        clearTimeout(timer);
        done(said);
      }, 100);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
  });
}

const listens = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      done(true);
    });
    // Who listens may hang up at once: no tab is there.
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      done(code === 'ECONNRESET');
    });
  });

test('--client-port names the first port of three; --gateway-host where; --origin whose pages come', async () => {
  const [port = 0, clientPort = 0] = await freePorts(2);
  const said = await start(
    ...['--port', String(port), '--host', '127.0.0.1', '--client-port', String(clientPort)],
    ...['--gateway-host', '127.0.0.2', '--origin', 'https://my.host'],
  );
  expect(said).toContain(`  127.0.0.2:${String(clientPort)} -> server 1\n  127.0.0.2:`);
  expect(said).toMatch(/-> server 3\n$/);
  expect([await listens(clientPort, '127.0.0.2'), await listens(clientPort)]).toEqual([
    ...[true, false],
  ]);
  const statusFor = async (host: string): Promise<number> =>
    (await askForToken(port, { Host: host, Origin: `https://${host}` })).status;
  expect([await statusFor('my.host'), await statusFor('other.host')]).toEqual([200, 403]);
});

test('--no-gateway opens none and says of none', async () => {
  const [port = 0, clientPort = 0] = await freePorts(2);
  const words = ['--port', String(port), '--client-port', String(clientPort), '--no-gateway'];
  const said = await start(...words, '--host', '127.0.0.1');
  expect(said).toContain(`Tabkeeper is open at http://127.0.0.1:${String(port)}/#new`);
  expect(said).not.toContain('-> server');
  expect(await listens(clientPort)).toBe(false);
  expect((await fetch(`http://127.0.0.1:${String(port)}/`)).status).toBe(200);
});

const CERT = join(import.meta.dirname, 'localhost-cert.fixture.pem');
const KEY = join(import.meta.dirname, 'localhost-key.fixture.pem');

test('--cert and --key: the link is https, also for other machines', async () => {
  const [port = 0] = await freePorts(1);
  const said = await start(
    ...['--port', String(port), '--host', '0.0.0.0', '--no-gateway', '--cert', CERT, '--key', KEY],
  );
  expect(said).toContain(`Tabkeeper is open at https://localhost:${String(port)}/#new`);
  expect(said).toContain('From other machines:');
  expect(said).not.toContain('http://');
  await expect(fetch(`http://127.0.0.1:${String(port)}/`)).rejects.toThrow();
});

test('without them other machines are told that the laboratory alone is for them', async () => {
  const [port = 0] = await freePorts(1);
  const said = await start('--port', String(port), '--host', '0.0.0.0', '--no-gateway');
  expect(said).toContain('From other machines, the laboratory alone');
  expect(said).not.toMatch(/http:\/\/[0-9.]+:\d+\/#new/);
});

test('a certificate that cannot be used is one sentence, and nothing listens', () => {
  const { status, stderr } = spawnSync(process.execPath, [
    program,
    '--cert',
    'no.pem',
    '--key',
    KEY,
  ]);
  expect([status, stderr.toString()]).toEqual([1, '--cert: no.pem is not there.\n']);
});
