// Brings what the tests of a whole run need beside our own dependencies: real peers, browsers, a display.

import { findChromium, findHeadlessShell, prepareDisplay } from './chromium.mjs';
import { findFirefox } from './firefox.mjs';
import { prepareRealPeers } from './real-peers.mjs';

const findBothChromiums = async () => findHeadlessShell(await findChromium());

for (const bring of [prepareRealPeers, findBothChromiums, findFirefox, prepareDisplay]) {
  try {
    await bring();
  } catch (error) {
    console.log(error.message);
    process.exitCode = 1;
  }
}
