// Finds a Chromium, or brings one: Playwright's own, else the system's, else an installed one.

import { existsSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { run } from './install.mjs';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const works = (file) => {
  try {
    execFileSync(file, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const system = () => SYSTEM.find((file) => existsSync(file) && works(file)) ?? null;

const ownChromium = async () => {
  const { chromium } = await import('playwright');
  const file = chromium.executablePath();
  return existsSync(file) && works(file) ? file : null;
};

const attempt = (what, command, args) => {
  console.log(`No Chromium here: trying ${what} ...`);
  try {
    run(command, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  } catch {
    console.log(`${what} did not succeed.`);
  }
};

export const aptInstall = (...packages) => {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const [command = '', ...rest] = [...sudo, 'apt-get'];
  const quiet = ['-qq', '-y', '-o', 'Dpkg::Use-Pty=0'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run(command, [...rest, ...quiet, 'update'], { env });
  run(command, [...rest, ...quiet, 'install', '--no-install-recommends', ...packages], { env });
};

/** The path of a Chromium that starts; says which. Throws with what to do when there is none. */
export const findChromium = async () => {
  const told = process.env.CHROMIUM;
  if (told !== undefined && works(told)) return told;
  let file = (await ownChromium()) ?? system();
  if (file === null && existsSync('/usr/bin/apt-get')) {
    console.log('No Chromium here: installing it with apt ...');
    try {
      aptInstall('chromium', 'fonts-noto-cjk');
    } catch {
      console.log('apt did not succeed.');
    }
    file = system();
  }
  if (file === null) {
    attempt('Playwright', process.execPath, [
      'node_modules/playwright/cli.js',
      'install',
      'chromium',
    ]);
    file = await ownChromium();
  }
  if (file === null) {
    throw new Error('No Chromium: install one, or set CHROMIUM to the path of its executable.');
  }
  console.log(`Chromium: ${file}`);
  return file;
};

const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell';

/** The system's Chromium without its window: the same engine, a third cheaper, and what Playwright's own Chromium is.
 *  Null where there is none: the Chromium plays all tests then. */
export const findHeadlessShell = (chromium) => {
  const told = process.env.HEADLESS_SHELL;
  if (told !== undefined && works(told)) return told;
  if (chromium !== SYSTEM[0]) return null;
  if (!existsSync(HEADLESS_SHELL) && existsSync('/usr/bin/apt-get')) {
    console.log('Installing chromium-headless-shell with apt ...');
    try {
      aptInstall('chromium-headless-shell');
    } catch {
      console.log('apt did not succeed.');
    }
  }
  return existsSync(HEADLESS_SHELL) && works(HEADLESS_SHELL) ? HEADLESS_SHELL : null;
};

const hasXvfb = () => spawnSync('Xvfb', ['-help'], { stdio: 'ignore' }).error === undefined;

/** A display for a browser with a window: a tab is only ever hidden in one of those. */
export const prepareDisplay = () => {
  if (process.platform !== 'linux') return true;
  if (!hasXvfb()) {
    console.log('Installing xvfb with apt ...');
    aptInstall('xvfb');
  }
  return hasXvfb();
};
