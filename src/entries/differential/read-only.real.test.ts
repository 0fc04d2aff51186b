// Two of three servers gone, readonlymode.enabled=true: what the third one says to clients, at Apache's and here.
// At Apache's such a server needs localSessionsEnabled to open a session; without it a client gets a reply where
// it waits for a handshake. Here its sessions are its own in any case.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { encodeRequest } from '../../jute/client.ts';
import type { Request } from '../../vocabulary/request.ts';
import { apacheVersion } from '../bench/edge/apache.ts';
import { askWord } from '../cli/ensemble.ts';
import { bundleCommand, temporaryDirectory } from '../cli/program.fixture.ts';
import { startSystems, type RunningSystem } from './systems.fixture.ts';
import { OPEN } from './values.ts';
import { connectFrame, Wire, type Session } from './wire.ts';

const NOTHING: Session = { id: 0n, password: new Uint8Array(16) };
const DATA = new Uint8Array([1, 2, 3]);
const STATE_MILLIS_MAX = 60_000;
const POLL_MILLIS = 50;

const create = { path: '/b', data: DATA, acl: [OPEN], flags: 0 };
const REQUESTS: readonly Request[] = [
  { kind: 'getData', path: '/a', watch: true },
  { kind: 'getData', path: '/none', watch: false },
  { kind: 'exists', path: '/a', watch: false },
  { kind: 'getChildren2', path: '/', watch: false },
  { kind: 'getACL', path: '/a' },
  { kind: 'getAllChildrenNumber', path: '/' },
  { kind: 'getEphemerals', prefix: '/' },
  { kind: 'whoAmI' },
  { kind: 'multiRead', operations: [{ kind: 'getData', path: '/a' }] },
  { kind: 'create', ...create },
  { kind: 'create2', ...create },
  { kind: 'createContainer', ...create, flags: 4 },
  { kind: 'createTTL', ...create, flags: 5, ttlMillis: 1000n },
  { kind: 'delete', path: '/a', version: -1 },
  { kind: 'setData', path: '/a', data: DATA, version: -1 },
  { kind: 'setACL', path: '/a', acl: [OPEN], version: -1 },
  { kind: 'multi', operations: [{ kind: 'delete', path: '/a', version: -1 }] },
  { kind: 'sync', path: '/a' },
  { kind: 'addWatch', path: '/a', mode: 0 },
  { kind: 'ping' },
  { kind: 'getData', path: '/a', watch: false },
];

let directory = '';
let systems: RunningSystem[] = [];

beforeEach(async () => {
  expect(apacheVersion(), 'Apache ZooKeeper is needed: apt-get install zookeeper').not.toBe(null);
  directory = await temporaryDirectory();
});

afterEach(async () => {
  await Promise.all(systems.map((system) => system.stop()));
  systems = [];
  await rm(directory, { recursive: true, force: true });
});

async function come(port: number, session: Session, readOnly: boolean | null): Promise<Wire> {
  const wire = new Wire(port, { base: 0n, sessions: new Map(), ports: new Map() });
  wire.send(connectFrame(session.id, session.password, { readOnly }), null);
  await wire.answered();
  return wire;
}

const textsOf = (wire: Wire): string[] => wire.seen.map(({ text }) => text);

async function isro(port: number, answer: string): Promise<void> {
  const end = performance.now() + STATE_MILLIS_MAX;
  while ((await askWord(port, 'isro')) !== answer) {
    if (performance.now() > end) throw new Error(`isro never was ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
}

/** All that clients of this system see, from the write before the loss to the one after the return. */
async function play({ clientPorts, stopServer, startServer }: RunningSystem): Promise<string[]> {
  const [first = 0, second = 0, port = 0] = clientPorts;
  const before = await come(port, NOTHING, true);
  // An ephemeral node makes Apache's local session one of the whole ensemble.
  for (const [path, flags] of [
    ['/e', 1],
    ['/a', 0],
  ] as const) {
    const request = { kind: 'create', ...create, path, flags } as const;
    before.send(encodeRequest(1, request), { label: path, kind: 'create' });
    await before.answered();
  }
  const said = ['a server that also writes', ...textsOf(before), await askWord(port, 'isro')];
  await Promise.all([first, second].map(stopServer));
  await before.ended();
  await isro(port, 'ro');
  said.push('a server that only reads', await askWord(port, 'isro'));
  said.push((await askWord(port, 'srvr')).match(/Mode: .*/)?.[0] ?? 'no mode');
  said.push((await askWord(port, 'mntr')).match(/zk_server_state\t.*/)?.[0] ?? 'no state');
  for (const says of [null, false]) {
    const refused = await come(port, NOTHING, says);
    said.push(`a client that says ${String(says)}`, ...textsOf(refused));
  }
  const reader = await come(port, NOTHING, true);
  for (const [index, request] of REQUESTS.entries()) {
    reader.send(encodeRequest(index + 1, request), { label: request.kind, kind: request.kind });
    await reader.answered();
  }
  said.push('a new session', ...textsOf(reader));
  const resumed = await come(port, before.session, true);
  said.push('a session from before', ...textsOf(resumed));
  const wrong = await come(port, { ...reader.session, password: new Uint8Array(16) }, true);
  said.push('a wrong password', ...textsOf(wrong));
  const again = await come(port, reader.session, true);
  said.push('the session of this server, again', ...textsOf(again));
  said.push(`its first connection has ended: ${String(await reader.ended())}`);
  const leaving = await come(port, NOTHING, true);
  leaving.send(encodeRequest(1, { kind: 'closeSession' }), {
    label: 'close',
    kind: 'closeSession',
  });
  said.push(`it closes a session: ${String(await leaving.ended())}`, ...textsOf(leaving));
  [first, second].forEach(startServer);
  said.push(`the end of it: ${String(await again.ended())}`);
  await isro(port, 'rw');
  const writer = await come(port, before.session, true);
  writer.send(encodeRequest(1, { kind: 'create', ...create }), { label: 'create', kind: 'create' });
  await writer.answered();
  said.push('with the session from before', ...textsOf(writer));
  writer.drop();
  return said;
}

test('a server without a quorum says the same in both', async () => {
  const program = await bundleCommand(join(directory, 'bin'));
  const properties = ['readonlymode.enabled=true', 'extendedTypesEnabled=true'];
  const lines = [
    '4lw.commands.whitelist=*',
    ...['localSessionsEnabled=true', 'localSessionsUpgradingEnabled=true'],
  ];
  systems = await startSystems({ directory, program, servers: 3, lines, properties });
  const [apache = [], ours = []] = await Promise.all(systems.map(play));
  expect(ours).toEqual(apache);
  // It did meet what it is about.
  const text = ours.join('\n');
  for (const part of ['connected 0 40000 true 37', 'err -119', 'zk_server_state\tread-only']) {
    expect(text).toContain(part);
  }
}, 300_000);
