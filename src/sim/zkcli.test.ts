// zkCli's commands in virtual time, against servers of the laboratory: what is printed for each, without
// anybody waiting.

import { beforeEach, describe, expect, it } from 'vitest';
import type { MultiPart } from '../vocabulary/zkcli/command.ts';
import { parseLine } from '../vocabulary/zkcli/parse.ts';
import type { CommandResult } from '../vocabulary/zkcli/outcome.ts';
import { LabWorld } from './lab-world.ts';

let world: LabWorld;

function pass(millis: number): void {
  const until = world.now.millis + millis;
  while (world.next(until) !== null);
}

beforeEach(() => {
  world = new LabWorld({ seed: 7, participants: 3, observers: 0 });
  for (const server of [1, 2, 3]) world.do({ kind: 'openServer', server });
  pass(2_000);
  world.do({ kind: 'openClient', server: 1, timeoutMillis: 5_000 });
  pass(500);
});

function begin(line: string): number {
  const parsed = parseLine(line);
  if (parsed.kind !== 'command') throw new Error(`${line} is no command`);
  world.do({ kind: 'command', client: 1, command: parsed.command });
  return world.client(1)!.commands;
}

function run(line: string): CommandResult {
  const number = begin(line);
  pass(1_000);
  const result = world.client(1)!.resultOf(number);
  if (result === null) throw new Error(`${line} has not ended`);
  return result;
}

/** What no line says. */
function runMulti(...parts: readonly MultiPart[]): CommandResult {
  world.do({ kind: 'command', client: 1, command: { kind: 'multi', parts } });
  const number = world.client(1)!.commands;
  pass(1_000);
  return world.client(1)!.resultOf(number)!;
}

const printed = (line: string): string[] => run(line).lines.map(({ text }) => text);

describe('commands of several requests', () => {
  beforeEach(() => {
    for (const path of ['/a', '/a/b', '/a/b/c', '/a/d']) run(`create ${path} x`);
  });

  it('ls -R walks as zkCli does: a level of one znode, then below each of it', () => {
    run('create /a/d/e');
    expect(printed('ls -R /a')).toEqual(['/a', '/a/b', '/a/d', '/a/b/c', '/a/d/e']);
    expect(printed('ls -R /zookeeper')).toEqual([
      ...['/zookeeper', '/zookeeper/config', '/zookeeper/quota'],
    ]);
    expect(run('ls -R /nope')).toMatchObject({ outcome: 'failed', name: 'NoNode', exitCode: 1 });
  });

  it('deleteall takes leaves first, also one by one, and says what it could not', () => {
    run('setAcl /a/b world:anyone:cdra');
    expect(run('deleteall -b 1 /a')).toMatchObject({ outcome: 'ok', lines: [] });
    expect(printed('ls /')).toEqual(['[zookeeper]']);
    run('create /p');
    run('create /p/q');
    run('setAcl /p world:anyone:ra');
    expect(run('deleteall /p')).toEqual({
      ...{ outcome: 'failed', name: 'NoAuth', exitCode: 0 },
      lines: [{ to: 'err', text: 'Failed to delete some node(s) in the subtree!' }],
    });
    expect(printed('getAllChildrenNumber /p')).toEqual(['1']);
  });

  it('a quota is set once on a way, told, and taken away with all that it left', () => {
    expect(printed('setquota -n 2 /a')).toEqual([
      '[Warning]: the count quota you create is less than the existing count:4',
    ]);
    expect(printed('listquota /a')).toEqual([
      'absolute path is /zookeeper/quota/a/zookeeper_limits',
      'Output quota for /a count=2,bytes=-1=;byteHardLimit=-1;countHardLimit=-1',
      'Output stat for /a count=4,bytes=4',
    ]);
    expect(printed('setquota -b 5 /a/b')).toEqual(['/a/b has a parent /a which has a quota']);
    expect(printed('setquota -b 5 /')).toEqual(['Path must not end with / character']);
    run('delquota -n /a');
    expect(printed('listquota /a')[1]).toContain('count=-1,bytes=-1');
    expect(run('delquota /a').outcome).toBe('ok');
    expect(printed('ls -R /zookeeper/quota')).toEqual(['/zookeeper/quota']);
    run('setquota -B 9 /a/b');
    expect(printed('setquota -n 5 /a')).toEqual(['/a has a child /a/b which has a quota']);
    expect(printed('setquota -n 5 /nope')).toEqual(['/nope does not exist.']);
    expect(printed('delquota /a')).toEqual(['Quota does not exist for /a']);
  });

  it('setAcl -R goes down, and goes on behind what is refused', () => {
    expect(run('setAcl -R /a world:anyone:cdrwa')).toMatchObject({ outcome: 'ok', lines: [] });
    expect(printed('setAcl -R -v 7 /a world:anyone:r')).toEqual([
      ['/a', '/a/b', '/a/d', '/a/b/c']
        .map((path) => `KeeperErrorCode = BadVersion for ${path}`)
        .join(''),
    ]);
  });
});

