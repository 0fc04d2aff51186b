// Brings what a fresh clone lacks: the dependencies of the lock file. Plain Node, since nothing is
// installed yet. Says what it does, does nothing when all is there.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const NODE_MIN = [20, 19];

export const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = NODE_MIN;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  console.error(
    `Tabkeeper needs Node ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}.`,
  );
  process.exit(1);
};

const isCurrent = () => {
  const installed = path.join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const lock = path.join(ROOT, 'package-lock.json');
  if (statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return true;
  const versions = (file) =>
    Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages)
      .filter(([name, entry]) => name !== '' && !entry.optional)
      .map(([name, entry]) => `${name}@${entry.version}`);
  const have = new Set(versions(installed));
  return versions(lock).every((name) => have.has(name));
};

export const run = (command, args, options = {}) =>
  execFileSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });

export const installDependencies = () => {
  checkNode();
  if (isCurrent()) return;
  console.log('Installing the dependencies of package-lock.json ...');
  try {
    run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']);
  } catch {
    console.error('npm ci did not succeed (is there a network?). Nothing else was changed.');
    process.exit(1);
  }
};
