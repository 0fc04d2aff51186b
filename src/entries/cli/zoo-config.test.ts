import { expect, test } from 'vitest';

import { dynamicConfigPath, parseMyId, parseZooConfig } from './zoo-config.ts';
import { readSettings } from './zoo-settings.ts';

const GOOD = `
# a comment
dataDir = /var/lib/zookeeper
tickTime=3000
initLimit=5
syncLimit=2
clientPort=2182
maxClientCnxns=0
ssl.quorum.keyStore=x
server.2=zoo2:2888:3888:observer;2181
server.1=zoo1:2888:3888
server.3=[::1]:2888:3888:participant;[::1]:2183
`;

test('a file as Apache documents it is read, in the order of the ids', () => {
  const config = parseZooConfig(GOOD);
  expect(config).toMatchObject({
    dataDirectory: '/var/lib/zookeeper',
    clientHost: '::',
    clientPort: 2182,
    connectionsPerAddressMax: 0,
    warnings: ['line 9: ssl.quorum.keyStore is not obeyed here'],
  });
  expect(config.ensemble).toMatchObject({
    tickMillis: 3000,
    initLimit: 5,
    syncLimit: 2,
    sessionTimeoutMillisMin: 6000,
    sessionTimeoutMillisMax: 60_000,
  });
  expect(config.ensemble.members).toEqual([
    { serverId: 1, role: 'participant', host: 'zoo1', ...ports(null) },
    { serverId: 2, role: 'observer', host: 'zoo2', ...ports(2181), clientHost: '0.0.0.0' },
    { serverId: 3, role: 'participant', host: '::1', ...ports(2183), clientHost: '::1' },
  ]);
});

/** What SHA-1 in base64 looks like. */
const DIGEST = `super:${'A'.repeat(27)}=`;

const ports = (clientPort: number | null) => ({
  quorumPort: 2888,
  electionPort: 3888,
  clientPort,
});

test.each([
  ['no form at all', 'dataDir', 'line 1: not of the form key=value'],
  ['no directory', 'server.1=a:1:2', 'dataDir is missing'],
  ['a directory without a name', 'dataDir=\nserver.1=a:1:2', 'line 1: dataDir is empty'],
  ['no servers for an ensemble', 'dataDir=/d\nstandaloneEnabled=false', 'there is no server.N'],
  [
    'an observer beside one server',
    'dataDir=/d\nserver.1=a:1:2\nserver.2=b:1:2:observer',
    'observers need',
  ],
  ['a type that is none', 'dataDir=/d\npeerType=leader', 'line 2: peerType must be'],
  ['another election', 'dataDir=/d\nelectionAlg=2', 'line 2: electionAlg must be 3'],
  ['groups', 'dataDir=/d\ngroup.1=1:2', 'line 2: group.1: every vote counts the same'],
  ['weights', 'dataDir=/d\nweight.1=2', 'line 2: weight.1: every vote counts the same'],
  ['sessions of no length', 'dataDir=/d\nmaxSessionTimeout=10', 'line 2: minSessionTimeout (6000)'],
  [
    'purging by words',
    'dataDir=/d\nautopurge.purgeInterval=daily',
    'line 2: autopurge.purgeInterval must',
  ],
  ['only observers', 'dataDir=/d\nserver.1=a:1:2:observer', 'every server is an observer'],
  ['a word for a number', 'tickTime=two\ndataDir=/d\nserver.1=a:1:2', 'line 1: tickTime must be'],
  ['a port too high', 'dataDir=/d\nclientPort=70000\nserver.1=a:1:2', 'line 2: clientPort must be'],
  ['a server without ports', 'dataDir=/d\nserver.1=a', 'line 2: server.1 must be host:quorumPort'],
  ['a server port of zero', 'dataDir=/d\nserver.1=a:0:2', 'line 2: server.1: 0 is no port'],
  ['equal ports', 'dataDir=/d\nserver.1=a:7:7', 'line 2: server.1: the two ports must differ'],
  [
    'the id of TTL nodes',
    'dataDir=/d\nserver.255=a:1:2',
    'line 2: server.255: the id must not be 255',
  ],
  [
    'the same beyond',
    'dataDir=/d\nserver.511=a:1:2',
    'line 2: server.511: the id must not be 255, or',
  ],
  ['an id of words', 'dataDir=/d\nserver.-1=a:1:2', 'line 2: server.-1: the id must be a number'],
  [
    'an id too long',
    'dataDir=/d\nserver.1234567890123456=a:1:2',
    'line 2: server.1234567890123456: the id must be a number of at most 15',
  ],
  [
    'a large id with TTL nodes',
    'dataDir=/d\nextendedTypesEnabled=true\nserver.1=a:1:2\nserver.256=b:1:2',
    'line 2: extendedTypesEnabled: no id may be above 254 then, as server.256 is',
  ],
])('%s is an error that says where', (_, text, message) => {
  expect(() => parseZooConfig(text)).toThrow(message);
});

