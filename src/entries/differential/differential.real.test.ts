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
/** Null: as many as each run has in CI, 10,000 together, of which all but few are at three servers. */
const OPERATIONS = process.env['DIFFERENTIAL_OPERATIONS'] ?? null;
const RUN_MILLIS_MAX = 180_000 + 20 * Number(OPERATIONS ?? 0);
/** A file for all the steps of a run that found a difference. */
const HISTORY = process.env['DIFFERENTIAL_HISTORY'];
/** Nothing ends by itself during a run: no session expires and no container is looked at. */
const LINES = ['minSessionTimeout=600000', 'maxSessionTimeout=1200000'];
const PROPERTIES = ['znode.container.checkIntervalMs=3600000'];
/** What is off by default. */
const EXTENDED_LINES = [
  'enforceQuota=true',
  'extendedTypesEnabled=true',
  `DigestAuthenticationProvider.superDigest=${digestOf(SUPER)}`,
];
/** Operations and error numbers that a run has to come by, or it proves less than it should. */
const MET = [
  ...['create', 'create2', 'createContainer', 'delete', 'exists', 'getData', 'setData', 'getACL'],
  ...['setACL', 'getChildren', 'getChildren2', 'getEphemerals', 'getAllChildrenNumber', 'sync'],
  ...['multi', 'multiRead', 'setWatches', 'setWatches2', 'addWatch', 'checkWatches', 'auth'],
  ...['removeWatches', 'whoAmI', 'ping', 'closeSession', 'sasl'],
]
  .map((operation) => `${operation} 0`)
  .concat('createTTL -6', 'reconfig -123', 'unknown -6', 'auth -115', 'create -114', 'create -102')
  .concat('create -5', 'create -8', 'create -108', 'create -110', 'delete -103', 'delete -111')
  .concat('event', 'closed', 'connected');
const MET_EXTENDED = ['createTTL 0', 'createTTL -8', 'create -125', 'event'];

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
  ['1 server', 1, 500, false],
  ['3 servers', 3, 7_000, false],
  ['3 servers with quotas, TTL nodes and a super user', 3, 2_500, true],
])(
  '%s: the same answers, events and order',
  async (_name, servers, inCi, extended) => {
    const operations = Number(OPERATIONS ?? inCi);
    const program = await bundleCommand(join(directory, 'bin'));
    const lines = extended ? [...LINES, ...EXTENDED_LINES] : LINES;
    systems = await startSystems({ directory, program, servers, lines, properties: PROPERTIES });
    const onHistory = (steps: readonly string[]): void => {
      if (HISTORY !== undefined) writeFileSync(HISTORY, `${steps.join('\n')}\n`);
    };
    const result = await compareSystems({
      ...{ systems, seed: SEED, operations, extended, onHistory },
    });
    expect(result.difference).toBe(null);
    expect(result.operations).toBeGreaterThanOrEqual(operations);
    // What another run comes by is its own affair.
    if (OPERATIONS !== null || SEED !== 1 || servers === 1) return;
    const met = [...result.compared.keys()];
    expect(met).toEqual(expect.arrayContaining(extended ? MET_EXTENDED : MET));
  },
  RUN_MILLIS_MAX,
);
