// Apache's own zkCli.sh and `tabkeeper cli`, the same script through both, against Apache's server and
// against ours: what they print has to be the same, line by line, but for what is levelled here by name.

import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { apacheVersion } from '../bench/edge/apache.ts';
import { startSystems, type RunningSystem } from '../differential/systems.fixture.ts';
import { bundleCommand, temporaryDirectory } from './program.fixture.ts';

const ZK_CLI = '/usr/share/zookeeper/bin/zkCli.sh';
const RUN_MILLIS_MAX = 60_000;

/** It makes what it needs below /t, and takes it away. */
const SCRIPT = `
create /t
create /t
create /t/a "hello there"
create /t/none/b
get /t/a
get -s /t/a
get /t
get /t/a watched
get /nope
get
get a
get /t/
get /t//a
get /t/../a
create /t/empty ""
get /t/empty
create -e /t/e x
create /t/e/f
create -s /t/s- x
create -se /t/es-
create -c /t/c
create -t 50000 /t/ttl data
create -t x /t/x
create -c -e /t/x
create -t 5 -e /t/x
create -t 0 /t/x
create -x /t/x
create -v
create
create /t/bad d world:anyone
create /t/bad d foo:bar:r
create /t/ro d world:anyone:ra
get /t/ro
set /t/ro x
getAcl /t/ro
getAcl -s /t/ro
getAcl /nope
set /t/a new
set -s /t/a 12345
set -v 9 /t/a x
set -v 2 /t/a x
set /t/a -5
set -- /t/a -5
set /t/a
set /nope x
set -v -v /t/a x
set -v0 /t/a x
stat /t/a
stat -w /t/later
stat /t/later watched
stat
create /t/later
ls /t
ls -s /t
ls -R /t
ls -? /t
ls /t/c true
ls /nope
ls
ls t
ls -w /t
create /t/child
addWatch /t/a
addWatch -m persistent /t/child
addWatch -m x /t/a
addWatch
create /t/a/deep
set /t/child x
set /t/child y
removewatches /t/nothing
removewatches /t/child
removewatches /t/child
get -w /t/empty
removewatches -c /t/empty
removewatches -d /t/empty
ls -w /t/c
removewatches -c /t/c
removewatches
removewatches -c /t/empty
setAcl /t/a world:anyone:cdrwa
setAcl -s /t/a world:anyone:crwa
setAcl -v 7 /t/a world:anyone:cdrwa
setAcl /t/a world:anyone
setAcl /t/a bad:x:r
setAcl -R /t/a world:anyone:cdrwa
setAcl -R -v 9 /nope world:anyone:cdrwa
setAcl /t/a
getAcl /t/a
delete /t
delete /
delete /nope
delete -v 7 /t/empty
delete /t/later 3
delete -w /t/a
delete
deleteall /nope
create /t/keep
create /t/keep/x
setAcl /t/keep world:anyone:ra
deleteall /t/keep
setAcl /t/keep world:anyone:cdrwa
deleteall t
deleteall /t/a -b x
deleteall /t/a -b 1
deleteall
sync /
sync /nope
sync t
sync
create /t/q
create /t/q/one
listquota /t/q
setquota -n 5 -b 3 /t/q
setquota /t/q
setquota -n 0 /t/q
setquota -n x /t/q
setquota -b -1 /t/q
setquota -N 5 /nope
setquota -N 5 /zookeeper/quota/t
setquota -N 1 /t/q
listquota /t/q
setquota -n 5 /t/q/one
setquota -n 5 /t
setquota -n 5 /
setquota -N 3 /t/q
setquota -b 100 /t/q
create /t/q/two
create /t/q/three
delquota -N /t/q
listquota /t/q
delquota -n -b /t/q
delquota /t/q
delquota /t/q
delquota /nope
delquota
listquota
addauth digest user:password
addauth
create /t/mine d auth::cdrwa
getAcl /t/mine
config
config -s
config x
getEphemerals /t/e
getEphemerals /x
getEphemerals x
getAllChildrenNumber /t
getAllChildrenNumber
version x
printwatches
printwatches off
printwatches
printwatches on
reconfig -add server.9=localhost:1:2
reconfig
reconfig -add a -members b
reconfig -file /nowhere/file
history
redo 900
redo 1
redo
whoami
foo
deleteall /t
ls /
close
connect
ls /
quit
`;

let directory = '';
let program = '';
let systems: RunningSystem[] = [];
/** A file of members, wherever the tests' directory is. */
const MEMBERS = 'MEMBERS';

beforeAll(async () => {
  expect(apacheVersion(), 'Apache ZooKeeper is needed: apt-get install zookeeper').not.toBe(null);
  directory = await temporaryDirectory();
  program = await bundleCommand(join(directory, 'bin'));
  await writeFile(join(directory, 'members'), 'server.1=localhost:1:2;3\nserver.2=b:1\\\n:2;3\n');
  systems = await startSystems({
    ...{ directory, program, servers: 1, properties: [] },
    // What is off by default.
    lines: ['enforceQuota=true', 'extendedTypesEnabled=true'],
  });
}, 120_000);

