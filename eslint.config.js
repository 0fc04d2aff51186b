import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

// What a pure floor may not name: time, chance, the network, the page, the process.
const IMPURE = [
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'],
  ...['queueMicrotask', 'requestAnimationFrame', 'Promise', 'console', 'process', 'Buffer'],
  ...['window', 'document', 'self', 'globalThis', 'navigator', 'location', 'fetch', 'crypto'],
  ...['localStorage', 'indexedDB', 'structuredClone', 'WebSocket', 'Worker', 'postMessage'],
];

const PURE_FILES = [
  'base',
  'vocabulary',
  'jute',
  'zab',
  'tree',
  'server',
  'client',
  'host',
  'invariants',
  'sim',
  'lessons',
].map((floor) => `src/${floor}/**/*.ts`);

export default tseslint.config(
  {
    ignores: [
      'dist',
      'dist-node',
      'node_modules',
      'src/ui/paraglide',
      'test-results',
      'project.inlang',
      '.cache',
    ],
  },
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      eqeqeq: 'error',
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
    rules: { 'svelte/no-at-html-tags': 'error', 'svelte/no-navigation-without-resolve': 'off' },
  },
  {
    files: PURE_FILES,
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-globals': ['error', ...IMPURE],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
    },
  },
  {
    files: ['**/*.test.ts', 'e2e/**/*.ts', '**/*.contract.ts', '**/testing/**'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs', globals: globals.node } },
);