test('an id may be beyond a byte, as at Apache', () => {
  const text = 'dataDir=/d\nserver.254=a:1:2\nserver.256=b:1:2\nserver.70000=c:1:2\n';
  const { ensemble } = parseZooConfig(text);
  expect(ensemble.members.map(({ serverId: id }) => id)).toEqual([254, 256, 70_000]);
});

test('of a key that is given twice the last one counts, as in Java, and it is said', () => {
  const { dataDirectory, warnings } = parseZooConfig('dataDir=/d\n\ndataDir=/e\n');
  expect([dataDirectory, warnings]).toEqual([
    ...['/e', ['lines 1 and 3: dataDir is given twice, the last one counts']],
  ]);
});

test('a backslash at the end of a line goes on with the next one', () => {
  const text = [
    ...['dataDir=/d\\', '  /below', '# no comment goes on \\', '4lw.commands.whitelist=stat, \\'],
    ...['  ruok,\\', '  conf', 'dataLogDir=C:\\\\', 'tickTme=1'],
  ].join('\n');
  const config = parseZooConfig(text);
  expect(config).toMatchObject({
    ...{ dataDirectory: '/d/below', logDirectory: 'C:\\' },
    warnings: ['line 8: tickTme is not obeyed here'],
  });
  expect([...config.words].sort()).toEqual(['conf', 'ruok', 'srvr', 'stat']);
});

// What java.util.Properties makes of the same file, and QuorumPeerConfig trims.
test('escapes are undone as Java does', () => {
  const text = [
    ...['dataDir=C:\\\\zk', 'u\\u0041=\\u0041\\u00e9x', 'sp\\ ace=\\ lead', 'k\\:ey\\=2 v\\:\\=al'],
    ...['tab=a\\ta\\n\\r\\fb', 'odd=\\a\\\'\\"\\#\\u005c\\z', 'trail=x\\ ', 'trail2=x\\\\ ', '\\'],
    ...['# after a lone one', '\\', '   \\', 'next=1', 'ccc=\\', '', 'ddd=1', 'eee=a\\'],
    ...['#no comment', 'fff = = v', 'ggg=a\\', '!b\\\\\\', '   c', ' lead.ing=1\t'],
    ...['tailing   :   v : w', 'last=1\\'],
  ].join('\n');
  expect([...readSettings(text)].map(([key, { value }]) => [key, value])).toEqual([
    ...[
      ['dataDir', 'C:\\zk'],
      ['uA', 'Aéx'],
      ['sp ace', 'lead'],
      ['k:ey=2', 'v:=al'],
    ],
    ...[
      ['tab', 'a\ta\n\r\fb'],
      ['odd', 'a\'"#\\z'],
      ['trail', 'x'],
      ['trail2', 'x\\'],
    ],
    ...[
      ['next', '1'],
      ['ccc', ''],
      ['ddd', '1'],
      ['eee', 'a#no comment'],
      ['fff', '= v'],
    ],
    ...[
      ['ggg', 'a!b\\c'],
      ['lead.ing', '1'],
      ['tailing', 'v : w'],
      ['last', '1'],
    ],
  ]);
  for (const text of ['a=1\ndataDir=C:\\users', 'a=1\ndataDir=\\u12']) {
    expect(() => readSettings(text)).toThrow('line 2: \\u needs four hexadecimal digits');
  }
});

