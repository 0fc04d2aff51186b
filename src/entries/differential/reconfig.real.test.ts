// Reconfiguration, asked of three servers of Apache ZooKeeper and of three of ours: each answer, right or
// wrong, has to be the same, by the leader and by a follower, and so has what becomes of the members.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import { decodeReply, decodeResponse, encodeRequest } from '../../jute/client.ts';
import { frame, makeFrameStream, pushFrameBytes } from '../../jute/election.ts';
import type { Request } from '../../vocabulary/request.ts';
import { apacheVersion } from '../bench/edge/apache.ts';
import { openConnection, type RawConnection } from '../bench/edge/connection.ts';
import { askMode } from '../cli/ensemble.ts';
import { bundleCommand, temporaryDirectory } from '../cli/program.fixture.ts';
import { startSystems, type RunningSystem } from './systems.fixture.ts';
import { digestOf, SUPER } from './values.ts';

const LINES = [
  ...['reconfigEnabled=true', 'standaloneEnabled=false', 'minSessionTimeout=600000'],
  ...['maxSessionTimeout=1200000', `DigestAuthenticationProvider.superDigest=${digestOf(SUPER)}`],
];
const CONFIG_PATH = '/zookeeper/config';
const ANSWER_MILLIS_MAX = 20_000;
const POLL_MILLIS = 50;

let directory = '';
let systems: RunningSystem[] = [];

beforeEach(async () => {
  expect(apacheVersion(), 'Apache ZooKeeper is needed: apt-get install zookeeper').not.toBe(null);
  directory = await temporaryDirectory();
  const program = await bundleCommand(join(directory, 'bin'));
  const options = { directory, program, servers: 3, lines: LINES, properties: [] };
  systems = await startSystems(options);
}, 120_000);

afterEach(async () => {
  await Promise.all(systems.map((system) => system.stop()));
  systems = [];
  await rm(directory, { recursive: true, force: true });
});

/** One client: what it is answered, and the events in between. */
class Client {
  readonly events: string[] = [];
  readonly #connection: RawConnection;
  #xid = 0;
  #onReply: ((whole: Uint8Array) => void) | null = null;

  private constructor(connection: RawConnection) {
    this.#connection = connection;
    const stream = makeFrameStream(16 * 1024 * 1024);
    connection.socket.on('error', () => undefined);
    connection.socket.on('data', (chunk) => {
      for (const whole of pushFrameBytes(stream, chunk)) this.#onFrame(whole);
    });
  }

  static async open(port: number, isSuper: boolean): Promise<Client> {
    const client = new Client(await openConnection(port));
    const auth = encodeUtf8(SUPER);
    if (isSuper) await client.ask({ kind: 'auth', scheme: 'digest', auth });
    return client;
  }

  async ask(request: Request): Promise<{ readonly err: number; readonly body: Uint8Array }> {
    this.#xid += 1;
    const whole = await new Promise<Uint8Array>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`no answer to ${JSON.stringify(request.kind)}`));
      }, ANSWER_MILLIS_MAX);
      this.#onReply = (bytes) => {
        clearTimeout(timer);
        resolve(bytes);
      };
      this.#connection.socket.write(frame(encodeRequest(this.#xid, request)));
    });
    const { header, body } = decodeReply(whole);
    return { err: header.err, body };
  }

  close(): void {
    this.#connection.socket.destroy();
  }

  #onFrame(whole: Uint8Array): void {
    const { header, body } = decodeReply(whole);
    if (header.xid === -1) this.events.push(decodeUtf8(body.subarray(12)));
    else if (header.xid >= 0 || header.xid === -4) this.#onReply?.(whole);
  }
}

/** A system with its clients, and the facts that its texts are levelled by. */
interface Side {
  readonly system: RunningSystem;
  readonly leader: Client;
  readonly follower: Client;
  readonly plain: Client;
  /** Of the first configuration that was read. */
  readonly firstVersion: bigint;
  lastVersion: bigint;
  /** Ids by their roles in the beginning: the leader is not the same one in both. */
  readonly idOf: ReadonlyMap<string, string>;
}

async function makeSide(system: RunningSystem): Promise<Side> {
  const [leading = 0, second = 0, third = 0] = system.clientPorts;
  const ascending = [...system.clientPorts].sort((a, b) => a - b);
  const id = (port: number): string => String(ascending.indexOf(port) + 1);
  const leader = await Client.open(leading, true);
  const text = await configAt(leader);
  const version = versionIn(text);
  return {
    ...{ system, leader, firstVersion: version, lastVersion: version },
    follower: await Client.open(second, true),
    plain: await Client.open(leading, false),
    idOf: new Map([
      ['L', id(leading)],
      ['A', id(second)],
      ['B', id(third)],
    ]),
  };
}

