// npm test and npm run check: every stage in turn, each test of each runner counted, one line at the end.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT, installDependencies } from './install.mjs';

const QUICK = process.argv.includes('--quick');
const CACHE = path.join(ROOT, '.cache');
const counted = { passed: 0, failed: 0 };

const seconds = (from) => `${((Date.now() - from) / 1000).toFixed(1)} s`;

const spawn = (args, env = {}) =>
  spawnSync(process.execPath, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  }).status === 0;

const bin = (name) => {
  const manifest = JSON.parse(
    readFileSync(path.join(ROOT, `node_modules/${name}/package.json`), 'utf8'),
  );
  const entry = typeof manifest.bin === 'string' ? manifest.bin : Object.values(manifest.bin)[0];
  return path.join('node_modules', name, entry);
};

/** A stage without tests of its own counts as one. */
const stage = (name, work) => {
  const from = Date.now();
  console.log(`\n== ${name}`);
  let passed = false;
  try {
    passed = work();
  } catch (error) {
    console.error(error);
  }
  counted[passed ? 'passed' : 'failed'] += 1;
  console.log(`== ${name}: ${passed ? 'passed' : 'FAILED'} (${seconds(from)})`);
  return passed;
};

/** A runner with a report: each of its tests counts; a runner that dies or runs nothing is a failure. */
const runner = (name, args, report, read, env) => {
  const from = Date.now();
  console.log(`\n== ${name}`);
  rmSync(report, { force: true });
  const ended = spawn(args, env);
  const result = existsSync(report) ? read(JSON.parse(readFileSync(report, 'utf8'))) : null;
  if (result !== null) {
    counted.passed += result.passed;
    counted.failed += result.failed;
  }
  const silentFailure = result === null || result.passed === 0 || (!ended && result.failed === 0);
  if (silentFailure) counted.failed += 1;
  const text = result === null ? 'no report' : `${result.passed} passed, ${result.failed} failed`;
  console.log(`== ${name}: ${text}${silentFailure ? ', FAILED' : ''} (${seconds(from)})`);
};

const vitest = (name, extra, env) => {
  const report = path.join(CACHE, `${name.replaceAll(' ', '-')}.json`);
  const args = [bin('vitest'), 'run', '--reporter=default', '--reporter=json', ...extra];
  runner(
    name,
    [...args, `--outputFile.json=${report}`],
    report,
    (json) => ({
      passed: json.numPassedTests,
      failed:
        json.numFailedTests +
        json.testResults.filter(
          (file) => file.status === 'failed' && file.assertionResults.length === 0,
        ).length,
    }),
    env,
  );
};

const playwright = (env) => {
  const report = path.join(CACHE, 'playwright.json');
  const args = [
    path.join('node_modules/@playwright/test/cli.js'),
    'test',
    '-c',
    'e2e/playwright.config.ts',
  ];
  runner(
    'browser',
    args,
    report,
    ({ stats }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
    }),
    { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  );
};

installDependencies();
mkdirSync(CACHE, { recursive: true });
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
vitest('unit and simulator', [], QUICK ? { STORMS: '100' } : {});
if (!QUICK) {
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
    playwright({ CHROMIUM: chromium, ...(firefox === null ? {} : { FIREFOX: firefox }) });
  }
}

console.log(`\n${counted.passed} passed, ${counted.failed} failed`);
process.exitCode = counted.failed === 0 ? 0 : 1;
