// npm run nightly: what CI plays a part of, played long; clients' suites that CI plays a selection of, whole; and all
// browser tests, also those that are tagged @nightly, every screen in both themes and both languages among them.
// The seeds are drawn anew each time and printed; with NIGHTLY_SEED a run is the same again. NIGHTLY_SCALE=0.01
// plays a hundredth of what can be counted, or the least that says something. One line at the end.

import { installDependencies } from './install.mjs';
import { close, playwright, stage, vitest } from './stages.mjs';

const SCALE = Number(process.env.NIGHTLY_SCALE ?? 1);
if (!(SCALE > 0 && SCALE <= 1)) throw new Error('NIGHTLY_SCALE is a number above 0, up to 1');
/** Below `least` a run meets too little to say anything, and fails. */
const scaled = (count, least) => String(Math.max(least, Math.round(count * SCALE)));

const STORMS = 20_000;
const FUZZ_FRAMES = 1_000_000;
const KILL_ROUNDS = 200;
/** In each of the differential suite's three runs: 100,000 and more together. */
const DIFFERENTIAL_OPERATIONS = 34_000;

const seed = process.env.NIGHTLY_SEED ?? String(1 + Math.floor(Math.random() * 999_999_999));
console.log(`NIGHTLY_SEED=${seed} NIGHTLY_SCALE=${SCALE}`);

installDependencies();
const { buildNode, buildPage } = await import('./build.mjs');
const { prepareRealPeers } = await import('./real-peers.mjs');
const { findChromium, prepareDisplay } = await import('./chromium.mjs');
const { findFirefox } = await import('./firefox.mjs');

vitest('storms', ['src/sim/storm'], { STORMS: scaled(STORMS, 100) });
vitest('damaged bytes', ['src/entries/proof/fuzz'], {
  ...{ FUZZ_FRAMES: scaled(FUZZ_FRAMES, 40_000), FUZZ_SEED: seed },
});
if (stage('real peers are here', prepareRealPeers)) {
  const real = { REAL_PEERS: '1' };
  vitest('kills of a whole ensemble', ['src/entries/proof/kill-rounds'], {
    ...{ ...real, KILL_ROUNDS: scaled(KILL_ROUNDS, 1), KILL_SEED: seed },
  });
  vitest('differential', ['src/entries/differential/differential.real'], {
    ...{ ...real, DIFFERENTIAL_SEED: seed },
    DIFFERENTIAL_OPERATIONS: scaled(DIFFERENTIAL_OPERATIONS, 3_500),
  });
}
stage('build', () => {
  buildPage();
  buildNode();
  return true;
});
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
if (stage('browsers are here', () => chromium !== null && firefox !== null)) {
  // Suites have no size: a small run plays of them what `npm test` does, and no other browser test.
  playwright('browser, whole', SCALE < 1 ? ['gateway-clients', 'hidden'] : [], {
    ...{ CHROMIUM: chromium, FIREFOX: firefox, BROWSER: 'whole' },
    ...(SCALE < 1 ? {} : { GATEWAY_LONG: '1' }),
    HIDDEN_MINUTES: String(Math.max(1.2, 30 * SCALE)),
  });
}
close();
