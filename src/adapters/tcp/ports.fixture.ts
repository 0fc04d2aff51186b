// Free ports and small ensembles for the tests of the edge.

import { createServer } from 'node:net';

import type { Ensemble } from '../../vocabulary/ensemble.ts';
import { serverId } from '../../vocabulary/ids.ts';

/** Ports that nobody had a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) => {
        server.listen(0, '127.0.0.1', () => {
          resolve(server);
        });
      });
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  });
  await Promise.all(
    servers.map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve);
        }),
    ),
  );
  return ports;
}

/** Two ports for each member: quorum and election. */
export function testEnsemble(ports: readonly number[]): Ensemble {
  const members = Array.from({ length: ports.length / 2 }, (_, index) => ({
    serverId: serverId(index + 1),
    role: 'participant' as const,
    host: '127.0.0.1',
    quorumPort: ports[index * 2] ?? 0,
    electionPort: ports[index * 2 + 1] ?? 0,
    clientPort: null,
  }));
  return {
    members,
    tickMillis: 2_000,
    initLimit: 10,
    syncLimit: 5,
    sessionTimeoutMillisMin: 4_000,
    sessionTimeoutMillisMax: 40_000,
    finalizeWaitMillis: 200,
    notificationMillisMin: 200,
    notificationMillisMax: 60_000,
    snapshotEveryTransactions: 100_000,
    committedLogEntriesMax: 500,
  };
}
