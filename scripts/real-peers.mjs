// Unmodified clients that the edge is proved against: kazoo (Python). Installed with apt where missing.

import { spawnSync } from 'node:child_process';
import { aptInstall } from './chromium.mjs';

const hasKazoo = () =>
  spawnSync('/usr/bin/python3', ['-c', 'import kazoo'], { stdio: 'ignore' }).status === 0;

export const prepareRealPeers = () => {
  if (!hasKazoo()) {
    console.log('Installing python3-kazoo with apt ...');
    aptInstall('python3-kazoo');
  }
  return hasKazoo();
};
