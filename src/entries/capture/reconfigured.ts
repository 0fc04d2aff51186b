// An ensemble of Apache ZooKeeper that loses its observer, and a client behind a recording proxy: what only a changed
// ensemble, a removed container and SASL make a server answer and write down. What the servers say to each other then
// is not recorded: with reconfigEnabled they tell each other their addresses, and find each other past every proxy.

import { join } from 'node:path';

import { present } from '../../base/assert.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import type { Request } from '../../vocabulary/request.ts';
import { makeApacheServer, type ApacheServer } from '../bench/edge/apache.ts';
import { ask, closeConnection, openConnection } from '../bench/edge/connection.ts';
import { freePortBases } from '../bench/edge/ports.ts';
import { digestOf, SUPER } from '../differential/values.ts';
import { startRecordingProxy, type Recording, type RecordingProxy } from './recording-proxy.ts';
import { filesIn, untilMode } from './watching.ts';

const [FOLLOWER, LEADER, OBSERVER] = [1, 2, 3];
const PROPERTIES = [
  `zookeeper.DigestAuthenticationProvider.superDigest=${digestOf(SUPER)}`,
  ...['znode.container.checkIntervalMs=200', 'zookeeper.extendedTypesEnabled=true'],
];
const POLLS_MAX = 200;

export interface CapturedChange {
  /** Of the follower's client port. */
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
    for (const id of [FOLLOWER, LEADER, OBSERVER]) {
      const serverLines = [FOLLOWER, LEADER, OBSERVER].map((other) => {
        const role = other === OBSERVER ? 'observer' : 'participant';
        const ports = `${String(quorum(other))}:${String(quorum(other) + 1_000)}:${role}`;
        return `server.${String(other)}=127.0.0.1:${ports};127.0.0.1:${String(client(other))}`;
      });
      servers.push(
        await makeApacheServer({
          ...{ directory: join(directory, String(id)), id, clientPort: client(id), serverLines },
          ...{ properties: PROPERTIES, moreLines: ['reconfigEnabled=true'] },
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
    await change(client(4));
    const folder = join(directory, String(FOLLOWER), 'data/version-2');
    const logFile = present(filesIn(folder, 'log')[0], 'the follower has a log');
    return { recordings: proxies.flatMap(({ recordings }) => recordings), logFile };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all(proxies.map((proxy) => proxy.stop()));
  }
}

async function change(port: number): Promise<void> {
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
  const members = { joining: null, leaving: String(OBSERVER), newMembers: null };
  await must({ kind: 'reconfig', ...members, configId: -1n });
  // It has come to the log of this server when a later one is answered.
  await must({ kind: 'create', path: '/after', ...node, flags: 0 });
  await closeConnection(connection);
}
