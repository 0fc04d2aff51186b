// Compiles the messages of both languages before the tests that read them, unless that is done.

import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './install.mjs';

const at = (name) => path.join(ROOT, name);
const OUT = at('src/ui/paraglide');
const STAMP = path.join(OUT, '.compiled');
const SOURCES = ['messages', 'project.inlang/settings.json', 'package-lock.json'].map(at);

const newest = (file) =>
  statSync(file).isDirectory()
    ? Math.max(...readdirSync(file).map((name) => newest(path.join(file, name))))
    : statSync(file).mtimeMs;

const isCurrent = () =>
  existsSync(STAMP) && statSync(STAMP).mtimeMs > Math.max(...SOURCES.map(newest));

/** Said by whoever compiles them: the page's build does it too, the same way. */
export const messagesAreCompiled = () => writeFileSync(STAMP, '');

/** Vitest's global setup. */
export const setup = async () => {
  if (isCurrent()) return;
  const { compile } = await import('@inlang/paraglide-js');
  await compile({
    project: at('project.inlang'),
    outdir: OUT,
    strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
    emitTsDeclarations: true,
  });
  messagesAreCompiled();
};
