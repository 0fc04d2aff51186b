// What the edge is proved against: kazoo (Python) and Apache ZooKeeper itself with its zkCli.sh.
// Installed with apt where missing.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { aptInstall } from './chromium.mjs';

const hasKazoo = () =>
  spawnSync('/usr/bin/python3', ['-c', 'import kazoo'], { stdio: 'ignore' }).status === 0;
const hasApache = () => existsSync('/usr/share/java/zookeeper.jar') && existsSync('/usr/bin/java');

export const prepareRealPeers = () => {
  const wanted = [
    ...(hasKazoo() ? [] : ['python3-kazoo']),
    ...(hasApache() ? [] : ['zookeeper', 'default-jre-headless']),
  ];
  if (wanted.length > 0) {
    console.log(`Installing ${wanted.join(', ')} with apt ...`);
    aptInstall(...wanted);
  }
  return hasKazoo() && hasApache();
};
