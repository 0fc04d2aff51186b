import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADD_WATCH_MODES, QUOTA_LIMITS, type ClientCommand } from './command.ts';
import { lineOf } from './echo.ts';
import { parseLine, parseWords, splitWords } from './parse.ts';
import { isCommand } from './read-command.ts';
import { SYNTAX, USAGE_LINES, usageOf, syntaxOf } from './syntax.ts';

const made = { data: null, ephemeral: false, sequential: false } as const;

const understood: readonly (readonly [string, ClientCommand])[] = [
  ['create /a', { kind: 'create', path: '/a', ...made }],
  ['create /a ""', { kind: 'create', path: '/a', ...made, data: '' }],
  [
    'create -e -s /a b',
    { kind: 'create', path: '/a', data: 'b', ephemeral: true, sequential: true },
  ],
  ['create -se /a b', { kind: 'create', path: '/a', data: 'b', ephemeral: true, sequential: true }],
  ['create /a b -s', { kind: 'create', path: '/a', ...made, data: 'b', sequential: true }],
  ['create -c /a', { kind: 'create', path: '/a', ...made, container: true }],
  ['create -t 9 -s /a', { kind: 'create', path: '/a', ...made, sequential: true, ttlMillis: 9 }],
  ['create -t9 /a', { kind: 'create', path: '/a', ...made, ttlMillis: 9 }],
  [
    'create /a b world:anyone:r',
    { kind: 'create', path: '/a', ...made, data: 'b', acl: 'world:anyone:r' },
  ],
  ['create /a "two words"', { kind: 'create', path: '/a', ...made, data: 'two words' }],
  ['create /a \'a "b"\'', { kind: 'create', path: '/a', ...made, data: 'a "b"' }],
  ['create /a b"c', { kind: 'create', path: '/a', ...made, data: 'b"c' }],
  ['create /a "b', { kind: 'create', path: '/a', ...made, data: 'b' }],
  ['get /a', { kind: 'get', path: '/a', watch: false }],
  ['  get   -w\t/a  ', { kind: 'get', path: '/a', watch: true }],
  ['get -sw /a', { kind: 'get', path: '/a', watch: true, stat: true }],
  ['get -s -w -- /a', { kind: 'get', path: '/a', watch: true, stat: true }],
  ['set /a b', { kind: 'set', path: '/a', data: 'b', version: -1 }],
  ['set -v 7 /a b', { kind: 'set', path: '/a', data: 'b', version: 7 }],
  ['set -v=7 /a b', { kind: 'set', path: '/a', data: 'b', version: 7 }],
  ['set -v7 -s /a b', { kind: 'set', path: '/a', data: 'b', version: 7, stat: true }],
  ['set -v -1 /a b', { kind: 'set', path: '/a', data: 'b', version: -1 }],
  ['set -v 1 -v 2 /a b', { kind: 'set', path: '/a', data: 'b', version: 1 }],
  ['set -- /a -5', { kind: 'set', path: '/a', data: '-5', version: -1 }],
  ['set /a - extra', { kind: 'set', path: '/a', data: '-', version: -1 }],
  [String.raw`set /a "a\b"`, { kind: 'set', path: '/a', data: String.raw`a\b`, version: -1 }],
  ['ls -w /', { kind: 'ls', path: '/', watch: true }],
  ['ls -R -s /', { kind: 'ls', path: '/', watch: false, stat: true, recursive: true }],
  ['stat -w /a', { kind: 'stat', path: '/a', watch: true }],
  ['delete /a', { kind: 'delete', path: '/a', version: -1 }],
  ['delete -v 3 /a', { kind: 'delete', path: '/a', version: 3 }],
  ['deleteall /a', { kind: 'deleteall', path: '/a' }],
  ['deleteall /a -b 2', { kind: 'deleteall', path: '/a', batch: 2 }],
  ['sync /', { kind: 'sync', path: '/' }],
  ['getAcl -s /a', { kind: 'getAcl', path: '/a', stat: true }],
  [
    'setAcl -s -R -v 2 /a ip:127.0.0.1:cdrwa',
    {
      ...{ kind: 'setAcl', path: '/a', acl: 'ip:127.0.0.1:cdrwa', version: 2 },
      ...{ stat: true, recursive: true },
    },
  ],
  ['addauth digest u:p', { kind: 'addauth', scheme: 'digest', auth: 'u:p' }],
  ['addauth digest', { kind: 'addauth', scheme: 'digest', auth: null }],
  ['getEphemerals', { kind: 'getEphemerals', path: null }],
  ['getEphemerals /a', { kind: 'getEphemerals', path: '/a' }],
  ['getAllChildrenNumber /', { kind: 'getAllChildrenNumber', path: '/' }],
  ['whoami whatever -x', { kind: 'whoami' }],
  ['version', { kind: 'version' }],
  ['config', { kind: 'config', watch: false }],
  ['config -c -w -s', { kind: 'config', watch: true, client: true, stat: true }],
  ['addWatch /a', { kind: 'addWatch', path: '/a', mode: 'PERSISTENT_RECURSIVE' }],
  ['addWatch -m persistent /a', { kind: 'addWatch', path: '/a', mode: 'PERSISTENT' }],
  ['removewatches /a', { kind: 'removewatches', path: '/a', type: 'any' }],
  ['removewatches /a -c -l', { kind: 'removewatches', path: '/a', type: 'children' }],
  ['removewatches -d /a', { kind: 'removewatches', path: '/a', type: 'data' }],
  ['listquota /a', { kind: 'listquota', path: '/a' }],
  ['setquota -n 5 /a', { kind: 'setquota', path: '/a', limit: 'n', value: 5 }],
  ['setquota -B 0 /a', { kind: 'setquota', path: '/a', limit: 'B', value: 0 }],
  ['delquota /a', { kind: 'delquota', path: '/a', limit: null }],
  ['delquota -N /a', { kind: 'delquota', path: '/a', limit: 'N' }],
  [
    'reconfig -s -add Server.4=H:1:2;3 -remove 2 -v 1F',
    {
      ...{ kind: 'reconfig', joining: 'server.4=h:1:2;3', leaving: '2', members: '' },
      ...{ version: '1f', stat: true },
    },
  ],
];

