// Two builds of one house: `vite build` makes the page (dist/), `vite build --mode node` the commands
// that run in Node (dist-node/). Vitest reads its settings here too.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Plugin, type UserConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import { checkMessages } from './scripts/messages.mjs';

const NODE_ENTRIES = ['cli', 'start', 'sim', 'bench', 'capture'] as const;
/** What package.json exports. */
const LIBRARY = {
  ensemble: 'src/entries/library/ensemble.ts',
  client: 'src/entries/library/client.ts',
};

const paraglide = () => {
  checkMessages();
  return paraglideVitePlugin({
    project: './project.inlang',
    outdir: './src/ui/paraglide',
    strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
    emitTsDeclarations: true,
  });
};

const nodeBuild = (): UserConfig => ({
  publicDir: false,
  // The package has no dependencies: what its commands need is inside, with its license.
  ssr: { noExternal: ['ws'] },
  build: {
    ssr: true,
    license: { fileName: 'licenses.md' },
    target: 'node20',
    outDir: 'dist-node',
    emptyOutDir: true,
    rollupOptions: {
      input: {
        ...LIBRARY,
        ...Object.fromEntries(
          NODE_ENTRIES.map((name) => [name, `src/entries/${name}/main.ts`] as const).filter(
            ([, file]) => existsSync(file),
          ),
        ),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});

/** The floors that decide what a laboratory run is. */
const ENGINE_FLOORS = [
  ...['base', 'vocabulary', 'jute', 'zab', 'tree', 'server', 'client', 'host', 'sim'],
];
const NOT_ENGINE = /\.(test|fixture|contract)\.ts$/;

/** Another one for every engine (src/entries/page/engine-mark.ts): a run is shared with it. */
const engineMark = (): string => {
  const hash = createHash('sha256');
  for (const floor of ENGINE_FLOORS) {
    const folder = path.resolve('src', floor);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    for (const name of names) {
      if (!name.endsWith('.ts') || NOT_ENGINE.test(name)) continue;
      hash.update(`${floor}/${name}\n`).update(readFileSync(path.join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 12);
};

const OFFLINE_WORKER = 'offline-worker.js';
const PUBLIC_FILES = ['favicon.svg', 'manifest.webmanifest'];
/** Alphabets that neither language needs are loaded when somebody writes in them. */
const NOT_KEPT = /cyrillic|greek|vietnamese|\.png$/;

/** Tells the service worker which files the build has, and names the build after them. */
const offlineFiles = (): Plugin => ({
  name: 'tabkeeper-offline-files',
  generateBundle: {
    // Behind all others: a chunk that held nothing but styles is gone by then.
    order: 'post',
    handler: (_options, bundle) => {
      const worker = bundle[OFFLINE_WORKER];
      if (worker?.type !== 'chunk') return;
      const names = Object.keys(bundle).filter(
        (name) => name.startsWith('assets/') && !NOT_KEPT.test(name),
      );
      const files = [...PUBLIC_FILES, ...names.sort()].map((name) => `/${name}`);
      const build = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 16);
      worker.code = `const OFFLINE_FILES=${JSON.stringify(files)},OFFLINE_BUILD=${JSON.stringify(build)};${worker.code}`;
    },
  },
});

const pageBuild = (): UserConfig => ({
  // Tests need neither: the messages are compiled once before them (scripts/messages.mjs).
  plugins: process.env['VITEST'] ? [bundledForTests()] : [paraglide(), svelte(), offlineFiles()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      // Not a warning of ours: how long the plugins took.
      checks: { pluginTimings: false },
      input: { index: 'index.html', 'offline-worker': 'src/entries/offline/worker.ts' },
      output: {
        entryFileNames: ({ name }) =>
          name === 'offline-worker' ? OFFLINE_WORKER : 'assets/[name]-[hash].js',
      },
    },
  },
});

/** What they do costs half as much when their modules are one file: Vitest reaches every import through a getter. */
const BUNDLED = ['storm', 'history'].map((name) => path.resolve(`src/sim/${name}.ts`));

const bundledForTests = (): Plugin => ({
  name: 'tabkeeper-bundled-for-tests',
  enforce: 'pre',
  load: async (id) => {
    if (!BUNDLED.includes(id)) return null;
    const made = await build({
      ...{ configFile: false, logLevel: 'warn', publicDir: false },
      build: { ssr: id, write: false, minify: false, sourcemap: true, target: 'node20' },
    });
    const [chunk] = 'output' in made ? made.output : [];
    return chunk?.type === 'chunk' ? { code: chunk.code, map: chunk.map } : null;
  },
});

/** The floors whose tests need neither a clock nor a port: each of their modules is loaded once for all. The others
 *  leave something behind, and come later, two at a time: they wait for each other's turns. */
const PURE_TESTS = [
  `src/{${[
    ...['base', 'vocabulary', 'jute', 'zab', 'tree', 'server', 'client', 'host', 'sim'],
    ...['invariants', 'lessons', 'ui'],
  ].join()}}/**/!(*.cost).test.ts`,
  'scripts/**/*.test.ts',
];
/** Whoever sets a clock or a spy has a world of its own: what an earlier file left running would go on by that clock. */
const SETS_A_CLOCK = /\bvi\.(useFakeTimers|spyOn|stubGlobal|mock)\b/;
const OWN_WORLD = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((name) => `src/${name}`)
  .filter((name) => name.endsWith('.test.ts') && SETS_A_CLOCK.test(readFileSync(name, 'utf8')));
const NO_TESTS = [
  '**/node_modules/**',
  ...(process.env['REAL_PEERS'] ? [] : ['**/*.real.test.ts']),
  // They are played beside the others (scripts/test.mjs).
  ...(process.env['REAL_PEERS'] === 'but those of lanes'
    ? ['proof/kazoo-*', 'proof/kill-rounds', 'cli/mixed', 'differential/*'].map(
        (of) => `**/${of}.real.test.ts`,
      )
    : []),
];

export default defineConfig(({ mode }) => ({
  ...(mode === 'node' ? nodeBuild() : pageBuild()),
  define: { ENGINE_MARK: JSON.stringify(engineMark()) },
  test: {
    globalSetup: ['scripts/messages.mjs'],
    environment: 'node',
    testTimeout: 240_000,
    hookTimeout: 240_000,
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: PURE_TESTS,
          exclude: NO_TESTS,
          maxWorkers: 2,
          // They leave nothing behind, and each module is loaded once for all.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'homes',
          include: ['src/**/*.test.ts'],
          exclude: [...NO_TESTS, ...PURE_TESTS, ...OWN_WORLD],
          // Loading each module for each file would be a third of what they cost.
          isolate: false,
          // Runs with real peers stand beside each other already.
          maxWorkers: process.env['REAL_PEERS'] ? 1 : 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'clocks',
          include: OWN_WORLD,
          exclude: [...NO_TESTS, ...PURE_TESTS],
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
}));
