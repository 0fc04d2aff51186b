// What the edge is proved against: kazoo (Python) with its test suite, the C client, Curator (Java), two clients
// from npm, and Apache ZooKeeper itself with its zkCli.sh. Installed with apt and npm where missing.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { aptInstall } from './chromium.mjs';
import { ROOT, run } from './install.mjs';

const pythonHas = (...modules) =>
  spawnSync('/usr/bin/python3', ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' })
    .status === 0;
const hasJava = () =>
  spawnSync('/usr/bin/java', ['--list-modules'], { encoding: 'utf8' }).stdout?.includes(
    'jdk.compiler',
  ) === true;

/** Debian's packages, each with the question whether it is there. */
const NEEDED = [
  ['python3-kazoo', () => pythonHas('kazoo', 'puresasl')],
  ['python3-pytest', () => pythonHas('pytest')],
  ['python3-mock', () => pythonHas('mock')],
  ['python3-objgraph', () => pythonHas('objgraph')],
  ['zookeeper', () => existsSync('/usr/share/java/zookeeper.jar')],
  ['zookeeper-bin', () => existsSync('/usr/lib/zookeeper/bin/cli_mt')],
  ['libcurator-recipes-java', () => existsSync('/usr/share/java/curator-recipes.jar')],
  ['default-jdk-headless', hasJava],
];

const CLIENTS = path.join(ROOT, 'scripts/npm-clients');
const INSTALLED = path.join(ROOT, '.cache/npm-clients');
const MANIFESTS = ['package.json', 'package-lock.json'];

const hasNpmClients = () =>
  existsSync(path.join(INSTALLED, 'node_modules/.package-lock.json')) &&
  MANIFESTS.every(
    (name) =>
      readFileSync(path.join(INSTALLED, name), 'utf8') ===
      readFileSync(path.join(CLIENTS, name), 'utf8'),
  ) &&
  spawnSync(process.execPath, ['-e', "require('zookeeper'); require('node-zookeeper-client')"], {
    cwd: INSTALLED,
    stdio: 'ignore',
  }).status === 0;

/** Beside our own dependencies, since one of them is compiled when it is installed (zookeeper: the C client). */
const installNpmClients = () => {
  console.log('Installing the clients from npm ...');
  mkdirSync(INSTALLED, { recursive: true });
  for (const name of MANIFESTS) copyFileSync(path.join(CLIENTS, name), path.join(INSTALLED, name));
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: INSTALLED });
};

export const prepareRealPeers = () => {
  const wanted = NEEDED.filter(([, isThere]) => !isThere()).map(([name]) => name);
  if (wanted.length > 0) {
    console.log(`Installing ${wanted.join(', ')} with apt ...`);
    aptInstall(...wanted);
  }
  if (!hasNpmClients()) installNpmClients();
  return NEEDED.every(([, isThere]) => isThere()) && hasNpmClients();
};