afterAll(async () => {
  await Promise.all(systems.map((system) => system.stop()));
  await rm(directory, { recursive: true, force: true });
});

interface Printed {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly events: readonly string[];
}

type Tool = 'zkCli' | 'tabkeeper';

function run(tool: Tool, system: RunningSystem, args: string[], input = ''): Promise<Printed> {
  const given = args.map((arg) =>
    arg.replace('TOOL', tool).replace(MEMBERS, join(directory, 'members')),
  );
  const server = ['-server', `127.0.0.1:${String(system.clientPorts[0])}`, ...given];
  const [command, all] =
    tool === 'zkCli' ? [ZK_CLI, server] : [process.execPath, [program, 'cli', ...server]];
  const env = { ...process.env, CLIENT_JVMFLAGS: '-Xmx64m' };
  return new Promise((done) => {
    const options = { timeout: RUN_MILLIS_MAX, env };
    const child = execFile(command, all, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, ...levelled(stdout, stderr.replaceAll(`by ${tool}`, 'by TOOL'), system) });
    });
    child.stdin?.end(input);
  });
}

/** What is levelled or left out, and nothing else. */
function levelled(stdout: string, stderr: string, { portNames }: RunningSystem) {
  const level = (text: string): string =>
    [...portNames].reduce((line, [port, name]) => line.replaceAll(`:${port}`, name), text);
  const lines = (text: string): string[] => text.split('\n').map((line) => levelLine(level(line)));
  const told = lines(stdout).filter((line) => line.startsWith('WatchedEvent'));
  // Whether the end of the last session is told is a race between zkCli's event thread and its exit.
  const events = told.at(-1)?.includes('state:Closed') === true ? told.slice(0, -1) : told;
  const out = lines(stdout).filter(
    // Events come when they come, between any two lines. zkCli tells which line editor it has not got.
    (line) => line !== '' && !/^(WATCHER::|WatchedEvent |JLine support)/.test(line),
  );
  // Its logging library says that there is none, and its JVM which options it was given.
  // Whether it says that a deleteall has failed is a race between two of its threads.
  const err = lines(stderr).filter(
    (line) =>
      line !== '' && !/^(SLF4J|NOTE: Picked up JDK_JAVA_OPTIONS|Failed to delete some)/.test(line),
  );
  return { out: sortIdentities(out), err, events };
}

/** A hash table decides whoami's order. */
function sortIdentities(lines: readonly string[]): string[] {
  const from = lines.indexOf('Auth scheme: User') + 1;
  const count = lines.slice(from).findIndex((line) => !/^(ip|digest): /.test(line));
  if (from === 0 || count < 0) return [...lines];
  const to = from + count;
  return [...lines.slice(0, from), ...lines.slice(from, to).sort(), ...lines.slice(to)];
}

/** Numbers that count a server's life, times, and names of whom they belong to. */
function levelLine(line: string): string {
  const time = /^([cm]time) = (\w{3} \w{3} \d\d \d\d:\d\d:\d\d \S+ \d{4})$/.exec(line);
  if (time !== null) return time[2]?.endsWith(' 1970') === true ? line : `${time[1] ?? ''} = TIME`;
  return line
    .replace(/^([cmp]Zxid = 0x)[0-9a-f]*[1-9a-f][0-9a-f]*$/, '$1ZXID')
    .replace(/^(ephemeralOwner = 0x)[0-9a-f]{8,}$/, '$1OWNER');
}

describe.each(['Apache', 'Tabkeeper'] as const)("against %s's server", (name) => {
  const reference = (): RunningSystem => systems.find((system) => system.name === 'Apache')!;
  const own = (): RunningSystem => systems.find((system) => system.name === name)!;

  test('a script prints the same', async () => {
    const apache = await run('zkCli', reference(), [], SCRIPT.trimStart());
    const ours = await run('tabkeeper', own(), [], SCRIPT.trimStart());
    expect(apache.out.length).toBeGreaterThan(140);
    expect(apache.err.length).toBeGreaterThan(120);
    expect(ours.out).toEqual(apache.out);
    expect(ours.err).toEqual(apache.err);
    expect(ours.events).toEqual(apache.events);
    expect(ours.code).toBe(apache.code);
  }, 120_000);

  test.each([
    ['ls', '/'],
    ['get', '-s', '/zookeeper'],
    ['get', '/nope'],
    ['get'],
    ['create', '/one shot by TOOL'],
    ['delete', '/one shot by TOOL'],
    ['foo'],
    ['setquota', '-n', '0', '/zookeeper'],
    ['reconfig', '-file', MEMBERS],
    ['reconfig', '-file', '/nowhere/members'],
    ['reconfig', '-file', '/'],
    ['quit'],
  ])(
    'one command prints and ends the same: %s %s',
    async (...args) => {
      const apache = await run('zkCli', reference(), [...args]);
      const ours = await run('tabkeeper', own(), [...args]);
      const { code, out, err } = apache;
      expect({ code: ours.code, out: ours.out, err: ours.err }).toEqual({ code, out, err });
    },
    120_000,
  );
});
