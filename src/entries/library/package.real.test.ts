// The package as its users have it: packed, installed from the tarball, with the guide's own examples
// checked by a strict compiler and run.

import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { run, temporaryDirectory } from '../cli/program.fixture.ts';
import { startEnsemble } from './ensemble.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const STEP_MILLIS_MAX = 180_000;
const COMPILER_OPTIONS = {
  ...{ target: 'ES2022', module: 'nodenext', moduleResolution: 'nodenext', strict: true },
  ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
  ...{ types: ['node'], outDir: 'out', rootDir: '.' },
};

let directory = '';
const names: string[] = [];

async function done(program: string, ...args: string[]): Promise<string> {
  const { code, output } = await run(program, args, { timeoutMillis: STEP_MILLIS_MAX });
  expect(output, `${program} ${args.join(' ')}`).toSatisfy(() => code === 0);
  return output;
}

beforeAll(async () => {
  directory = await temporaryDirectory();
  const connectionString = 'localhost:2181';
  await done('npm', 'pack', ROOT, '--pack-destination', directory, '--silent');
  await writeFile(join(directory, 'package.json'), '{"name":"consumer","type":"module"}');
  const tarball = join(directory, 'tabkeeper-0.1.0.tgz');
  await done('npm', 'install', '--offline', '--no-audit', '--prefix', directory, tarball);
  const types = join(directory, 'node_modules/@types');
  await mkdir(types, { recursive: true });
  await cp(join(ROOT, 'node_modules/@types/node'), join(types, 'node'), { recursive: true });
  const needed = join(ROOT, 'node_modules/undici-types');
  await symlink(needed, join(directory, 'node_modules/undici-types'));

  const section = /## As a library\n(.*)/s.exec(
    await readFile(join(ROOT, 'GUIDE.md'), 'utf8'),
  )?.[1];
  for (const [, code = ''] of (section ?? '').matchAll(/```ts\n(.*?)```/gs)) {
    const name = `example-${String(names.length + 1)}`;
    names.push(name);
    const asked = code.replaceAll(`'${connectionString}'`, "String(process.env['SERVERS'])");
    await writeFile(join(directory, `${name}.ts`), asked);
  }
  const config = { compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] };
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config));
  await done(process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', directory);
}, STEP_MILLIS_MAX);

afterAll(() => rm(directory, { recursive: true, force: true }));

const example = (name: string | undefined): string => join(directory, 'out', `${name ?? ''}.js`);

test('the ensemble of the first example starts, loses its leader, and ends', async () => {
  expect(names).toHaveLength(3);
  const output = await done(process.execPath, '--test', example(names[0]));
  expect(output).toMatch(/^# pass 1$/m);
});

test('its servers take none of the flags that their parent was started with', async () => {
  const place = join(directory, 'node_modules/tabkeeper/dist-node/ensemble.js');
  const script = [
    `import { startEnsemble } from ${JSON.stringify(place)};`,
    'const ensemble = await startEnsemble({ servers: 1 });',
    'await ensemble.stop();',
    "console.log('stopped');",
  ].join('\n');
  // Of no file: a server's process would refuse it.
  expect(await done(process.execPath, '--input-type=module', '-e', script)).toBe('stopped\n');
});

test('the client and the recipes do what the guide says', async () => {
  const ensemble = await startEnsemble({ servers: 1, inProcess: true });
  process.env['SERVERS'] = ensemble.connectionString;
  try {
    const client = await done(process.execPath, example(names[1]));
    expect(client.split('\n')).toEqual(['BadVersion failed', 'NodeDataChanged /config', '']);
    expect((await done(process.execPath, example(names[2]))).split('\n')).toEqual([
      ...['locked true', 'leader me', "members [ 'me' ]", 'instances 1', 'taken first'],
      ...['counter 5n', 'id 0', ''],
    ]);
  } finally {
    delete process.env['SERVERS'];
    await ensemble.stop();
  }
});

test('nothing is installed beside it, and its command runs', async () => {
  const manifest = join(directory, 'node_modules/.package-lock.json');
  const { packages } = JSON.parse(await readFile(manifest, 'utf8')) as { packages: object };
  expect(Object.keys(packages)).toEqual(['node_modules/tabkeeper']);
  const help = await done(join(directory, 'node_modules/.bin/tabkeeper'), '--help');
  expect(help).toContain('tabkeeper ensemble [N]');
});
