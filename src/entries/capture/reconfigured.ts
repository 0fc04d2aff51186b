// An ensemble of Apache ZooKeeper that gets and loses observers, with its client and its servers behind recording
// proxies: what only a changed ensemble, a removed container and SASL make a server say and write down.
//
// With reconfigEnabled the servers tell each other their addresses, and would find each other past every proxy. So
// they have names, and each its own table of hosts: itself it finds at its port, the others at their proxies.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { present } from '../../base/assert.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import type { Request } from '../../vocabulary/request.ts';
import { makeApacheServer, type ApacheServer } from '../bench/edge/apache.ts';
import { ask, closeConnection, openConnection } from '../bench/edge/connection.ts';
import { freePortBases } from '../bench/edge/ports.ts';
import { digestOf, SUPER } from '../differential/values.ts';
import {
  PROXY_HOST,
  startRecordingProxy,
  type Recording,
  type RecordingProxy,
} from './recording-proxy.ts';
import { filesIn, untilMode } from './watching.ts';

const SERVERS = [1, 2, 3] as const;
const [FOLLOWER, LEADER, OBSERVER] = SERVERS;
const ELECTION_OFFSET = 1_000;
const PROPERTIES = [
  `zookeeper.DigestAuthenticationProvider.superDigest=${digestOf(SUPER)}`,
  ...['znode.container.checkIntervalMs=200', 'zookeeper.extendedTypesEnabled=true'],
];
const POLLS_MAX = 200;

export interface CapturedChange {
  /** Of the follower's client port, and of what the servers said to each other. */
  readonly recordings: readonly Recording[];
  readonly logFile: Uint8Array;
}

export async function playReconfiguration(
  directory: string,
  say: (text: string) => void,
): Promise<CapturedChange> {
  const { clientPort, basePort } = await freePortBases(4);
  const quorum = (id: number): number => basePort + id - 1;
  const client = (id: number): number => clientPort + id - 1;
  const proxies: RecordingProxy[] = [];
  const servers: ApacheServer[] = [];
  try {
    proxies.push(await startRecordingProxy('client', FOLLOWER, client(4), client(FOLLOWER)));
    for (const id of SERVERS) {
      for (const [port, of] of [
        ['quorum', quorum(id)],
        ['election', quorum(id) + ELECTION_OFFSET],
      ] as const) {
        proxies.push(await startRecordingProxy(port, id, of, of, PROXY_HOST));
      }
      const folder = join(directory, String(id));
      const hosts = await writeHosts(folder, id);
      servers.push(
        await makeApacheServer({
          ...{ directory: folder, id, clientPort: client(id), moreLines: ['reconfigEnabled=true'] },
          properties: [...PROPERTIES, `jdk.net.hosts.file=${hosts}`],
          serverLines: SERVERS.map((other) => memberLine(other, quorum(other), client(other))),
        }),
      );
    }
    say('an ensemble starts');
    for (const server of servers.slice(0, LEADER)) server.start();
    await untilMode(client(LEADER), 'leader');
    await untilMode(client(FOLLOWER), 'follower');
    present(servers[OBSERVER - 1], 'there is an observer').start();
    await untilMode(client(OBSERVER), 'observer');
    say('a container goes, and the observer');
    await change(client(4), memberLine(4, quorum(4), client(4)));
    const folder = join(directory, String(FOLLOWER), 'data/version-2');
    const logFile = present(filesIn(folder, 'log')[0], 'the follower has a log');
    return { recordings: proxies.flatMap(({ recordings }) => recordings), logFile };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all(proxies.map((proxy) => proxy.stop()));
  }
}

const nameOf = (id: number): string => `server-${String(id)}.test`;

function memberLine(id: number, quorum: number, client: number): string {
  const role = id < OBSERVER ? 'participant' : 'observer';
  const ports = `${String(quorum)}:${String(quorum + ELECTION_OFFSET)}:${role}`;
  return `server.${String(id)}=${nameOf(id)}:${ports};127.0.0.1:${String(client)}`;
}

/** Where this server finds itself and the others, also the one that never comes. */
async function writeHosts(folder: string, self: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'hosts');
  const lines = [...SERVERS, 4].map(
    (id) => `${id === self ? '127.0.0.1' : PROXY_HOST} ${nameOf(id)}`,
  );
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

/** `absent` is the line of an observer that never comes. */
async function change(port: number, absent: string): Promise<void> {
  const connection = await openConnection(port);
  let xid = 0;
  const done = async (request: Request, wanted = 0): Promise<boolean> =>
    (await ask(connection, request.kind === 'auth' ? -4 : (xid += 1), request)).err === wanted;
  const must = async (request: Request): Promise<void> => {
    if (!(await done(request))) throw new Error(`${request.kind} was refused`);
  };
  const node = { data: null, acl: OPEN_ACL };
  await must({ kind: 'auth', scheme: 'digest', auth: encodeUtf8(SUPER) });
  await must({ kind: 'sasl', token: new Uint8Array(0) });
  await must({ kind: 'createContainer', path: '/c', ...node, flags: 4 });
  await must({ kind: 'create', path: '/c/x', ...node, flags: 0 });
  await must({ kind: 'delete', path: '/c/x', version: -1 });
  for (let poll = 0; !(await done({ kind: 'exists', path: '/c', watch: false }, -101)); poll += 1) {
    if (poll === POLLS_MAX) throw new Error('the container stays');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // Of the first change the observer hears where it is, of the second as the one who leaves.
  for (const members of [
    { joining: absent, leaving: null },
    { joining: null, leaving: `${String(OBSERVER)},4` },
  ]) {
    await must({ kind: 'reconfig', ...members, newMembers: null, configId: -1n });
  }
  // It has come to the log of this server when a later one is answered.
  await must({ kind: 'create', path: '/after', ...node, flags: 0 });
  await closeConnection(connection);
}
