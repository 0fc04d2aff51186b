// npm run nightly: what CI plays a part of, played long. The seeds are drawn anew each time and printed; with
// NIGHTLY_SEED a run is the same again. One line at the end.

import { installDependencies } from './install.mjs';
import { close, stage, vitest } from './stages.mjs';

const STORMS = 20_000;
const FUZZ_FRAMES = 1_000_000;
const KILL_ROUNDS = 50;
/** In each of the differential suite's three runs: 100,000 and more together. */
const DIFFERENTIAL_OPERATIONS = 34_000;

const seed = process.env.NIGHTLY_SEED ?? String(1 + Math.floor(Math.random() * 999_999_999));
console.log(`NIGHTLY_SEED=${seed}`);

installDependencies();
const { prepareRealPeers } = await import('./real-peers.mjs');
vitest('storms', ['src/sim/storm-'], { STORMS: String(STORMS) });
vitest('damaged bytes', ['src/entries/proof/fuzz'], {
  FUZZ_FRAMES: String(FUZZ_FRAMES),
  FUZZ_SEED: seed,
});
if (stage('real peers are here', prepareRealPeers)) {
  const real = { REAL_PEERS: '1' };
  vitest('kills of a whole ensemble', ['src/entries/proof/kill-rounds'], {
    ...{ ...real, KILL_ROUNDS: String(KILL_ROUNDS), KILL_SEED: seed },
  });
  vitest('differential', ['src/entries/differential/differential.real'], {
    ...{ ...real, DIFFERENTIAL_SEED: seed },
    DIFFERENTIAL_OPERATIONS: String(DIFFERENTIAL_OPERATIONS),
  });
}
close();
