// Compiles the messages of both languages before the tests that read them, unless that is done.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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

const placesIn = (message) =>
  [...new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])].sort().join();

/** Where the languages are no equals: a message that one lacks or leaves empty, or whose places differ. */
export const faultsOf = (languages) => {
  const [[base, wanted], ...others] = Object.entries(languages);
  return others.flatMap(([name, given]) => {
    const keys = [...new Set([...Object.keys(wanted), ...Object.keys(given)])];
    return keys.flatMap((key) => {
      if (!given[key]) return [`${name} has no ${key}`];
      if (!wanted[key]) return [`${base} has no ${key}`];
      const [theirs, ours] = [placesIn(given[key]), placesIn(wanted[key])];
      return theirs === ours
        ? []
        : [`${key}: ${base} has ${ours || 'none'}, ${name} ${theirs || 'none'}`];
    });
  });
};

/** Throws with every fault: Paraglide would fill a hole with the other language, and say nothing. */
export const checkMessages = () => {
  const { baseLocale, locales } = JSON.parse(
    readFileSync(at('project.inlang/settings.json'), 'utf8'),
  );
  const order = [baseLocale, ...locales.filter((name) => name !== baseLocale)];
  const read = (name) => {
    const { $schema: _, ...messages } = JSON.parse(
      readFileSync(at(`messages/${name}.json`), 'utf8'),
    );
    return [name, messages];
  };
  const faults = faultsOf(Object.fromEntries(order.map(read)));
  if (faults.length > 0) throw new Error(`messages: ${faults.join('; ')}`);
};

/** Said by whoever compiles them: the page's build does it too, the same way. */
export const messagesAreCompiled = () => writeFileSync(STAMP, '');

/** Vitest's global setup. */
export const setup = async () => {
  checkMessages();
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