const COMMONS = 'org.apache.commons.cli.';
const usage = (name: string): string => usageOf(syntaxOf(name)!);
const refused: readonly (readonly [line: string, text: string, exitCode?: number])[] = [
  ['creat /a', 'Command not found: Command not found creat', 127],
  ['__proto__ /a', 'Command not found: Command not found __proto__', 127],
  ['create', usage('create')],
  ['create -x /a', `${COMMONS}UnrecognizedOptionException: Unrecognized option: -x`],
  ['create -ex /a', `${COMMONS}UnrecognizedOptionException: Unrecognized option: -ex`],
  ['create --e /a', `${COMMONS}UnrecognizedOptionException: Unrecognized option: --e`],
  ['create -t', `${COMMONS}MissingArgumentException: Missing argument for option: t`],
  ['create -t -s /a', `${COMMONS}MissingArgumentException: Missing argument for option: t`],
  ['create -t x /t', '-t argument must be a long value'],
  ['create -t 0 /a', 'ttl must be positive and cannot be larger than: 1099511627775'],
  ['create -t 1099511627776 /a', 'ttl must be positive and cannot be larger than: 1099511627775'],
  ['create -t 5 -e /t', 'TTLs cannot be used with Ephemeral znodes'],
  ['create -t 5 -c /t', 'TTLs cannot be used with Container znodes'],
  [
    'create -c -s /t',
    '-c cannot be combined with -s or -e. Containers cannot be ephemeral or sequential.',
  ],
  ['get', usage('get')],
  ['get -v 1 /a', `${COMMONS}UnrecognizedOptionException: Unrecognized option: -v`],
  ['set /a', usage('set')],
  ['set /a -5', `${COMMONS}UnrecognizedOptionException: Unrecognized option: -5`],
  ['set -v x /a b', 'java.lang.NumberFormatException: For input string: "x"'],
  ['delete -v 2147483648 /a', 'java.lang.NumberFormatException: For input string: "2147483648"'],
  ['delete -w /a', `${COMMONS}UnrecognizedOptionException: Unrecognized option: -w`],
  ['delete', usage('delete')],
  ['deleteall', usage('deleteall')],
  ['deleteall /a -b x', '-b argument must be an int value'],
  ['ls', usage('ls')],
  ['stat', usage('stat')],
  ['sync', usage('sync')],
  ['getAcl', usage('getAcl')],
  ['setAcl /a', usage('setAcl')],
  ['addauth', usage('addauth')],
  ['getAllChildrenNumber', usage('getAllChildrenNumber')],
  ['version x', 'version '],
  ['addWatch', usage('addWatch')],
  ['addWatch /a /b', usage('addWatch')],
  ['addWatch -m x /a', usage('addWatch')],
  ['removewatches', usage('removewatches')],
  ['listquota', usage('listquota')],
  [
    'setquota /a',
    `${COMMONS}MissingOptionException: Missing required option: [-n num soft quota, ` +
      '-b bytes soft quota, -N num hard quota, -B bytes hard quota]',
  ],
  [
    'setquota -n 5 -b 3 /a',
    `${COMMONS}AlreadySelectedException: The option 'b' was specified but an option from this ` +
      "group has already been selected: 'n'",
  ],
  ['setquota -n 0 /a', 'the num quota must be greater than zero', 0],
  ['setquota -N 2147483648 /a', 'NumberFormatException happens when parsing the option value', 0],
  ['setquota -n x /a', 'NumberFormatException happens when parsing the option value', 0],
  ['setquota -b -1 /a', 'the bytes quota must be greater than or equal to zero', 0],
  ['setquota -n 1 /zookeeper/quota/a', 'cannot set a quota under the path: /zookeeper/quota', 0],
  ['delquota', usage('delquota')],
  ['reconfig', usage('reconfig')],
  ['reconfig -add a -v xyz', '-v must be followed by a long (configuration version)'],
  [
    'reconfig -add a -members b',
    "Can't use -file or -members together with -add or -remove (mixing incremental and " +
      'non-incremental modes is not allowed)',
  ],
  [
    'reconfig -file a -members b',
    "Can't use -file and -members together (conflicting non-incremental modes)",
  ],
];

