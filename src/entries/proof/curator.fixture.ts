// Curator's recipes as Debian's jars have them, played by CuratorCases.java.

import { join } from 'node:path';

import { run } from '../cli/program.fixture.ts';

const JAVA = '/usr/bin/java';
const PLAY_MILLIS_MAX = 240_000;
const JARS = [
  ...['curator-recipes', 'curator-framework', 'curator-client', 'zookeeper', 'zookeeper-jute'],
  ...['guava', 'slf4j-api', 'slf4j-nop', 'jackson-databind', 'jackson-core', 'jackson-annotations'],
].map((name) => `/usr/share/java/${name}.jar`);

/** All of them, in the order in which they are played. */
export const CURATOR_CASES: readonly string[] = [
  ...['operations', 'transactions', 'background', 'InterProcessMutex'],
  ...['InterProcessReadWriteLock', 'InterProcessSemaphoreV2', 'LeaderLatch', 'LeaderSelector'],
  ...['DistributedAtomicLong', 'SharedCount', 'DistributedBarrier', 'DistributedDoubleBarrier'],
  ...['SimpleDistributedQueue', 'CuratorCache', 'PersistentWatcher', 'PersistentNode'],
  'GroupMember',
];

export interface CuratorResult {
  readonly result: string;
  readonly name: string;
  readonly why: string;
}

/** The cases of these names, each with what it came to. */
export async function playCurator(
  hosts: string,
  names: readonly string[],
): Promise<{ readonly code: number; readonly results: CuratorResult[]; readonly output: string }> {
  const cases = join(import.meta.dirname, 'CuratorCases.java');
  const args = ['-cp', JARS.join(':'), cases, hosts, ...names];
  const { code, output } = await run(JAVA, args, { timeoutMillis: PLAY_MILLIS_MAX });
  const results = [...output.matchAll(/^(ok|FAILED) (\S+)(?: \d+ ms)?(.*)$/gm)].map(
    ([, result = '', name = '', why = '']) => ({ result, name, why }),
  );
  return { code, results, output };
}
