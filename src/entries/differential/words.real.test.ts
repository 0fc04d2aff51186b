// The four-letter words of both systems on the same state: the same lines, numbers and names of hosts aside.

import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { ALL_WORDS } from '../../adapters/admin/words.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import { encodeRequest } from '../../jute/client.ts';
import { XID, type Request } from '../../vocabulary/request.ts';
import { apacheVersion } from '../bench/edge/apache.ts';
import { bundleCommand, temporaryDirectory } from '../cli/program.fixture.ts';
import { startSystems, type RunningSystem } from './systems.fixture.ts';
import { OPEN } from './values.ts';
import { connectFrame, Wire } from './wire.ts';

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

async function start(
  lines: readonly string[],
  { servers = 1, observers = 0, standalone = false } = {},
): Promise<void> {
  const program = await bundleCommand(join(directory, 'bin'));
  const options = { directory, program, servers, observers, standalone, lines, properties: [] };
  systems = await startSystems(options);
}

function ask(port: number, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(word));
    socket.setEncoding('utf8');
    socket.on('data', (more: string) => (text += more));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(text);
    });
  });
}

/** The leader, unless another one is meant: followers are behind it, observers last. */
const askBoth = (word: string, server = 0): Promise<string[]> =>
  Promise.all(systems.map(({ clientPorts }) => ask(clientPorts[server] ?? 0, word)));

/** A client with an ephemeral node and a watch of each kind. */
async function populate(port: number, path = '/e'): Promise<Wire> {
  const wire = new Wire(port, { base: 0n, sessions: new Map(), ports: new Map() });
  wire.send(connectFrame(0n, new Uint8Array(16)), null);
  await wire.answered();
  const requests: Request[] = [
    { kind: 'create', path, data: null, acl: [OPEN], flags: 1 },
    { kind: 'exists', path, watch: true },
    { kind: 'getData', path: '/', watch: true },
    { kind: 'getChildren', path: '/', watch: true },
    // Neither system counts it as the last one.
    { kind: 'auth', scheme: 'digest', auth: encodeUtf8('me:mine') },
  ];
  for (const [index, request] of requests.entries()) {
    const xid = request.kind === 'auth' ? XID.auth : index + 1;
    wire.send(encodeRequest(xid, request), { label: request.kind, kind: request.kind });
    await wire.answered();
  }
  return wire;
}

/** What only looks like a date is seen. */
const JAVA_DATE = /expire at \w{3} \w{3} \d\d \d\d:\d\d:\d\d \w+ \d{4}:/g;

/** What has to be equal: the words of the text, in the order of its lines; no version, date or number. */
const shape = (text: string): string =>
  text
    .replace(/^(Zookeeper version|zookeeper.version).*/m, '$1')
    .replace(/^0 expire at .*\n/gm, '') // A time that is kept for a while without anybody.
    .replace(JAVA_DATE, 'expire at a date:')
    .replace(/(data(?:Log)?Dir)=.*(\/[\w-]+)$/gm, '$1=...$2')
    .replace(/0x[0-9a-f]+/g, '0x#')
    .replace(/-?\d+(\.\d+)?/g, '#');

/** Connections and paths stand in the order of a hash table. */
const UNORDERED = new Set(['stat', 'cons', 'wchc', 'wchp', 'dump']);
const ordered = (word: string, text: string): string =>
  UNORDERED.has(word) ? text.split('\n').filter(isFirstDate).sort().join('\n') : text;

/** Those who expire at one time stand behind it: who shares one, chance decides. */
const isFirstDate = (line: string, at: number, lines: readonly string[]): boolean =>
  !line.endsWith('expire at a date:') || lines.indexOf(line) === at;

const WORDS = [
  ...['ruok', 'isro', 'srvr', 'stat', 'conf', 'cons', 'dump', 'wchs', 'wchc', 'wchp', 'dirs'],
  ...['hash', 'gtmk', 'crst', 'srst'],
];

const MOMENTS = 10;

/** Apache's dump loses who is touched while it is printed: both are asked at several moments. */
async function expectSameWord(word: string, server: number): Promise<void> {
  for (let moment = 1; ; moment += 1) {
    const told = await askBoth(word, server);
    const [apache = '', ours = ''] = told.map((text) => ordered(word, shape(text)));
    if (word !== 'dump' || ours === apache || moment === MOMENTS) {
      expect(ours, word).toBe(apache);
      return;
    }
    await setTimeout(100);
  }
}

