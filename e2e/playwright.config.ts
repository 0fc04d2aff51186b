import { defineConfig } from '@playwright/test';
import type { Options } from './support/test.ts';

/** One more variant of what another test plays. */
const NIGHTLY = /@nightly/;
/** Nothing but time: `npm test` plays it beside another stage. */
const WAITS = /@waits/;

/** What each run leaves out. `npm run nightly` plays the whole, the browser stage of `npm test` what needs the cores. */
const LEFT_OUT: Readonly<Record<string, RegExp[]>> = { whole: [], busy: [NIGHTLY, WAITS] };

/** What is played, one file after the other, in one room of three tabs that are looked at. */
const ONE_ROOM =
  /(chaos|charts|clicks|commands|inspect|lamp|no-quorum|page|scripting|space-time|why-not)\.spec/;

/** The laboratory, the landing and what opens there: one page, no ensemble of tabs whose time would count. */
const PAGES =
  /(editor|glossary|lab|lab-clients|lab-tools|landing|leaving|lessons|looks|screens)\.spec/;

/** Real tabs, real WebRTC, real IndexedDB, one test at a time: the machine's cores are the servers'. */
export default defineConfig<Options>({
  grepInvert: LEFT_OUT[process.env['BROWSER'] ?? ''] ?? NIGHTLY,
  testDir: '.',
  projects: [
    { name: 'one room', testMatch: ONE_ROOM, use: { house: 'one room' } },
    { name: 'pages', testMatch: PAGES },
    { name: 'rooms', testIgnore: [ONE_ROOM, PAGES] },
  ],
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 240_000,
  // A busy machine may stand still for seconds: what is there at once costs nothing, whatever is allowed. A test
  // that promises milliseconds measures them, and asks `support/pace.ts` what they are worth here.
  expect: { timeout: 60_000 },
  forbidOnly: true,
  outputDir: '../test-results',
  reporter: [['list'], ['json']],
});