describe('a line of zkCli', () => {
  it.each(understood)('is understood: %s', (line, command) => {
    expect(parseLine(line)).toEqual({ kind: 'command', command, notes: [] });
  });

  it.each(refused.map(([line, text, exitCode = 1]) => [line, text, exitCode] as const))(
    'is refused in its words: %s',
    (line, text, exitCode) => {
      const parsed = parseLine(line);
      expect(parsed).toMatchObject({ kind: 'refused', exitCode });
      const lines = parsed.kind === 'refused' ? parsed.lines : [];
      expect(lines.at(-1)).toEqual({ to: 'err', text });
      expect(lines.length).toBe(exitCode === 127 ? USAGE_LINES.length + 1 : 1);
    },
  );

  it.each([
    ['get /a true', "'get path [watch]' has been deprecated.", 'get -w /a'],
    ['ls /a true', "'ls path [watch]' has been deprecated.", 'ls -w /a'],
    ['stat /a true', "'stat path [watch]' has been deprecated.", 'stat -w /a'],
    ['delete /a 3', "'delete path [version]' has been deprecated.", 'delete /a'],
    // As there: the third word of the line becomes -w, whatever it was.
    ['get -s /a true', "'get path [watch]' has been deprecated.", 'get -s -w true'],
  ])('of an older kind is taken with a hint: %s', (line, hint, now) => {
    const parsed = parseLine(line);
    expect(parsed).toMatchObject({ kind: 'command' });
    const today = parseLine(now);
    if (parsed.kind !== 'command' || today.kind !== 'command') return;
    expect(parsed.command).toEqual(today.command);
    expect(parsed.notes.map(({ text }) => text).join()).toContain(hint);
  });

  it('every command has an example and a refusal or needs none', () => {
    const named = new Set(understood.map(([line]) => line.trim().split(/\s/)[0]));
    const shell = ['close', 'connect', 'history', 'printwatches', 'quit', 'redo'];
    expect(SYNTAX.map(({ name }) => name).filter((name) => !named.has(name))).toEqual(shell);
  });

  it.each(['connect', 'close', 'history', 'redo', 'printwatches', 'quit', 'help'])(
    '%s is for the shell',
    (kind) => {
      expect(parseLine(`${kind} word`)).toMatchObject({ kind: 'shell', shell: { kind } });
    },
  );

  it('exit is quit, and nothing is nothing', () => {
    expect(parseLine('exit')).toMatchObject({ kind: 'shell', shell: { kind: 'quit' } });
    for (const blank of ['', ' \t ']) expect(parseLine(blank)).toEqual({ kind: 'blank' });
  });
});

