// Builds what is older than its sources: the page (dist/) and the Node commands (dist-node/).

import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, run } from './install.mjs';
import { messagesAreCompiled } from './messages.mjs';

const SOURCES = ['src', 'public', 'messages', 'index.html', 'package-lock.json', 'vite.config.ts'];
const IGNORED = path.join(ROOT, 'src/ui/paraglide');

const newest = (file) => {
  if (!existsSync(file) || file === IGNORED) return 0;
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(file).map((name) => newest(path.join(file, name))));
};

const isCurrent = (folder) => {
  const stamp = path.join(ROOT, folder, '.built');
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).mtimeMs;
  return SOURCES.every((name) => newest(path.join(ROOT, name)) < built);
};

const vite = (folder, args) => {
  if (isCurrent(folder)) return false;
  run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', ...args]);
  writeFileSync(path.join(ROOT, folder, '.built'), '');
  return true;
};

export const buildPage = () => {
  // The page's build compiles the messages too, the same way.
  if (vite('dist', [])) messagesAreCompiled();
};
export const buildNode = () => vite('dist-node', ['--mode', 'node']);
