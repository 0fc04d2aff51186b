// Two builds of one house: `vite build` makes the page (dist/), `vite build --mode node` the commands
// that run in Node (dist-node/). Vitest reads its settings here too.

import { existsSync } from 'node:fs';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { UserConfig } from 'vite';
import { defineConfig } from 'vitest/config';

const NODE_ENTRIES = ['cli', 'start', 'sim', 'bench'] as const;

const paraglide = () =>
  paraglideVitePlugin({
    project: './project.inlang',
    outdir: './src/ui/paraglide',
    strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
    emitTsDeclarations: true,
  });

const nodeBuild = (): UserConfig => ({
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist-node',
    emptyOutDir: true,
    rollupOptions: {
      input: Object.fromEntries(
        NODE_ENTRIES.map((name) => [name, `src/entries/${name}/main.ts`] as const).filter(
          ([, file]) => existsSync(file),
        ),
      ),
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});

const pageBuild = (): UserConfig => ({
  // Tests need neither: the messages are compiled once before them (scripts/messages.mjs).
  plugins: process.env['VITEST'] ? [] : [paraglide(), svelte()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});

export default defineConfig(({ mode }) => ({
  ...(mode === 'node' ? nodeBuild() : pageBuild()),
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(process.env['REAL_PEERS'] ? [] : ['**/*.real.test.ts'])],
    globalSetup: ['scripts/messages.mjs'],
    environment: 'node',
    testTimeout: 60_000,
    reporters: ['default'],
  },
}));
