// npm test and npm run check: every stage, one line at the end.

import { installDependencies } from './install.mjs';
import { beside, bin, close, playwright, stage, stagesBeside, vitest } from './stages.mjs';

const QUICK = process.argv.includes('--quick');
const CRUISER = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
const SVELTE_CHECK = ['--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'];

installDependencies();
const { buildNode, buildPage } = await import('./build.mjs');

// Waits for the network most of the time. Whatever it does not bring, its own stage tries again and says.
const brought = QUICK ? null : beside('bring', ['scripts/bring.mjs']);
stage('build', () => {
  buildPage();
  buildNode();
  return true;
});
await stagesBeside(
  [
    ['svelte', [bin('svelte-check'), ...SVELTE_CHECK]],
    ['lint', [bin('eslint'), '--max-warnings', '0', '.']],
    ['format', [bin('prettier'), '--check', '--log-level', 'warn', '.']],
    ['types', [bin('typescript'), '--noEmit', '-p', 'tsconfig.json']],
    ['floors', [CRUISER, '--config', '.dependency-cruiser.cjs', 'src']],
    ['pure types', [bin('typescript'), '-p', 'tsconfig.pure.json']],
  ],
  2,
);
// What follows waits on real time here and there, and has the machine for itself.
if (brought !== null) console.log(`\n== brought meanwhile\n${(await brought).printed}`);
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
