// The floors of the house. Imports go down only; who may see whom is one table.

const FLOORS = {
  base: [],
  vocabulary: ['base'],
  jute: ['base', 'vocabulary'],
  zab: ['base', 'vocabulary', 'jute'],
  tree: ['base', 'vocabulary', 'jute'],
  server: ['base', 'vocabulary', 'jute', 'zab', 'tree'],
  client: ['base', 'vocabulary', 'jute', 'tree'],
  host: ['base', 'vocabulary', 'jute', 'zab', 'tree', 'server', 'client'],
  invariants: ['base', 'vocabulary'],
  sim: [...['base', 'vocabulary', 'jute', 'zab', 'tree', 'server', 'client', 'host', 'invariants']],
  adapters: ['base', 'vocabulary', 'jute', 'server', 'client', 'host'],
  lessons: ['base', 'vocabulary'],
  ui: ['base', 'vocabulary', 'lessons'],
  entries: [
    ...['base', 'vocabulary', 'jute', 'zab', 'tree', 'server', 'client', 'host', 'sim'],
    ...['adapters', 'lessons', 'invariants', 'ui'],
  ],
};

const PURE = [
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
];
const TEST = '\\.(test|contract|fixture)\\.ts$|/testing/';

const floorRules = Object.entries(FLOORS).map(([floor, below]) => ({
  name: `floor-${floor}`,
  comment: `src/${floor} may import only: ${below.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${floor}/`, pathNot: TEST },
  to: { path: '^src/', pathNot: `^src/(${[floor, ...below].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...floorRules,
    {
      name: 'pure-floors-have-no-packages',
      comment: 'The pure floors import neither packages nor Node.',
      severity: 'error',
      from: { path: `^src/(${PURE.join('|')})/`, pathNot: TEST },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'unknown'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: { pathNot: 'src/ui/paraglide' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { path: '\\.test\\.ts$' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { pathNot: 'paraglide' },
      to: { couldNotResolve: true, pathNot: '^virtual:|paraglide|\\?' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'src/ui/paraglide' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.svelte', '.css', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['browser', 'import', 'require', 'node', 'default'],
    },
  },
};
