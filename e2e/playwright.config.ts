import { defineConfig } from '@playwright/test';

/** Real tabs, real WebRTC, real IndexedDB, one test at a time: the machine's cores are the servers'. */
export default defineConfig({
  testDir: '.',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 90_000,
  forbidOnly: true,
  outputDir: '../test-results',
  reporter: [['list'], ['json']],
});
