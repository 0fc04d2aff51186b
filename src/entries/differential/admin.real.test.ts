// The AdminServer of both systems on the same state: which commands there are, and the fields and types of what
// each answers. (Debian's package has no Prometheus provider, so only what `monitor` names stands for its names.)

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

import { freePorts } from '../../adapters/tcp/ports.fixture.ts';
import { encodeRequest } from '../../jute/client.ts';
import type { Request } from '../../vocabulary/request.ts';
import { apacheVersion } from '../bench/edge/apache.ts';
import { bundleCommand, temporaryDirectory } from '../cli/program.fixture.ts';
import { startSystems, type RunningSystem } from './systems.fixture.ts';
import { OPEN } from './values.ts';
import { connectFrame, Wire } from './wire.ts';

let directory = '';
let systems: RunningSystem[] = [];
let ports: number[] = [];

async function start(more: { readonly standalone?: boolean } = {}): Promise<void> {
  expect(apacheVersion(), 'Apache ZooKeeper is needed: apt-get install zookeeper').not.toBe(null);
  directory = await temporaryDirectory();
  ports = await freePorts(2);
  const program = await bundleCommand(join(directory, 'bin'));
  const linesOf = (name: RunningSystem['name']): string[] => [
    'admin.enableServer=true',
    `admin.serverPort=${String(ports[name === 'Apache' ? 0 : 1])}`,
  ];
  const options = { directory, program, servers: 1, linesOf, properties: [], ...more };
  systems = await startSystems({ ...options, lines: ['4lw.commands.whitelist=*'] });
}

afterEach(async () => {
  await Promise.all(systems.map((system) => system.stop()));
  systems = [];
  await rm(directory, { recursive: true, force: true });
});

const ask = async (port: number, path: string): Promise<string> =>
  (await fetch(`http://127.0.0.1:${String(port)}/commands${path}`)).text();

const askBoth = (path: string): Promise<string[]> =>
  Promise.all(ports.map((port) => ask(port, path)));

async function populate(port: number): Promise<Wire> {
  const wire = new Wire(port, { base: 0n, sessions: new Map(), ports: new Map() });
  wire.send(connectFrame(0n, new Uint8Array(16)), null);
  await wire.answered();
  const requests: Request[] = [
    { kind: 'create', path: '/e', data: null, acl: [OPEN], flags: 1 },
    { kind: 'getData', path: '/e', watch: true },
  ];
  for (const [index, request] of requests.entries()) {
    wire.send(encodeRequest(index + 1, request), { label: request.kind, kind: request.kind });
    await wire.answered();
  }
  return wire;
}

/** Every field with its type; a list by its first element, and keys that are ids or times are one. */
function fieldsOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [`${path}[]`] : fieldsOf(value[0], `${path}[]`);
  }
  if (value === null || typeof value !== 'object') {
    return [`${path} ${value === null ? 'null' : typeof value}`];
  }
  return Object.entries(value).flatMap(([key, one]) => {
    if (!/^\d+$/.test(key)) return fieldsOf(one, `${path}.${key}`);
    // A time at which nobody expires any more: how long it is kept, chance decides.
    return Array.isArray(one) && one.length === 0 ? [] : fieldsOf(one, `${path}.#`);
  });
}

/** What only Apache has to tell: of the JVM, or of what is not there here. */
const NOT_HERE = new Set([...['set_trace_mask', 'system_properties']]);
/** Fields that are not measured here, and what a Java object's methods say of an address. */
const LACKING =
  /server_stats\.(fsync_threshold_exceed_count|provider_null|non_mtls\w+) |^zabstate\.(quorum|election)_address\./;

test('a server alone says the same of an ensemble that there is none of', async () => {
  await start({ standalone: true });
  for (const name of ['leader', 'voting_view', 'zabstate', 'ruok', 'orst', 'observers']) {
    const [theirs, ours] = (await askBoth(`/${name}`)).map((text) => JSON.parse(text) as unknown);
    expect(ours, name).toEqual(theirs);
  }
  const directories = (await askBoth('/conf')).map((text) =>
    [...text.matchAll(/"data(?:_log)?_dir" : ".*\/([^/"]+)"/g)].map(([, last]) => last),
  );
  expect(directories).toEqual([
    ['version-2', 'version-2'],
    ['version-2', 'version-2'],
  ]);
  const [theirs, ours] = (await askBoth('/lsnp')).map((text) => fieldsOf(JSON.parse(text), ''));
  expect(ours).toEqual(theirs);
}, 60_000);

test('the same commands answer with fields of the same names and types', async () => {
  await start();
  const wires = await Promise.all(systems.map(({ clientPorts }) => populate(clientPorts[0] ?? 0)));
  const names = (text: string): string[] =>
    [...text.matchAll(/>(\w+)<\/a>/g)].map(([, name = '']) => name).sort();
  const [theirs = [], ours = []] = (await askBoth('')).map(names);
  expect(ours.length).toBeGreaterThan(15);
  expect(ours).toEqual(theirs.filter((name) => !NOT_HERE.has(name)));
  const types = (await askBoth('/voting_view')).map(
    (text) => /"learner_type" : "(\w+)"/.exec(text)?.[1],
  );
  expect(types).toEqual(['participant', 'participant']);
  for (const method of ['HEAD', 'POST']) {
    const path = '/commands/voting_view';
    const [apache, own] = await Promise.all(
      ports.map(async (port) => {
        const url = `http://127.0.0.1:${String(port)}${path}`;
        return (await fetch(url, { method })).status;
      }),
    );
    expect(own, method).toBe(apache);
  }
  const resets = new Set(['connection_stat_reset', 'stat_reset']);
  const lacking: string[] = [];
  for (const name of ours.filter((one) => !resets.has(one) && one !== 'environment')) {
    const [known = [], said = []] = (await askBoth(`/${name}`)).map((text) =>
      fieldsOf(JSON.parse(text), name),
    );
    expect(known, name).toEqual(expect.arrayContaining(said));
    if (name !== 'monitor') lacking.push(...known.filter((field) => !said.includes(field)));
  }
  expect(lacking.filter((field) => !LACKING.test(field))).toEqual([]);
  for (const wire of wires) wire.drop();
}, 60_000);