test('the file of members is one of properties too', () => {
  const text = 'server.1=h1\\:2888:3888:\\\n  participant;2181\nserver.2 = h\\u0032:2888:3888\n';
  const { ensemble } = parseZooConfig('dataDir=/d\ndynamicConfigFile=/x', { path: '/x', text });
  expect(ensemble.members).toMatchObject([{ host: 'h1', clientPort: 2181 }, { host: 'h2' }]);
});

test('-1 is not given, where Apache says so', () => {
  const lines = ['minSessionTimeout=-1', 'maxSessionTimeout=-1', 'autopurge.purgeInterval=-1'];
  expect(parseZooConfig(['dataDir=/d', 'tickTime=100', ...lines].join('\n'))).toMatchObject({
    ensemble: { sessionTimeoutMillisMin: 200, sessionTimeoutMillisMax: 2_000 },
    ...{ purging: null, warnings: [] },
  });
  expect(() => parseZooConfig('dataDir=/d\nmaxClientCnxns=-1\n')).toThrow('line 2: maxClientCnxns');
});

test('myid must name one of the servers', () => {
  const { ensemble } = parseZooConfig(GOOD);
  expect(parseMyId('3\n', ensemble, '/d/myid')).toBe(3);
  expect(() => parseMyId('4', ensemble, '/d/myid')).toThrow(
    '/d/myid says "4", which is none of the servers 1, 2, 3',
  );
});

test('what Apache takes from system properties may stand in the file', () => {
  const text = `
dataDir=/d
server.1=a:1:2
globalOutstandingLimit=7
jute.maxbuffer=2048
znode.container.checkIntervalMs=100
znode.container.maxPerMinute=600
znode.container.maxNeverUsedIntervalMs=900
enforceQuota=true
extendedTypesEnabled=true
DigestAuthenticationProvider.superDigest=${DIGEST}
4lw.commands.whitelist=stat, ruok
admin.serverPort=9090
admin.serverAddress=127.0.0.1
admin.commandURL=/do/
`;
  const { settings, words, admin, warnings } = parseZooConfig(text);
  expect(settings).toEqual({
    reconfig: null,
    ...{
      superDigest: DIGEST,
      reapsPerMinuteMax: 600,
      neverUsedMillisMax: 900,
      enforceQuota: true,
      extendedTypes: true,
      outstandingMax: 7,
    },
    ...{ requestBytesMax: 2048, reapEveryMillis: 100, readOnlyMode: false },
    ...{ standalone: true, quorumSync: false },
  });
  expect([...words].sort()).toEqual(['ruok', 'srvr', 'stat']);
  expect(admin).toEqual({ host: '127.0.0.1', port: 9090, commandUrl: '/do' });
  expect(warnings).toEqual([]);
});

