// npm test and npm run check: every stage in turn, one line at the end.

import { installDependencies } from './install.mjs';
import { bin, close, playwright, spawn, stage, vitest } from './stages.mjs';

const QUICK = process.argv.includes('--quick');

installDependencies();
const { buildNode, buildPage } = await import('./build.mjs');

stage('build', () => {
  buildPage();
  buildNode();
  return true;
});
stage('format', () => spawn([bin('prettier'), '--check', '--log-level', 'warn', '.']));
stage('lint', () => spawn([bin('eslint'), '--max-warnings', '0', '.']));
stage('floors', () =>
  spawn([
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    'src',
  ]),
);
stage('pure types', () => spawn([bin('typescript'), '-p', 'tsconfig.pure.json']));
stage('types', () => spawn([bin('typescript'), '--noEmit', '-p', 'tsconfig.json']));
stage('svelte', () =>
  spawn([
    bin('svelte-check'),
    '--tsconfig',
    './tsconfig.json',
    '--fail-on-warnings',
    '--output',
    'human',
  ]),
);
vitest('unit and simulator', [], QUICK ? { STORMS: '100', FUZZ_FRAMES: '40000' } : {});
if (!QUICK) {
  // For the edge's tests, and for those of the gateway in the browser stage.
  const { prepareRealPeers } = await import('./real-peers.mjs');
  if (stage('real peers are here', prepareRealPeers)) {
    vitest('real peers', ['.real.test'], { REAL_PEERS: '1' });
  }
  const { findChromium, prepareDisplay } = await import('./chromium.mjs');
  const { findFirefox } = await import('./firefox.mjs');
  const found = async (find) => {
    try {
      return await find();
    } catch (error) {
      console.error(error.message);
      return null;
    }
  };
  const chromium = await found(findChromium);
  const firefox = await found(findFirefox);
  stage('a display is here', prepareDisplay);
  stage('a Firefox is here', () => firefox !== null);
  if (stage('a Chromium is here', () => chromium !== null)) {
    playwright('browser', [], {
      CHROMIUM: chromium,
      ...(firefox === null ? {} : { FIREFOX: firefox }),
    });
  }
}

close();
