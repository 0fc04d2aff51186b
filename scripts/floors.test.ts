// The floors are only real if a breach is seen: each of these plants one in a small house of its own.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

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

const VALUE = 'export const value = 1;\n';
const script = (specifier: string): string =>
  `<script lang="ts">\n  import { value } from '${specifier}';\n</script>\n\n<p>{value}</p>\n`;

/** Each by the rule that it breaks: who imports, and what. */
const BROKEN = [
  ['floor-tree', 'src/tree/tree.ts', 'src/zab/peer.ts'],
  ['floor-zab', 'src/zab/leader.ts', 'src/server/server.ts'],
  ['floor-ui', 'src/ui/app.ts', 'src/server/server.ts'],
  ['floor-ui', 'src/ui/panel/Breach.svelte', 'src/server/server.ts'],
  ['floor-base', 'src/base/list.ts', 'src/vocabulary/zxid.ts'],
  ['floor-invariants', 'src/invariants/judge.ts', 'src/sim/world.ts'],
  ['floor-host', 'src/host/host.ts', 'src/adapters/tcp.ts'],
] as const;

describe('the dependency rules', () => {
  it('let a house pass whose imports go down', () => {
    const folder = house({
      'src/vocabulary/zxid.ts': VALUE,
      'src/zab/peer.ts':
        "import { value } from '../vocabulary/zxid.ts';\nexport const z = value;\n",
    });
    const { status, stdout } = cruise(folder);
    expect(status, stdout).toBe(0);
  });

  it('see each import that goes up, of a component too, and that of Node by a pure floor, and nothing else', () => {
    const importer = (from: string, to: string): string => {
      const specifier = path.posix.relative(path.posix.dirname(from), to);
      const text = `import { value } from '${specifier}';\nexport const v = value;\n`;
      return from.endsWith('.svelte') ? script(specifier) : text;
    };
    const folder = house({
      ...Object.fromEntries(BROKEN.map(([, , to]) => [to, VALUE])),
      ...Object.fromEntries(BROKEN.map(([, from, to]) => [from, importer(from, to)])),
      'src/ui/Below.svelte': script('../vocabulary/zxid.ts'),
      'src/zab/disk.ts':
        "import { readFileSync } from 'node:fs';\nexport const r = readFileSync;\n",
    });
    const { status, stdout, stderr } = cruise(folder);
    expect(status).not.toBe(0);
    const seen = (stdout + stderr).match(/(?:floor-|pure-floors-have-no-packages).*/g) ?? [];
    expect(seen.toSorted()).toEqual(
      [
        ...BROKEN.map(([rule, from, to]) => `${rule}: ${from} → ${to}`),
        'pure-floors-have-no-packages: src/zab/disk.ts → fs',
      ].toSorted(),
    );
  });
});

/** What the dependency rules hold to be pure. */
const PURE_FLOORS: readonly string[] = (() => {
  const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
    forbidden: readonly { readonly name: string; readonly from: { readonly path?: string } }[];
  };
  const rule = forbidden.find(({ name }) => name === 'pure-floors-have-no-packages');
  return /\((.*)\)/.exec(rule?.from.path ?? '')?.[1]?.split('|') ?? [];
})();

const BREACHES = {
  'the page': ['export const title = document.title;', "name 'document'"],
  'a timer': ['setTimeout(() => undefined, 1);', "name 'setTimeout'"],
  'the console': ["console.log('here');", "name 'console'"],
  'a type of Node': ['export type Bytes = Buffer;', "name 'Buffer'"],
  'a module of Node': ["export type { Socket } from 'node:net';", "name 'node:net'"],
} as const;
const PURE = 'export const both: ReadonlyMap<bigint, Uint8Array> = new Map();';

describe('the pure compilation', () => {
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path.join(ROOT, 'tsconfig.pure.json'), (file) => ts.sys.readFile(file))
      .config,
    ts.sys,
    ROOT,
  );
  const planted = new Map<string, string>();
  let program: ts.Program;

  const plant = (floor: string, name: string, text: string): void => {
    planted.set(path.join(ROOT, 'src', floor, `planted ${name}.ts`), `${text}\n`);
  };

  /** All that is really compiled, and what is planted among it: a file that brings Node's types brings them
   *  to all of them. Only the planted files are judged. */
  beforeAll(() => {
    for (const floor of PURE_FLOORS) {
      plant(floor, 'nothing', PURE);
      for (const [name, [text]] of Object.entries(BREACHES)) plant(floor, name, text);
    }
    const host = ts.createCompilerHost(config.options);
    const { fileExists, readFile } = host;
    host.fileExists = (file) => planted.has(file) || fileExists(file);
    host.readFile = (file) => planted.get(file) ?? readFile(file);
    program = ts.createProgram([...config.fileNames, ...planted.keys()], config.options, host);
  }, 60_000);

  const complaints = (floor: string, name: string): string[] => {
    const source = program.getSourceFile(path.join(ROOT, 'src', floor, `planted ${name}.ts`));
    expect(source).toBeDefined();
    return program
      .getSemanticDiagnostics(source)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  };

  it('has the floors that the dependency rules call pure', () => {
    const compiled = config.fileNames.map((file) => path.relative(ROOT, file).split(path.sep)[1]);
    expect([...new Set(compiled)].sort()).toEqual([...PURE_FLOORS].sort());
  });

  const onEachFloor = (told: (floor: string) => unknown): Record<string, unknown> =>
    Object.fromEntries(PURE_FLOORS.map((floor) => [floor, told(floor)]));

  it('lets every floor use the language', () => {
    expect(onEachFloor((floor) => complaints(floor, 'nothing'))).toEqual(onEachFloor(() => []));
  });

  it.each(Object.entries(BREACHES))('lets no floor use %s', (name, [, said]) => {
    const once = [expect.stringMatching(said)];
    expect(onEachFloor((floor) => complaints(floor, name))).toEqual(onEachFloor(() => once));
  });
});