test('without such lines all is as with Apache: srvr alone, no quotas, no TTL nodes', () => {
  const { settings, words, admin } = parseZooConfig('dataDir=/d\nserver.1=a:1:2\n');
  expect(settings).toEqual({
    reconfig: null,
    ...{
      superDigest: null,
      reapsPerMinuteMax: 10_000,
      neverUsedMillisMax: 0,
      enforceQuota: false,
      extendedTypes: false,
      outstandingMax: 1000,
    },
    ...{ requestBytesMax: 0xf_ffff, reapEveryMillis: 60_000, readOnlyMode: false },
    ...{ standalone: true, quorumSync: false },
  });
  expect([...words]).toEqual(['srvr']);
  expect(admin).toBeNull();
  const all = parseZooConfig('dataDir=/d\nserver.1=a:1:2\n4lw.commands.whitelist=*\n');
  expect(all.words.has('wchp')).toBe(true);
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['zoo-1.example', 'zoo-1.example'],
  ['::1', '::1'],
  // Every address, of both kinds, as at Java's servers.
  ['0.0.0.0', '::'],
  ['[fe80::1%eth0]', 'fe80::1%eth0'],
])('clientPortAddress=%s is listened on as %s', (given, host) => {
  const { clientHost, warnings } = parseZooConfig(`dataDir=/d\nclientPortAddress=${given}\n`);
  expect([clientHost, warnings]).toEqual([host, []]);
});

test('an empty place in the list of words is none', () => {
  const { words } = parseZooConfig('dataDir=/d\n4lw.commands.whitelist=ruok,,\n');
  expect([...words].sort()).toEqual(['ruok', 'srvr']);
});

test('readonlymode.enabled allows the word that clients ask with, too', () => {
  const text = 'dataDir=/d\nserver.1=a:1:2\nreadonlymode.enabled=true\n';
  const { settings, words } = parseZooConfig(text);
  expect(settings.readOnlyMode).toBe(true);
  expect([...words].sort()).toEqual(['isro', 'srvr']);
  const { words: given } = parseZooConfig(`${text}4lw.commands.whitelist=ruok\n`);
  expect([...given].sort()).toEqual(['isro', 'ruok', 'srvr']);
});

test.each([
  'enforceQuota=yes',
  'readonlymode.enabled=1',
  'admin.enableServer=1',
  'jute.maxbuffer=1',
  ...['globalOutstandingLimit=0', 'znode.container.maxPerMinute=0', 'snapCount=many'],
  ...['clientPortAddress=', 'clientPortAddress=two words', 'clientPortAddress=127.0.0.1:2181'],
  ...['clientPortAddress=[::1', 'metricsProvider.httpHost=', 'admin.serverAddress=a,b'],
  ...['dataLogDir=', 'java.security.auth.login.config=', 'admin.commandURL=commands'],
  // Also of what is switched off.
  ...['metricsProvider.httpPort=none', 'admin.serverPort=0', 'sslQuorum=yes'],
  ...['DigestAuthenticationProvider.superDigest=', 'DigestAuthenticationProvider.superDigest=root'],
  ...['DigestAuthenticationProvider.superDigest=super:abc='],
  'metricsProvider.className=mine',
  ...['server.1=b:3:4', 'server.2=b c:3:4', 'standaloneEnabled=', 'reconfigEnabled=on'],
])('%s is an error that names line and key', (line) => {
  const key = line.split('=')[0] ?? '';
  if (key === 'server.1') {
    const twice = 'dataDir=/d\nserver.01=a:1:2\nserver.1=b:3:4\n';
    expect(() => parseZooConfig(twice)).toThrow('line 3: server.1: there is another line');
    return;
  }
  expect(() => parseZooConfig(`dataDir=/d\nserver.1=a:1:2\n${line}\n`)).toThrow(`line 3: ${key}`);
});

test('the longest wait between two rounds of ballots bounds the shortest', () => {
  const given = (...lines: string[]) =>
    parseZooConfig(['dataDir=/d', ...lines, ''].join('\n')).ensemble;
  const key = 'fastleader.maxNotificationInterval';
  expect(given(`${key}=100`)).toMatchObject({
    notificationMillisMin: 100,
    notificationMillisMax: 100,
  });
  const both = [`${key}=100`, 'fastleader.minNotificationInterval=150'];
  expect(() => given(...both)).toThrow(`line 2: ${key}`);
});

