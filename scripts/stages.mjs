// What a run of the tests is made of: stages and runners, each test of each runner counted, one line at the end.

import { spawn as start, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './install.mjs';

const CACHE = path.join(ROOT, '.cache');
mkdirSync(CACHE, { recursive: true });

const counted = { passed: 0, failed: 0 };

const seconds = (from) => `${((Date.now() - from) / 1000).toFixed(1)} s`;

export const spawn = (args, env = {}) =>
  spawnSync(process.execPath, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  }).status === 0;

export const bin = (name) => {
  const manifest = JSON.parse(
    readFileSync(path.join(ROOT, `node_modules/${name}/package.json`), 'utf8'),
  );
  const entry = typeof manifest.bin === 'string' ? manifest.bin : Object.values(manifest.bin)[0];
  return path.join('node_modules', name, entry);
};

/** Runs beside whatever comes next; gives whether it succeeded and what it printed, which is kept in a file meanwhile. */
export const beside = (name, args) => {
  const log = path.join(CACHE, `${name.replaceAll(' ', '-')}.log`);
  const file = openSync(log, 'w');
  const child = start(process.execPath, args, { cwd: ROOT, stdio: ['ignore', file, file] });
  closeSync(file);
  return new Promise((resolve) => {
    const end = (passed) => resolve({ passed, printed: readFileSync(log, 'utf8') });
    child.once('error', () => end(false));
    child.once('exit', (code) => end(code === 0));
  });
};

/** Commands that need nothing of each other and no quiet machine, `atOnce` of them at a time; each is a stage. */
export const stagesBeside = async (commands, atOnce) => {
  const waiting = [...commands];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, args] = next;
      const from = Date.now();
      const { passed, printed } = await beside(name, args);
      counted[passed ? 'passed' : 'failed'] += 1;
      const end = `== ${name}: ${passed ? 'passed' : 'FAILED'} (${seconds(from)})`;
      console.log(`\n== ${name}\n${printed}${end}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
};

/** A stage without tests of its own counts as one. */
export const stage = (name, work) => {
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

/** A runner with a report: each of its tests counts, and one that was left out did not pass; a runner that
 *  dies or runs nothing is a failure. */
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

export const vitest = (name, extra, env) => {
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
        json.numPendingTests +
        json.numTodoTests +
        json.testResults.filter(
          (file) => file.status === 'failed' && file.assertionResults.length === 0,
        ).length,
    }),
    env,
  );
};

export const playwright = (name, files, env) => {
  const report = path.join(CACHE, 'playwright.json');
  const args = [
    path.join('node_modules/@playwright/test/cli.js'),
    'test',
    '-c',
    'e2e/playwright.config.ts',
    ...files,
  ];
  runner(
    name,
    args,
    report,
    ({ stats }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky + stats.skipped,
    }),
    { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  );
};

/** The one line that says how it went. */
export const close = () => {
  console.log(`\n${counted.passed} passed, ${counted.failed} failed`);
  process.exitCode = counted.failed === 0 ? 0 : 1;
};
