import { describe, expect, test } from 'vitest';

import { parseConfiguration, sameMembers } from './configuration.ts';
import { configText, type Configuration } from './ensemble.ts';
import { reconfigured } from './reconfiguration.ts';

/** As an Apache server printed it. */
const TEXT = [
  'server.1=127.0.0.1:42881:43881:participant;127.0.0.1:41811',
  'server.2=zoo:42882:43882:observer',
  'server.3=[::1]:42883:43883:participant;0.0.0.0:41813',
  'version=100000002',
].join('\n');

const kindOf = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof Error && 'kind' in error ? String(error.kind) : String(error);
  }
};

test('what is read is printed as it was', () => {
  const read = parseConfiguration(TEXT);
  expect(configText(read)).toBe(TEXT);
  expect(read.version).toBe(0x1_0000_0002n);
  expect(read.members.map(({ serverId, clientPort }) => [serverId, clientPort])).toEqual([
    [1, 41811],
    [2, null],
    [3, 41813],
  ]);
});

test('lines are read as properties: any order, blanks, comments, the last of a key', () => {
  const lines = [
    '# members',
    '',
    ' version : ff',
    'server.9=b:1:2',
    'server.1 = a:1:2;7',
    'server.9=c:1:2:OBSERVER',
  ];
  expect(configText(parseConfiguration(lines.join('\r\n')))).toBe(
    'server.1=a:1:2:participant;0.0.0.0:7\nserver.9=c:1:2:observer\nversion=ff',
  );
});

test.each([
  ['some thing', 'format'],
  ['group.1=1:2', 'format'],
  ['weight.1=2', 'format'],
  ['server.1=a:1', 'format'],
  ['server.1=a:1:1', 'format'],
  ['server.1=a:1:2|b:3:4', 'format'],
  ['server.1=a:1:2:king', 'format'],
  ['server.1=[::1:1:2', 'format'],
  ['server.1=a:1:2;3;4', 'format'],
  ['server.1=a:1:2;x', 'format'],
  ['server.1=a:1:65536', 'number'],
  ['server.x=a:1:2', 'number'],
  ['version=zz', 'number'],
])('%s is none, by its %s', (text, kind) => {
  expect(kindOf(() => parseConfiguration(text))).toBe(kind);
});

test('members are the same where addresses, roles and client addresses are', () => {
  const one = parseConfiguration('server.1=a:1:2;3\nversion=1');
  const is = (text: string): boolean => sameMembers(one, parseConfiguration(text));
  expect(is('version=7\nserver.1=a:1:2:participant;0.0.0.0:3')).toBe(true);
  for (const other of [
    'b:1:2;3',
    'a:4:2;3',
    'a:1:4;3',
    'a:1:2;4',
    'a:1:2;h:3',
    'a:1:2:observer;3',
  ]) {
    expect(is(`server.1=${other}`), other).toBe(false);
  }
});

describe('what a reconfig makes', () => {
  const last: Configuration = parseConfiguration(TEXT);
  const make = (change: Partial<Record<'joining' | 'leaving' | 'newMembers', string>>): string =>
    configText(
      reconfigured(
        last,
        {
          ...{ kind: 'reconfig', joining: null, leaving: null, newMembers: null, configId: -1n },
          ...change,
        },
        { version: 7n, standalone: true },
      ),
    );
  const [one = '', two = '', three = ''] = TEXT.split('\n');

  test('who joins stands beside the others, or in the place of its older line', () => {
    expect(make({ joining: ' server.4 = b:1:2;3 ' })).toBe(
      [one, two, three, 'server.4=b:1:2:participant;0.0.0.0:3', 'version=7'].join('\n'),
    );
    expect(make({ joining: 'server.2=b:1:2;3', leaving: '1, 77' })).toBe(
      ['server.2=b:1:2:participant;0.0.0.0:3', three, 'version=7'].join('\n'),
    );
  });

  test('all members anew, between commas or line ends; their version means nothing', () => {
    expect(make({ newMembers: 'server.2=b:1:2,version=5\nserver.1=a:1:2', leaving: 'x' })).toBe(
      'server.1=a:1:2:participant\nserver.2=b:1:2:participant\nversion=7',
    );
  });

  test.each([
    ['nothing of a server', { joining: 'some thing' }, 'format'],
    ['no client port', { joining: 'server.4=b:1:2' }, 'format'],
    ['an address twice', { joining: 'server.4=zoo:42882:9;8' }, 'format'],
    ['an id that is a word', { leaving: 'one' }, 'number'],
    ['observers alone', { newMembers: 'server.1=a:1:2:observer' }, 'number'],
    [
      'one voter with an observer',
      { newMembers: 'server.1=a:1:2,server.2=b:1:2:observer' },
      'number',
    ],
  ])('%s is refused', (_, change, kind) => {
    expect(kindOf(() => make(change))).toBe(kind);
  });

  test('what every machine has for itself is no address twice', () => {
    expect(make({ joining: 'server.4=127.0.0.1:42881:9;0.0.0.0:41813' })).toContain('server.4=');
  });
});