test('a word of another version is a warning: the others are allowed all the same', () => {
  const { words, warnings } = parseZooConfig('dataDir=/d\n4lw.commands.whitelist=ruok, reqs\n');
  expect(words.has('ruok')).toBe(true);
  expect(warnings).toEqual(['line 2: 4lw.commands.whitelist: there is no word "reqs" here']);
});

test.each([
  ...[
    'secureClientPort=2281',
    'sslQuorum=true',
    'enforce.auth.enabled=TRUE',
    'admin.forceHttps=true',
  ],
  ...['zookeeper.sessionRequireClientSASLAuth=true', 'quorum.auth.enableSasl=true'],
])('%s asks for a protection that is not here: an error, not a server without it', (line) => {
  const key = line.split('=')[0] ?? '';
  const text = `dataDir=/d\nserver.1=a:1:2\n${line}\n`;
  expect(() => parseZooConfig(text)).toThrow(`line 3: ${key}: a protection`);
});

test('a protection that is switched off is not missed', () => {
  const { warnings } = parseZooConfig('dataDir=/d\nsslQuorum=false\n');
  expect(warnings).toEqual(['line 2: sslQuorum is not obeyed here']);
});

const PROVIDER = 'org.apache.zookeeper.server.auth';

test.each<[string, string[]]>([
  [`authProvider.1=${PROVIDER}.SASLAuthenticationProvider\njava.security.auth.login.config=/j`, []],
  [`authProvider.digest=${PROVIDER}.DigestAuthenticationProvider`, []],
  [
    `authProvider.1=${PROVIDER}.SASLAuthenticationProvider`,
    ['line 2: authProvider.1 is not obeyed here'],
  ],
  [
    `authProvider.1=${PROVIDER}.X509AuthenticationProvider`,
    ['line 2: authProvider.1 is not obeyed here'],
  ],
])('%j: what is not served is told', (lines, warnings) => {
  expect(parseZooConfig(`dataDir=/d\n${lines}\n`).warnings).toEqual(warnings);
});

test('sessions that are one server’s alone are not here: said where they are asked for', () => {
  const keys = ['localSessionsEnabled', 'localSessionsUpgradingEnabled'];
  const given = (value: string): string => keys.map((key) => `${key}=${value}\n`).join('');
  expect(parseZooConfig(`dataDir=/d\n${given('true')}`).warnings).toEqual([
    'line 2: localSessionsEnabled is not obeyed here: every session is one of the whole ensemble',
    'line 3: localSessionsUpgradingEnabled is not obeyed here: every session is one of the whole ensemble',
  ]);
  expect(parseZooConfig(`dataDir=/d\n${given('false')}`).warnings).toEqual([]);
  expect(() => parseZooConfig(`dataDir=/d\n${given('perhaps')}`)).toThrow(
    'line 2: localSessionsEnabled must be true or false',
  );
});

test('keys end as in any file of Java’s properties; yes, no and roles in any case', () => {
  const text = 'dataDir /d\nclientPort: 2\nenforceQuota = TRUE\nserver.1=a:1:2\nserver.2=b:1:2\n';
  const config = parseZooConfig(`${text}server.3=c:1:2:OBSERVER\n`);
  expect(config).toMatchObject({
    ...{ dataDirectory: '/d', clientPort: 2, clientPortLine: 2 },
    settings: { enforceQuota: true },
    ensemble: { members: [{ serverId: 1 }, { serverId: 2 }, { serverId: 3, role: 'observer' }] },
  });
});

test('without a server line, or with one, it is a server alone', () => {
  expect(parseZooConfig('dataDir=/d')).toMatchObject({
    ...{ standalone: true, settings: { standalone: true }, warnings: [] },
    ensemble: { members: [{ serverId: 1, role: 'participant', clientPort: null }] },
  });
  const one = 'dataDir=/d\nserver.7=a:1:2\n';
  expect(parseZooConfig(one).standalone).toBe(true);
  expect(parseZooConfig(`${one}standaloneEnabled=false\n`).standalone).toBe(false);
  expect(parseZooConfig(`${one}server.8=b:1:2\n`)).toMatchObject({
    ...{ standalone: false, settings: { standalone: false } },
  });
});

