// The command as its users run it: bundled, in processes of its own, on free ports.

import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { freePorts } from '../../adapters/tcp/ports.fixture.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SOURCES = join(ROOT, 'src');
/** What is bundled once for all files of tests. */
const BUNDLES = join(ROOT, '.cache/bundles');
const OLD_MILLIS = 24 * 60 * 60 * 1_000;

/** Bundles the command into `directory` and gives the program's path. */
export const bundleCommand = (directory: string): Promise<string> =>
  bundle('cli', join(import.meta.dirname, 'main.ts'), directory);

/** The same for another program. */
export async function bundle(name: string, file: string, directory: string): Promise<string> {
  const made = join(BUNDLES, `${name}-${(await newestMillis()).toFixed()}`);
  if (!existsSync(made)) await bundleOnce(name, file, made);
  await cp(made, directory, { recursive: true });
  return join(directory, `${name}.mjs`);
}

/** Two at once make two, and the first one stays. */
async function bundleOnce(name: string, file: string, made: string): Promise<void> {
  await mkdir(BUNDLES, { recursive: true });
  const outDir = await mkdtemp(join(BUNDLES, 'making-'));
  // Most files of tests find what they need, and it takes a second to load.
  const { build } = await import('vite');
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    // It runs where nothing is installed.
    ssr: { noExternal: ['ws'] },
    build: {
      ...{ ssr: true, target: 'node20', outDir },
      rollupOptions: { input: { [name]: file }, output: { entryFileNames: '[name].mjs' } },
    },
  });
  try {
    await rename(outDir, made);
  } catch (error) {
    if (!existsSync(made)) throw error;
    await rm(outDir, { recursive: true });
  }
  await forgetOld();
}

/** What no run uses any more. */
async function forgetOld(): Promise<void> {
  for (const one of await readdir(BUNDLES)) {
    const place = join(BUNDLES, one);
    const { mtimeMs } = await stat(place);
    if (Date.now() - mtimeMs > OLD_MILLIS) await rm(place, { recursive: true, force: true });
  }
}

/** When a source was last changed; no program here has anything of the page's. */
async function newestMillis(): Promise<number> {
  const names = await readdir(SOURCES, { recursive: true });
  const sources = names.filter((one) => one.endsWith('.ts') && !one.startsWith('ui/'));
  const stats = await Promise.all(sources.map((one) => stat(join(SOURCES, one))));
  return Math.max(...stats.map(({ mtimeMs }) => mtimeMs));
}

export const temporaryDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'tabkeeper-test-'));

/** Two bases for runs of `count` neighbouring ports: clients, and quorum with election above it. */
export async function freeBases(count: number): Promise<{ clientPort: number; basePort: number }> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const [clientPort = 0, basePort = 0] = (await freePorts(2)).map(
      (port) => (port % 20_000) + 10_000,
    );
    const apart = (other: number): boolean => Math.abs(clientPort - other) > count;
    if (apart(basePort) && apart(basePort + 1_000)) return { clientPort, basePort };
  }
  throw new Error('no free ports');
}

export interface Finished {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end; never rejects for an exit code. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly timeoutMillis: number },
): Promise<Finished> {
  return new Promise((done) => {
    const child = execFile(
      program,
      args,
      { timeout: options.timeoutMillis, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        done({ code, output: `${stdout}${stderr}` });
      },
    );
    child.stdin?.end(options.input ?? '');
  });
}

/** A Python that has kazoo, or null. */
export function pythonWithKazoo(): string | null {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', 'import kazoo'], { stdio: 'ignore' });
      return python;
    } catch {
      // The next one may have it.
    }
  }
  return null;
}