it('a container is made, a TTL where servers know none is refused, and both print as zkCli does', () => {
  expect(printed('create -c /c')).toEqual(['Created /c']);
  expect(printed('create -t 500 /t')).toEqual(['KeeperErrorCode = Unimplemented for /t']);
  expect(printed('create -s -e /c/x-')).toEqual(['Created /c/x-0000000000']);
  expect(printed('getEphemerals')).toEqual(['[/c/x-0000000000]']);
});

it('stats carry virtual time, as at Greenwich', () => {
  run('create /a');
  expect(printed('stat /a')[1]).toMatch(/^ctime = \w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$/);
  expect(printed('get /a')).toEqual(['null']);
});

it('a lasting watch is set, removed, and missed', () => {
  run('create /a');
  expect(run('addWatch /a')).toMatchObject({ outcome: 'ok', lines: [] });
  expect(run('removewatches /a')).toMatchObject({ outcome: 'ok', lines: [] });
  expect(printed('removewatches /a')).toEqual(['KeeperErrorCode = No such watcher for /a']);
});

it('who asks is told, and what is added to it', () => {
  expect(printed('whoami')[0]).toBe('Auth scheme: User');
  run('addauth digest user:password');
  expect(printed('whoami')).toContain('digest: user');
  expect(printed('create /mine d auth::r')).toEqual(['Created /mine']);
  expect(printed('getAcl /mine')[0]).toMatch(/^'digest,'user:/);
});

it('what cannot be sent says so, and no request leaves', () => {
  const before = world.client(1)!.open;
  expect(printed('get a')).toEqual(['Path must start with / character']);
  expect(printed('create / x')).toEqual(['Node already exists: /']);
  expect(world.client(1)!.open).toBe(before);
});

it('an answer that does not come is unknown, in the words of a lost connection', () => {
  begin('create /maybe');
  world.do({ kind: 'crash', server: 1, silent: false });
  pass(20);
  const result = world.client(1)!.resultOf(1);
  expect(result).toMatchObject({ outcome: 'unknown', name: 'ConnectionLoss', exitCode: 1 });
  expect(result?.lines[0]?.text).toBe('KeeperErrorCode = ConnectionLoss for /maybe');
});

describe('a multi', () => {
  const make = (path: string) =>
    ({ kind: 'create', path, data: 'x', ephemeral: false, sequential: false }) as const;

  it('does all of its operations and says what it made', () => {
    run('create /a x');
    const check = { kind: 'check', path: '/a', version: 0 } as const;
    const set = { kind: 'set', path: '/a', data: 'y', version: 0 } as const;
    const made = { ...make('/s-'), sequential: true };
    const result = runMulti(check, set, make('/b'), made, { ...check, kind: 'delete', path: '/b' });
    expect(result.outcome).toBe('ok');
    expect(result.lines.map(({ text }) => text)).toEqual([
      ...['Created /b', 'Created /s-0000000002'],
    ]);
    expect(printed('get /a')).toEqual(['y']);
    expect(printed('ls /')).toEqual(['[a, s-0000000002, zookeeper]']);
  });

  it('leaves nothing if one of them fails, and names that one', () => {
    const missing = { kind: 'delete', path: '/none', version: -1 } as const;
    const result = runMulti(make('/a'), make('/b'), missing, make('/c'));
    expect(result).toMatchObject({ outcome: 'failed', name: 'NoNode', exitCode: 1 });
    expect(result.lines.map(({ text }) => text)).toEqual(['Node does not exist: /none']);
    expect(printed('ls /')).toEqual(['[zookeeper]']);
  });

  it('asks no server about a path that is none', () => {
    const result = runMulti({ kind: 'check', path: 'a', version: 0 });
    expect(result).toMatchObject({ outcome: 'failed', name: 'BadArguments' });
  });
});