async function configAt(client: Client): Promise<string> {
  const { err, body } = await client.ask({ kind: 'getData', path: CONFIG_PATH, watch: false });
  expect(err).toBe(0);
  const answer = decodeResponse('getData', body);
  return answer.kind === 'data' ? decodeUtf8(answer.data ?? new Uint8Array()) : '';
}

const versionIn = (text: string): bigint => BigInt(`0x${text.split('version=')[1] ?? '0'}`);

/** `L`, `A` and `B` in braces are ids; `{L:spec}` is the line of that server as it was. */
function fill(side: Side, text: string): string {
  const members = [...side.system.portNames.keys()];
  return text.replace(/\{([LAB])(:?)(\w*)\}/g, (_, name: string, spec: string, role: string) => {
    const id = side.idOf.get(name) ?? '';
    if (spec === '') return id;
    const [client = '', quorum = '', election = ''] = members.slice(Number(id) * 3 - 3);
    return `127.0.0.1:${quorum}:${election}:${role};127.0.0.1:${client}`;
  });
}

/** Ports by what they are for, ids by their names, versions by how much later they are. */
function level(side: Side, text: string): string {
  // Java writes an IPv6 address out.
  let told = text.replaceAll('[0:0:0:0:0:0:0:1]', '[::1]');
  for (const [name, id] of side.idOf) told = told.replaceAll(`server.${id}=`, `server.{${name}}=`);
  for (const [port, name] of side.system.portNames) told = told.replaceAll(`:${port}`, name);
  const lines = told.split('\n');
  const members = lines.filter((line) => line.startsWith('server.')).sort();
  const version = versionIn(text) - side.lastVersion;
  return [...members, `version +${String(version)}`].join('\n');
}

type Asked = {
  readonly by?: 'leader' | 'follower' | 'plain';
  readonly joining?: string;
  readonly leaving?: string;
  readonly members?: string;
  /** Against the last version. */
  readonly from?: bigint;
};

async function answerOf(side: Side, asked: Asked): Promise<string> {
  const said = (text: string | undefined): string | null =>
    text === undefined ? null : fill(side, text);
  const { err, body } = await side[asked.by ?? 'leader'].ask({
    kind: 'reconfig',
    joining: said(asked.joining),
    leaving: said(asked.leaving),
    newMembers: said(asked.members),
    configId: asked.from === undefined ? -1n : side.lastVersion + asked.from,
  });
  if (err !== 0) return `error ${String(err)}`;
  const answer = decodeResponse('reconfig', body);
  if (answer.kind !== 'data') return answer.kind;
  const text = decodeUtf8(answer.data ?? new Uint8Array());
  const { stat } = answer;
  const facts = [
    ...[stat.version, stat.cversion, stat.aversion, stat.numChildren, stat.mtime > 0],
    ...[stat.mzxid === versionIn(text), stat.czxid, stat.dataLength === text.length],
  ];
  const told = `${level(side, text)}\n${facts.join(' ')}`;
  side.lastVersion = versionIn(text);
  return told;
}

const OBSERVER = 'server.9=127.0.0.1:3:4:observer;127.0.0.1:5';