async function expectSameWords(words: readonly string[], server = 0): Promise<void> {
  for (const word of words) await expectSameWord(word, server);
  const [apache = '', ours = ''] = await askBoth('mntr', server);
  expect(keysOf(ours).length).toBeGreaterThan(25);
  expect(keysOf(apache)).toEqual(expect.arrayContaining(keysOf(ours)));
  expect(keysOf(ours).filter(isLooked)).toEqual(keysOf(apache).filter(isLooked));
}

const keysOf = (text: string): string[] => (text.match(/^zk_\w+(?=\t)/gm) ?? []).sort();

/** What people look at (what monitoring shows of any server), and what there is of a role. */
const LOOKED = new RegExp(
  `^zk_(${[
    ...['version', 'server_state', 'peer_state', 'ephemerals_count', 'num_alive_connections'],
    ...['avg_latency', 'min_latency', 'max_latency', 'outstanding_requests', 'znode_count'],
    ...[
      'global_sessions',
      'local_sessions',
      'packets_\\w+',
      'watch_count',
      'uptime',
      'quorum_size',
    ],
    ...['approximate_data_size', '\\w+_file_descriptor_count', '\\w+_client_response_size'],
    ...['learners', 'synced_\\w+', 'pending_syncs', 'leader_uptime', '\\w+_proposal_size'],
    ...['p\\d+_(?:read|update)latency', 'response_bytes', 'auth_failed_count'],
    ...['connection_drop_probability', 'looking_count', 'proposal_count', 'commit_count'],
  ].join('|')})$`,
);
const isLooked = (key: string): boolean => LOOKED.test(key);

test('a word has the same lines in both', async () => {
  await start(['4lw.commands.whitelist=*']);
  const wires = await Promise.all(systems.map(({ clientPorts }) => populate(clientPorts[0] ?? 0)));
  await expectSameWords(WORDS);
  for (const wire of wires) wire.drop();
}, 120_000);

test('a leader, a follower and an observer have the same lines in both', async () => {
  await start(['4lw.commands.whitelist=*'], { servers: 3, observers: 1 });
  for (const server of [0, 1]) {
    const zxids = (await askBoth('srvr', server)).map((text) => /^Zxid: .*$/m.exec(text)?.[0]);
    expect(zxids[1], String(server)).toBe(zxids[0]);
  }
  const wires: Wire[] = [];
  for (const [server, role] of ['leader', 'follower', 'observer'].entries()) {
    for (const { clientPorts } of systems) {
      wires.push(await populate(clientPorts[server] ?? 0, `/${role}`));
    }
  }
  for (const [server, role] of ['leader', 'follower', 'observer'].entries()) {
    expect((await askBoth('srvr', server)).every((text) => text.includes(`Mode: ${role}`))).toBe(
      true,
    );
    await expectSameWords(WORDS, server);
  }
  // The first line of it is the same, the others are of the machine.
  for (const text of await askBoth('envi', 2))
    expect(text).toMatch(/^Environment:\nzookeeper\.version=/);
  for (const wire of wires) wire.drop();
}, 120_000);

test('a server alone says the same of itself, and has no configuration', async () => {
  await start(['4lw.commands.whitelist=*'], { standalone: true });
  const wires = await Promise.all(systems.map(({ clientPorts }) => populate(clientPorts[0] ?? 0)));
  for (const word of ['srvr', 'stat', 'conf', 'isro', 'dirs']) {
    const [apache = '', ours = ''] = await askBoth(word);
    expect(ordered(word, shape(ours)), word).toBe(ordered(word, shape(apache)));
  }
  const modes = (await askBoth('srvr')).map((text) => /^Mode: .*$/m.exec(text)?.[0]);
  expect(modes).toEqual(['Mode: standalone', 'Mode: standalone']);
  const [apache = '', ours = ''] = await askBoth('mntr');
  const keys = (text: string): string[] => text.match(/^zk_\w+(?=\t)/gm) ?? [];
  expect(keys(apache)).toEqual(expect.arrayContaining(keys(ours)));
  for (const wire of wires) {
    wire.seen.length = 0;
    const request = { kind: 'getData', path: '/zookeeper/config', watch: false } as const;
    wire.send(encodeRequest(9, request), { label: 'config', kind: 'getData' });
    await wire.answered();
  }
  const [theirs, own] = wires.map(({ seen }) => seen[0]?.text.replace(/ zxid \S+/, ''));
  expect(own).toBe(theirs);
  expect(own).toContain('"data":""');
  for (const wire of wires) wire.drop();
}, 120_000);

