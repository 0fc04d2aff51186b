// What a run of the tests is made of: stages and runners, each test of each runner counted, one line at the end.

import { spawn as start, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './install.mjs';

const CACHE = path.join(ROOT, '.cache');
mkdirSync(CACHE, { recursive: true });

const counted = { passed: 0, failed: 0 };
/** What failed, by name, with the first lines of why: said again at the end of a long run. */
const complaints = [];

const countStage = (name, passed) => {
  counted[passed ? 'passed' : 'failed'] += 1;
  if (!passed) complaints.push(name);
};

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
export const beside = (name, args, env = {}) => {
  const log = path.join(CACHE, `${name.replaceAll(' ', '-')}.log`);
  const file = openSync(log, 'w');
  const child = start(process.execPath, args, {
    ...{ cwd: ROOT, stdio: ['ignore', file, file], env: { ...process.env, ...env } },
  });
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
      countStage(name, passed);
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
  countStage(name, passed);
  console.log(`== ${name}: ${passed ? 'passed' : 'FAILED'} (${seconds(from)})`);
  return passed;
};

/** What a runner's report says: each of its tests counts, and one that was left out did not pass; a runner that
 *  dies or runs nothing is a failure. */
const count = ({ name, report, read }, ended, from) => {
  const result = existsSync(report) ? read(JSON.parse(readFileSync(report, 'utf8'))) : null;
  if (result !== null) {
    counted.passed += result.passed;
    counted.failed += result.failed;
    complaints.push(...result.complaints.map((complaint) => `${name}: ${complaint}`));
  }
  const silentFailure = result === null || result.passed === 0 || (!ended && result.failed === 0);
  if (silentFailure) countStage(name, false);
  const text = result === null ? 'no report' : `${result.passed} passed, ${result.failed} failed`;
  console.log(`== ${name}: ${text}${silentFailure ? ', FAILED' : ''} (${seconds(from)})`);
};

const run = (runner) => {
  const from = Date.now();
  console.log(`\n== ${runner.name}`);
  rmSync(runner.report, { force: true });
  count(runner, spawn(runner.args, runner.env), from);
};

/** Lanes at once, in each of them one runner after the other; what a runner says comes when it has ended. */
export const runnersBeside = async (...lanes) => {
  await Promise.all(
    lanes.map(async (runners) => {
      for (const runner of runners) {
        const from = Date.now();
        rmSync(runner.report, { force: true });
        const { passed, printed } = await beside(runner.name, runner.args, runner.env);
        console.log(`\n== ${runner.name}\n${printed}`);
        count(runner, passed, from);
      }
    }),
  );
};

const reportOf = (name) => path.join(CACHE, `${name.replaceAll(' ', '-')}.json`);

const PLAIN = /\u001b\[[\d;]*m/g;
const firstLines = (text) => {
  const lines = text.replaceAll(PLAIN, '').trimEnd().split('\n');
  return lines
    .filter((line) => !line.includes('/node_modules/'))
    .slice(0, 20)
    .join('\n      ');
};

const complaintsOfFile = ({ name, status, message, assertionResults }) => {
  const file = path.relative(ROOT, name);
  if (status === 'failed' && assertionResults.length === 0)
    return [`${file}: ${firstLines(message)}`];
  return assertionResults
    .filter(({ status }) => status !== 'passed')
    .map(({ status, fullName, failureMessages = [] }) =>
      firstLines(`${file} › ${fullName}: ${status}\n${failureMessages.join('\n')}`),
    );
};

const complaintsOfSpecs = ({ suites = [], specs = [] }) => [
  ...suites.flatMap(complaintsOfSpecs),
  ...specs.flatMap(({ file, line, title, tests }) =>
    tests
      .filter(({ status }) => status !== 'expected')
      .map(({ status, results }) =>
        firstLines(
          `${file}:${line} › ${title}: ${status}\n` +
            results.flatMap(({ errors }) => errors.map(({ message }) => message)).join('\n'),
        ),
      ),
  ),
];

export const vitestRunner = (name, extra, env) => {
  const report = reportOf(name);
  const args = [bin('vitest'), 'run', '--reporter=default', '--reporter=json', ...extra];
  return {
    ...{ name, report, env, args: [...args, `--outputFile.json=${report}`] },
    read: (json) => ({
      passed: json.numPassedTests,
      failed:
        json.numFailedTests +
        json.numPendingTests +
        json.numTodoTests +
        json.testResults.filter(
          (file) => file.status === 'failed' && file.assertionResults.length === 0,
        ).length,
      complaints: json.testResults.flatMap(complaintsOfFile),
    }),
  };
};

/** A test that plays somebody else's suite says of how many cases it is made: each of them counts. */
const casesIn = ({ suites = [], specs = [] }) =>
  [...suites.map(casesIn), ...specs.map(casesOf)].reduce((sum, count) => sum + count, 0);
const casesOf = ({ ok, tests }) =>
  tests
    .flatMap(({ annotations }) => annotations)
    .filter(({ type }) => ok && type === 'cases')
    .reduce((sum, { description }) => sum + Number(description) - 1, 0);

const PLAYWRIGHT = 'node_modules/@playwright/test/cli.js';
const SPECS = ['test', '-c', 'e2e/playwright.config.ts'];

export const playwrightRunner = (name, files, env) => {
  const report = reportOf(name);
  return {
    // What a run leaves behind is its own: each begins by removing what was there.
    ...{ name, report, args: [PLAYWRIGHT, ...SPECS, `--output=test-results/${name}`, ...files] },
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    read: ({ stats, suites }) => ({
      passed: stats.expected + casesIn({ suites }),
      failed: stats.unexpected + stats.flaky + stats.skipped,
      complaints: complaintsOfSpecs({ suites }),
    }),
  };
};

export const vitest = (...given) => run(vitestRunner(...given));
export const playwright = (...given) => run(playwrightRunner(...given));

/** Says which browser tests are left to `npm run nightly`: nothing is left out in silence. */
export const sayWhatIsNightly = () => {
  const listed = spawnSync(
    process.execPath,
    [PLAYWRIGHT, ...SPECS, '--list', '--reporter=list', '--grep', '@nightly'],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, BROWSER: 'whole' } },
  );
  console.log(`\n== left to npm run nightly\n${listed.stdout}`);
};

/** Says again what failed, and then in one line how it went. */
export const close = () => {
  if (complaints.length > 0) console.log('\n== failed');
  for (const complaint of complaints) console.log(`  ${complaint}`);
  console.log(`\n${counted.passed} passed, ${counted.failed} failed`);
  process.exitCode = counted.failed === 0 ? 0 : 1;
};
