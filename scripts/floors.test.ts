// The floors are only real if a breach is seen: each of these plants one in a small house of its own.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const houses: string[] = [];

const house = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'floors-'));
  houses.push(folder);
  writeFileSync(path.join(folder, 'tsconfig.json'), '{"compilerOptions":{"module":"esnext"}}');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
};

const cruise = (folder: string) =>
  spawnSync(
    process.execPath,
    [
      path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      path.join(ROOT, '.dependency-cruiser.cjs'),
      'src',
    ],
    { cwd: folder, encoding: 'utf8' },
  );

afterEach(() => {
  for (const folder of houses.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('the dependency rules', () => {
  it('let a house pass whose imports go down', () => {
    const folder = house({
      'src/vocabulary/zxid.ts': 'export const zero = 0;\n',
      'src/zab/peer.ts': "import { zero } from '../vocabulary/zxid.ts';\nexport const z = zero;\n",
    });
    expect(cruise(folder).status).toBe(0);
  });

  it.each([
    ['floor-tree', 'src/tree/tree.ts', '../zab/peer.ts', 'src/zab/peer.ts'],
    ['floor-zab', 'src/zab/peer.ts', '../server/server.ts', 'src/server/server.ts'],
    ['floor-ui', 'src/ui/app.ts', '../server/server.ts', 'src/server/server.ts'],
    ['floor-base', 'src/base/list.ts', '../vocabulary/zxid.ts', 'src/vocabulary/zxid.ts'],
    ['floor-host', 'src/host/host.ts', '../adapters/tcp.ts', 'src/adapters/tcp.ts'],
  ])('%s: %s may not import %s', (rule, from, specifier, to) => {
    const folder = house({
      [to]: 'export const value = 1;\n',
      [from]: `import { value } from '${specifier}';\nexport const v = value;\n`,
    });
    const seen = cruise(folder);
    expect(seen.status).not.toBe(0);
    expect(seen.stdout + seen.stderr).toContain(rule);
  });

  it('a pure floor may not import Node', () => {
    const folder = house({
      'src/zab/peer.ts':
        "import { readFileSync } from 'node:fs';\nexport const r = readFileSync;\n",
    });
    const seen = cruise(folder);
    expect(seen.status).not.toBe(0);
    expect(seen.stdout + seen.stderr).toContain('pure-floors-have-no-packages');
  });
});