/** What both count is equal too, but for what takes time. */
test('mntr counts alike', async () => {
  await start(['4lw.commands.whitelist=*']);
  const wires = await Promise.all(systems.map(({ clientPorts }) => populate(clientPorts[0] ?? 0)));
  const [apache = '', ours = ''] = await askBoth('mntr');
  const valueOf = (text: string, key: string): string | undefined =>
    new RegExp(`^zk_${key}\t(.*)$`, 'm').exec(text)?.[1];
  for (const key of [
    ...['server_state', 'peer_state', 'ephemerals_count', 'znode_count', 'watch_count'],
    ...['global_sessions', 'approximate_data_size', 'quorum_size', 'learners', 'synced_followers'],
    ...['num_alive_connections', 'response_bytes'],
  ]) {
    expect(valueOf(ours, key), key).toBe(valueOf(apache, key));
  }
  for (const wire of wires) wire.drop();
}, 120_000);

const GROWING = [
  ...['connection_drop_count', 'connection_revalidate_count', 'revalidate_count', 'watch_bytes'],
  ...['learner_proposal_received_count', 'learner_commit_received_count'],
  ...['cnt_proposal_latency', 'cnt_proposal_ack_creation_latency', 'cnt_quorum_ack_latency'],
  ...['cnt_commit_propagation_latency', 'cnt_propagation_latency'],
  ...['cnt_follower_sync_time', 'cnt_observer_sync_time', 'sessionless_connections_expired'],
];

const grown = (text: string): Record<string, number> =>
  Object.fromEntries(
    GROWING.map((key) => {
      const value = new RegExp(`^zk_${key}\t(\\d+)(?:\\.0)?$`, 'm').exec(text)?.[1];
      return [key, Number(value)];
    }),
  );

test('what is on its way, comes back or is dropped is counted alike', async () => {
  await start(['4lw.commands.whitelist=*'], { servers: 3, observers: 1 });
  const wires: Wire[] = [];
  for (const { clientPorts } of systems) {
    const port = clientPorts[1] ?? 0;
    const gone = await populate(port);
    const set = { kind: 'setData', path: '/e', data: null, version: -1 } as const;
    gone.send(encodeRequest(9, set), { label: 'set', kind: 'setData' });
    await gone.answered();
    gone.drop();
    const again = new Wire(port, { base: 0n, sessions: new Map(), ports: new Map() });
    again.send(connectFrame(gone.session.id, gone.session.password), null);
    await again.answered();
    // One that was never there: it is counted, and refused.
    const unknown = new Wire(port, { base: 0n, sessions: new Map(), ports: new Map() });
    unknown.send(connectFrame(7n, new Uint8Array(16)), null);
    await unknown.ended();
    wires.push(again);
  }
  const roles = ['leader', 'follower', 'observer'];
  for (const [server, role] of roles.entries()) {
    for (let moment = 1; ; moment += 1) {
      const [apache = {}, ours = {}] = (await askBoth('mntr', server)).map(grown);
      if (JSON.stringify(ours) === JSON.stringify(apache) || moment === MOMENTS) {
        expect(ours, role).toEqual(apache);
        expect(Object.values(ours).every(Number.isFinite), role).toBe(true);
        if (role === 'follower') expect(ours).toMatchObject({ connection_revalidate_count: 2 });
        break;
      }
      await setTimeout(100);
    }
  }
  for (const wire of wires) wire.drop();
}, 120_000);

test('a word that is not on the list is refused in the same words', async () => {
  await start(['4lw.commands.whitelist=dirs']);
  for (const text of await askBoth('srvr')) expect(text).toContain('Mode: leader');
  for (const word of ALL_WORDS.filter((one) => !['srvr', 'dirs', 'stmk'].includes(one))) {
    const [apache, ours] = await askBoth(word);
    expect(ours, word).toBe(apache);
    expect(ours).toContain('is not in the whitelist');
  }
}, 120_000);