const ASKED: readonly Asked[] = [
  // Who asks, and in which order is it judged.
  { by: 'plain', joining: OBSERVER },
  { by: 'plain', joining: 'some thing' },
  { by: 'plain', joining: OBSERVER, from: 5n },
  { joining: 'some thing', from: 5n },
  // An observer comes, comes again, and goes.
  { joining: OBSERVER },
  { joining: OBSERVER, from: 0n },
  { by: 'follower', joining: ' server.9 = 127.0.0.1:3:4:observer;6 ,' },
  { leaving: '77' },
  { by: 'follower', leaving: ' 9 ,' },
  { leaving: '9', joining: 'server.9=[::1]:3:4:observer;[::1]:5' },
  { leaving: '9' },
  {},
  // What is no configuration.
  ...[
    ...['server.9=127.0.0.1:3:4:observer', 'server.9', 'server.9=a=b', 'server.x=h:1:2;3'],
    ...['server.9=h:1:1;3', 'server.9=h:1:2:king;3', 'server.9=h:1:70000;3', 'server.9=h:p:2;3'],
    ...['server.9=h:1;3', 'server.9=h:1:2:observer:more;3', 'server.9=h:1:2;h:3:4', '9=h:1:2;-3'],
    ...['server.9=h:1:2|h:3:4;5', 'server.9=[::1:1:2;3', 'server.9=h:1:2;3;4', 'server.9=h:1:2;x'],
  ].map((joining) => ({ joining })),
  { joining: 'server.7=10.0.0.1:1:2:observer;3,server.8=10.0.0.1:1:4:observer;5' },
  ...['abc', '9.5', '-1'].map((leaving) => ({ leaving })),
  { leaving: '{L},{A},{B}' },
  { members: '' },
  { members: 'foo=1' },
  { members: 'server.9=127.0.0.1:3:4:observer;5' },
  { members: 'server.x=h:1:2;3' },
  { members: 'server.9=h:1:2:king' },
  { members: 'version=zz' },
  // Nobody of them is there.
  {
    joining: [5, 6, 7, 8].map((id) => `server.${String(id)}=127.0.0.1:${id}1:${id}2;${id}3`).join(),
  },
  { members: 'server.5=127.0.0.1:1:2;3\nserver.6=127.0.0.1:4:5;6' },
  // All anew, with a version that means nothing; then one of them as an observer, gone, and back again.
  {
    members:
      'server.{L}={L:participant},server.{A}={A:participant}\nserver.{B}={B:participant},version=7',
  },
];

const LATER: readonly Asked[] = [
  { joining: 'server.{B}={B:observer}' },
  { joining: 'server.{B}={B:participant}' },
  { leaving: '{B}' },
  { joining: 'server.{B}={B:participant}' },
];

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + ANSWER_MILLIS_MAX;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
}

const modesOf = ({ clientPorts }: RunningSystem): Promise<(string | null)[]> =>
  Promise.all(clientPorts.map(askMode));

test('the same answers, and the same members', async () => {
  const sides = await Promise.all(systems.map(makeSide));
  for (const { leader } of sides) {
    await leader.ask({ kind: 'getData', path: CONFIG_PATH, watch: true });
  }
  const differences: string[] = [];
  const met = new Set<string>();
  const askBoth = async (asked: Asked): Promise<void> => {
    const answers: string[] = [];
    for (const side of sides) answers.push(await answerOf(side, asked));
    const [apache = '', own = ''] = answers;
    met.add(apache.startsWith('error') ? apache : 'done');
    if (apache !== own) {
      differences.push(`${Object.entries(asked).join(' ')}\n${apache}\n-\n${own}`);
    }
  };
  for (const asked of ASKED) await askBoth(asked);
  expect(differences).toEqual([]);
  const errors = ['error -102', 'error -8', 'error -5', 'error -103', 'error -13'];
  expect([...met].sort()).toEqual(['done', ...errors].sort());
  for (const { leader } of sides) expect(leader.events).toEqual([CONFIG_PATH]);

  // What becomes of a server whose role changes, and that it still serves.
  const becomes = ['observer', 'follower', 'follower', 'follower'];
  for (const [index, asked] of LATER.entries()) {
    await askBoth(asked);
    for (const { system } of sides) {
      const [, , third = 0] = system.clientPorts;
      await eventually(`${system.name}: the third is a ${becomes[index] ?? ''}`, async () => {
        return (await askMode(third)) === becomes[index];
      });
    }
  }
  expect(differences).toEqual([]);

  // The leader goes: another one leads, and all know the same.
  for (const side of sides) {
    const { system, follower } = side;
    await answerOf(side, { by: 'follower', leaving: '{L}' }).catch(() => 'the connection was lost');
    follower.close();
    await eventually(`${system.name}: another leads`, async () => {
      const [first, ...others] = await modesOf(system);
      return first === 'follower' && others.includes('leader') && !others.includes(null);
    });
    side.lastVersion = side.firstVersion;
  }
  const last = await Promise.all(
    sides.map(async (side) => {
      const clients = await Promise.all(
        side.system.clientPorts.map((port) => Client.open(port, false)),
      );
      const texts = await Promise.all(clients.map(configAt));
      for (const client of clients) client.close();
      return texts.map((text) => level(side, text));
    }),
  );
  expect(last[1]).toEqual(last[0]);
  expect(new Set(last[1]).size).toBe(1);
}, 240_000);
