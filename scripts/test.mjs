// npm test and npm run check: every stage, one line at the end.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { installDependencies, ROOT } from './install.mjs';
import {
  beside,
  bin,
  close,
  playwright,
  playwrightRunner,
  runnersBeside,
  sayWhatIsNightly,
  stage,
  stagesBeside,
  vitest,
  vitestRunner,
} from './stages.mjs';

const QUICK = process.argv.includes('--quick');
const DIFFERENTIAL = 'src/entries/differential';
const CRUISER = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
/** A JVM that lives for seconds compiles little, and has one thread that collects. */
const SHORT_LIVED = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';
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
const CHECKS = [
  // All of tsconfig.json, what is plain TypeScript too.
  ['svelte and types', [bin('svelte-check'), ...SVELTE_CHECK]],
  ['lint', [bin('eslint'), '--max-warnings', '0', '.']],
  ['format', [bin('prettier'), '--check', '--log-level', 'warn', '.']],
  ['floors', [CRUISER, '--config', '.dependency-cruiser.cjs', 'src']],
  ['pure types', [bin('typescript'), '-p', 'tsconfig.pure.json']],
];
await stagesBeside(CHECKS, 2);
// What follows waits on real time here and there, and has the machine for itself.
if (brought !== null) console.log(`\n== brought meanwhile\n${(await brought).printed}`);
vitest('unit and simulator', [], QUICK ? { STORMS: '100', FUZZ_FRAMES: '40000' } : {});
if (!QUICK) await playWhole();

async function playWhole() {
  // For the edge's tests, and for those of the gateway in the browser stage.
  const { prepareRealPeers } = await import('./real-peers.mjs');
  const { findChromium, findHeadlessShell, prepareDisplay } = await import('./chromium.mjs');
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
  const shell = chromium === null ? null : await found(() => findHeadlessShell(chromium));
  const firefox = await found(findFirefox);
  stage('a display is here', prepareDisplay);
  stage('a Firefox is here', () => firefox !== null);
  const browsers = {
    ...(chromium === null ? {} : { CHROMIUM: chromium }),
    ...(shell === null ? {} : { HEADLESS_SHELL: shell }),
    ...(firefox === null ? {} : { FIREFOX: firefox }),
  };
  const hasChromium = stage('a Chromium is here', () => chromium !== null);
  const hasPeers = stage('real peers are here', prepareRealPeers);
  // kazoo's suite waits for two thirds of its time, and what is tagged @waits for nearly all of it: they have the
  // processor beside what needs it. More at once are no quicker, and late for each other.
  const differential = readdirSync(path.join(ROOT, DIFFERENTIAL))
    .filter((file) => file.endsWith('.real.test.ts'))
    .map((file) => `${DIFFERENTIAL}/${file}`);
  const peers = (name, files, given = '1') =>
    hasPeers
      ? [vitestRunner(name, files, { REAL_PEERS: given, JDK_JAVA_OPTIONS: SHORT_LIVED })]
      : [];
  await runnersBeside(
    [
      ...peers('real peers', ['.real.test'], 'but those of lanes'),
      ...peers('beside Apache', differential),
      ...peers('kills', ['proof/kill-rounds']),
    ],
    [
      ...peers('kazoo', ['proof/kazoo-']),
      ...peers('mixed ensembles', ['cli/mixed']),
      ...(hasChromium ? [playwrightRunner('tabs that wait', ['--grep', '@waits'], browsers)] : []),
    ],
  );
  if (hasChromium) {
    const busy = { ...browsers, BROWSER: 'busy' };
    for (const project of ['pages', 'one room', 'rooms']) {
      playwright(project, [`--project=${project}`], busy);
    }
    sayWhatIsNightly();
  }
}

close();