const word = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/["']/.test(text));
const path = fc.stringMatching(/^\/[a-z. "]{0,8}$/);
const flag = fc.boolean();
const maybe = fc.option(fc.constant(true as const), { nil: undefined });
const version = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });

/** Left out where it is not given, as the parser does it. */
const trimmed = (command: object): ClientCommand =>
  Object.fromEntries(
    Object.entries(command).filter(([, value]) => value !== undefined),
  ) as ClientCommand;

const command: fc.Arbitrary<ClientCommand> = fc
  .oneof(
    fc
      .record({ path, data: fc.option(word), ephemeral: flag, sequential: flag })
      .map((fields) => ({ kind: 'create', ...fields })),
    fc.record({ path, watch: flag, stat: maybe }).map((fields) => ({ kind: 'get', ...fields })),
    fc
      .record({ path, watch: flag, stat: maybe, recursive: maybe })
      .map((fields) => ({ kind: 'ls', ...fields })),
    fc
      .record({ path, data: word, version, stat: maybe })
      .map((fields) => ({ kind: 'set', ...fields })),
    fc
      .record({ path, acl: word, version, stat: maybe, recursive: maybe })
      .map((fields) => ({ kind: 'setAcl', ...fields })),
    fc.record({ path, version }).map((fields) => ({ kind: 'delete', ...fields })),
    fc
      .record({ path, mode: fc.constantFrom(...ADD_WATCH_MODES) })
      .map((fields) => ({ kind: 'addWatch', ...fields })),
    fc
      .record({
        path,
        limit: fc.constantFrom(...QUOTA_LIMITS),
        value: fc.integer({ min: 1, max: 9 }),
      })
      .map((fields) => ({ kind: 'setquota', ...fields })),
    fc.constantFrom(...understood.map(([, example]) => example)),
  )
  .map(trimmed);

describe('any command', () => {
  it('is understood again from the line that shows it', () => {
    fc.assert(
      fc.property(command, (given) => {
        expect(parseLine(lineOf(given))).toMatchObject({ kind: 'command', command: given });
      }),
      { numRuns: 500 },
    );
  });

  it('is taken from a link as it is, and not with anything more or less', () => {
    fc.assert(
      fc.property(command, (given) => {
        expect(isCommand(JSON.parse(JSON.stringify(given)))).toBe(true);
        expect(isCommand({ ...given, more: 1 })).toBe(false);
        for (const name of Object.keys(given)) {
          const less = Object.fromEntries(Object.entries(given).filter(([key]) => key !== name));
          const free = ['stat', 'recursive', 'container', 'ttlMillis', 'acl', 'batch', 'client'];
          const needed = !free.includes(name) || (name === 'acl' && given.kind === 'setAcl');
          expect(isCommand(less)).toBe(!needed);
        }
      }),
    );
  });
});

describe('a multi', () => {
  it('is shown as its operations, and has no line that could be typed', () => {
    const line = lineOf({
      kind: 'multi',
      parts: [
        { kind: 'check', path: '/lock', version: 3 },
        { kind: 'create', path: '/b', data: 'x y', ephemeral: true, sequential: false },
        { kind: 'set', path: '/c', data: '1', version: -1 },
        { kind: 'delete', path: '/d', version: 0 },
      ],
    });
    expect(line).toBe('multi { check -v 3 /lock; create -e /b "x y"; set /c 1; delete -v 0 /d }');
    expect(parseLine(line).kind).toBe('refused');
  });
});

describe('any line', () => {
  it('is answered, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...SYNTAX), (rest, { name }) => {
        expect(parseLine(`${name} ${rest}`).kind).not.toBe('blank');
        expect(typeof parseLine(rest).kind).toBe('string');
      }),
    );
  });

  it('is parted where a shell that has parted it already would', () => {
    expect(splitWords('set /a "b c" d\'e \'f "g\'')).toEqual([
      ...['set', '/a', 'b c', "d'e", 'f "g'],
    ]);
    expect(parseWords(['set', '/a', 'b c'])).toEqual(parseLine('set /a "b c"'));
  });
});
