// Finds a Firefox, or brings one with apt: the page is looked at in more than one engine.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { aptInstall } from './chromium.mjs';

const SYSTEM = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

const works = (file) => {
  try {
    execFileSync(file, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const system = () => SYSTEM.find((file) => existsSync(file) && works(file)) ?? null;

/** The path of a Firefox that starts; says which. Throws with what to do when there is none. */
export const findFirefox = () => {
  const told = process.env.FIREFOX;
  if (told !== undefined && works(told)) return told;
  let file = system();
  if (file === null && existsSync('/usr/bin/apt-get')) {
    console.log('No Firefox here: installing it with apt ...');
    try {
      aptInstall('firefox-esr');
    } catch {
      console.log('apt did not succeed.');
    }
    file = system();
  }
  if (file === null) {
    throw new Error('No Firefox: install one, or set FIREFOX to the path of its executable.');
  }
  console.log(`Firefox: ${file}`);
  return file;
};
