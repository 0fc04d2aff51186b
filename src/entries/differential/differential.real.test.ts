// Apache ZooKeeper's servers and ours are told the same, operation by operation, and have to answer the
// same. DIFFERENTIAL_SEED and DIFFERENTIAL_OPERATIONS choose another run.

import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { apacheVersion } from '../bench/edge/apache.ts';
import { bundleCommand, temporaryDirectory } from '../cli/program.fixture.ts';
import { compareSystems } from './run.ts';
import { startSystems, type RunningSystem } from './systems.fixture.ts';
import { digestOf, SUPER } from './values.ts';

const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? '1');
/** A file for all the steps of a run that found a difference. */
const HISTORY = process.env['DIFFERENTIAL_HISTORY'];
const OPERATIONS = Number(process.env['DIFFERENTIAL_OPERATIONS'] ?? '5000');
/** Nothing ends by itself during a run: no session expires and no container is looked at. */
const LINES = ['minSessionTimeout=60000', 'maxSessionTimeout=120000'];
/** What is off by default. */
const EXTENDED_LINES = [
  'enforceQuota=true',
  'extendedTypesEnabled=true',
  `DigestAuthenticationProvider.superDigest=${digestOf(SUPER)}`,
];
const PROPERTIES = ['znode.container.checkIntervalMs=3600000'];

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

test.each([
  ['1 server', 1, false],
  ['3 servers', 3, false],
  ['1 server with quotas, TTL nodes and a super user', 1, true],
])(
  '%s: the same answers, events and order',
  async (_name, servers, extended) => {
    const program = await bundleCommand(join(directory, 'bin'));
    const lines = extended ? [...LINES, ...EXTENDED_LINES] : LINES;
    systems = await startSystems({ directory, program, servers, lines, properties: PROPERTIES });
    const onHistory = (steps: readonly string[]): void => {
      if (HISTORY !== undefined) writeFileSync(HISTORY, `${steps.join('\n')}\n`);
    };
    const result = await compareSystems({
      ...{ systems, seed: SEED, operations: OPERATIONS, extended, onHistory },
    });
    expect(result.difference).toBe(null);
    expect(result.operations).toBeGreaterThanOrEqual(OPERATIONS);
    console.log(
      result.steps,
      [...result.compared]
        .sort()
        .map((one) => one.join(': '))
        .join(', '),
    );
  },
  180_000,
);
