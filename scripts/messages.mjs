// Compiles the messages of both languages before the tests that read them, unless that is done.

import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { compile } from '@inlang/paraglide-js';

const OUT = './src/ui/paraglide';
const STAMP = `${OUT}/.compiled`;
const SOURCES = ['messages', 'project.inlang/settings.json', 'package-lock.json'];

const newest = (file) =>
  statSync(file).isDirectory()
    ? Math.max(...readdirSync(file).map((name) => newest(`${file}/${name}`)))
    : statSync(file).mtimeMs;

const isCurrent = () =>
  existsSync(STAMP) && statSync(STAMP).mtimeMs > Math.max(...SOURCES.map(newest));

/** Vitest's global setup. */
export const setup = async () => {
  if (isCurrent()) return;
  await compile({
    project: './project.inlang',
    outdir: OUT,
    strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
    emitTsDeclarations: true,
  });
  writeFileSync(STAMP, '');
};