test('dataLogDir, autopurge.*, electionAlg and peerType are obeyed as far as there is a choice', () => {
  const text = 'dataDir=/d\nserver.1=a:1:2\nserver.2=b:1:2\nelectionAlg=3\npeerType=observer\n';
  expect(parseZooConfig(text)).toMatchObject({ logDirectory: '/d', purging: null, warnings: [] });
  const more = `${text}dataLogDir=/log\nautopurge.snapRetainCount=5\nautopurge.purgeInterval=24\n`;
  expect(parseZooConfig(more)).toMatchObject({
    ...{ logDirectory: '/log', warnings: [] },
    purging: { snapshotsKept: 5, everyHours: 24 },
  });
  const few = 'dataDir=/d\nautopurge.purgeInterval=1\nautopurge.snapRetainCount=1\n';
  expect(parseZooConfig(few)).toMatchObject({
    purging: { snapshotsKept: 3, everyHours: 1 },
    warnings: ['line 3: autopurge.snapRetainCount is 3 at least, and is taken as that'],
  });
});

test('sync is an agreement where tabkeeper.quorumSync says so', () => {
  const { settings, warnings } = parseZooConfig('dataDir=/d\ntabkeeper.quorumSync=true\n');
  expect(settings.quorumSync).toBe(true);
  expect(warnings).toEqual([]);
  expect(() => parseZooConfig('dataDir=/d\ntabkeeper.quorumSync=1\n')).toThrow(
    'line 2: tabkeeper.q',
  );
});

test('the members may stand in a file of their own, whose name ends with their version', () => {
  const text =
    'dataDir=/d\nreconfigEnabled=true\ndynamicConfigFile=/c/zoo.cfg.dynamic.1a0000000b\n';
  expect(dynamicConfigPath(text)).toBe('/c/zoo.cfg.dynamic.1a0000000b');
  const dynamic = {
    path: '/c/zoo.cfg.dynamic.1a0000000b',
    text: 'server.2=b:1:2:observer;3\nserver.3=c:1:2\nserver.1=a:1:2:participant;127.0.0.1:4',
  };
  const { ensemble, settings, isDynamic, warnings } = parseZooConfig(text, dynamic);
  expect(ensemble.version).toBe(0x1a_0000_000bn);
  expect(
    ensemble.members.map(({ serverId, role, clientHost }) => [serverId, role, clientHost]),
  ).toEqual([
    [1, 'participant', '127.0.0.1'],
    [2, 'observer', '0.0.0.0'],
    [3, 'participant', undefined],
  ]);
  expect([settings.reconfig, isDynamic, warnings]).toEqual([{ standalone: true }, true, []]);
  const plain = parseZooConfig('dataDir=/d\nstandaloneEnabled=false\nserver.1=a:1:2\n');
  expect([plain.settings.reconfig, plain.ensemble.version]).toEqual([null, undefined]);
});

test.each([
  [
    'a member in both',
    'server.1=a:1:2\n',
    'server.1=a:1:2',
    'line 3: server.1: it must stand in f',
  ],
  [
    'a version inside',
    '',
    'server.1=a:1:2\nversion=1',
    'f, line 2: there must be no version inside',
  ],
  ['what is no member', '', 'server.1=a:1', 'f, line 1: server.1 must be host:port:port'],
  ['groups', '', 'server.1=a:1:2\ngroup.1=1', 'f, line 2: group.1: groups and weights'],
])('a file of members with %s is an error', (_, more, members, message) => {
  const text = `dataDir=/d\ndynamicConfigFile=f\n${more}`;
  expect(() => parseZooConfig(text, { path: 'f', text: members })).toThrow(message);
});
