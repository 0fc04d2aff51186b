// What `npm pack` takes: the Node build, and the declarations of what package.json exports. Of all the
// declarations that the compiler writes only those stay that an exported one can see.

import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, installDependencies, run } from './install.mjs';

installDependencies();
const { buildNode } = await import('./build.mjs');
buildNode();

const TYPES = path.join(ROOT, 'dist-node/types');
const { exports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const roots = Object.values(exports).flatMap((entry) => (entry.types ? [entry.types] : []));

rmSync(TYPES, { recursive: true, force: true });
run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.library.json']);

const SPECIFIER = /((?:from|import\()\s*['"])(\.[^'"]+)\.ts(['"])/g;
const seen = new Set();
const visit = (file) => {
  if (seen.has(file)) return;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, , name] of text.matchAll(SPECIFIER)) {
    visit(path.resolve(path.dirname(file), `${name}.d.ts`));
  }
  writeFileSync(file, text.replaceAll(SPECIFIER, '$1$2.js$3'));
};
for (const root of roots) visit(path.join(ROOT, root));

for (const entry of readdirSync(TYPES, { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath, entry.name);
  if (entry.isFile() && !seen.has(file)) rmSync(file);
}
