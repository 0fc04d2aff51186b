// Brings what the tests of a whole run need beside our own dependencies: real peers, browsers, a display.

import { findChromium, prepareDisplay } from './chromium.mjs';
import { findFirefox } from './firefox.mjs';
import { prepareRealPeers } from './real-peers.mjs';

for (const bring of [prepareRealPeers, findChromium, findFirefox, prepareDisplay]) {
  try {
    await bring();
  } catch (error) {
    console.log(error.message);
    process.exitCode = 1;
  }
}
