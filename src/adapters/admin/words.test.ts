// The words and the commands on made-up facts, in the shapes that Apache ZooKeeper 3.8 gave on the same ones.

import { beforeEach, describe, expect, test } from 'vitest';

import { serverId, sessionId } from '../../vocabulary/ids.ts';
import type { ResetOptions, ServerReport } from '../../vocabulary/report.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import type { Administration, PortState } from './administration.ts';
import { countReply, countRequest, makeClientStats, makeTotals } from './client-stats.ts';
import { answerCommand, COMMAND_NAMES } from './commands.ts';
import { ALL_WORDS, answerWord, WORDS_ALLOWED } from './words.ts';

const SESSION = sessionId(0x1_0000_dbc3_4b00_00n);
const member = {
  ...{ serverId: serverId(1), role: 'participant' as const, host: '127.0.0.1' },
  ...{ quorumPort: 23888, electionPort: 24888, clientPort: 23181 },
};
const ensemble = {
  ...{ members: [member], tickMillis: 2000, initLimit: 10, syncLimit: 5 },
  ...{ sessionTimeoutMillisMin: 4000, sessionTimeoutMillisMax: 40_000, finalizeWaitMillis: 200 },
  ...{ notificationMillisMin: 200, notificationMillisMax: 60_000 },
  ...{ snapshotEveryTransactions: 100_000, committedLogEntriesMax: 500 },
};
const REPORT: ServerReport = {
  ...{ serverId: serverId(1), role: 'leading', serving: true, leader: serverId(1) },
  readOnly: false,
  ...{ zxid: makeZxid(1, 2), nodeCount: 6, dataBytes: 115, outstanding: 0, watchCount: 2 },
  ephemerals: [{ session: SESSION, paths: ['/e'] }],
  dataWatches: [{ path: '/e', sessions: [SESSION] }],
  sessions: [{ id: SESSION, timeoutMillis: 10_000 }],
  expiries: [{ inMillis: 12_000, sessions: [SESSION] }],
  digests: [{ zxid: makeZxid(1, 128), digest: 0xffff_ffff_fn }],
  proposalBytes: { last: 87, min: 48, max: 87 },
  ...{ followers: [], observers: [], synchronized: { DIFF: 3, TRUNC: 1, SNAP: 2 } },
  pendingSyncs: 4,
  counts: {
    ...{ proposals: 7, commits: 6, sessionsExpired: 5, lookings: 2, leadingMillis: 900 },
    electionMillis: { count: 2, sum: 50, min: 20, max: 30 },
    quotaRefusals: [['a', 3]],
    ...{ revalidates: 8, resumptions: 9 },
    followerSyncMillis: { count: 1, sum: 11, min: 11, max: 11 },
    observerSyncMillis: { count: 1, sum: 12, min: 12, max: 12 },
  },
  latencies: {
    ...{ proposalsReceived: 13, commitsReceived: 14 },
    stages: {
      received: { count: 1, sum: 15, min: 15, max: 15 },
      acked: { count: 1, sum: 16, min: 16, max: 16 },
      quorumAcked: { count: 1, sum: 17, min: 17, max: 17 },
      commitReceived: { count: 1, sum: 18, min: 18, max: 18 },
      applied: { count: 1, sum: 19, min: 19, max: 19 },
    },
  },
};

let report: ServerReport | null = REPORT;
let port: PortState;
const admin: Administration = {
  version: '3.8.0-test',
  settings: {
    ...{ serverId: serverId(1), ensemble, clientPort: 23181, dataDirectory: '/data' },
    ...{ logDirectory: '/log', standalone: false },
    connectionsPerAddressMax: 60,
  },
  report: () => report,
  directoryBytes: () => ({ snapshots: 457, log: 67_108_880 }),
  environment: () => [['zookeeper.version', '3.8.0-test']],
  openFiles: () => ({ open: 43, max: 20_000 }),
  diskMillis: () => ({
    sync: { count: 2, sum: 5, min: 1, max: 4 },
    snapshot: { count: 1, sum: 9, min: 9, max: 9 },
  }),
  nowMillis: () => 3_217,
  wallMillis: () => 1_795_618_771_309,
  startedAtMillis: 0,
};
const everything = new Set(ALL_WORDS);
const ask = (word: string): string | null => answerWord(admin, everything, word, port);

function bytes(...longs: (readonly [size: 4 | 8, value: bigint])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(longs.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of longs) {
    if (size === 4) view.setInt32(at, Number(value));
    else view.setBigInt64(at, value);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

beforeEach(() => {
  report = REPORT;
  const client = makeClientStats('127.0.0.1:47540', 1_795_618_771_309, 0);
  const asking = makeClientStats('127.0.0.1:47576', 0, 3_000);
  asking.received = 1;
  const totals = makeTotals();
  port = { clients: [asking, client], totals, asking };
  countRequest(client, totals, bytes([4, 0n]), 10);
  countReply(client, totals, bytes([4, 0n], [4, 10_000n], [8, SESSION], [4, 0n]), 28);
  for (const [xid, type, from, to] of [
    [1, 1, 30, 48],
    [2, 4, 50, 51],
  ] as const) {
    countRequest(client, totals, bytes([4, BigInt(xid)], [4, BigInt(type)]), from);
    countReply(client, totals, bytes([4, -1n], [8, -1n], [4, 0n]), to);
    countReply(client, totals, bytes([4, BigInt(xid)], [8, REPORT.zxid], [4, 0n]), to);
  }
});

describe('who may ask', () => {
  test('only srvr, unless a list says otherwise', () => {
    const few = new Set(WORDS_ALLOWED);
    expect(answerWord(admin, few, 'srvr', port)).toContain('Mode: leader\n');
    for (const word of ALL_WORDS.filter((one) => one !== 'srvr')) {
      expect(answerWord(admin, few, word, port)).toBe(
        `${word} is not executed because it is not in the whitelist.\n`,
      );
    }
  });

  test('what is no word is none', () => {
    expect(ask('what')).toBeNull();
  });

  test('a server that does not serve says so, and is alive', () => {
    report = { ...REPORT, serving: false };
    expect(ask('srvr')).toBe('This ZooKeeper instance is not currently serving requests\n');
    expect([ask('ruok'), ask('isro'), ask('gtmk')]).toEqual(['imok', 'null', '306']);
  });
});

describe('words', () => {
  test('srvr and stat', () => {
    const rest = [
      'Latency min/avg/max: 1/9.5/18',
      ...['Received: 3', 'Sent: 5', 'Connections: 2', 'Outstanding: 0', 'Zxid: 0x100000002'],
      ...['Mode: leader', 'Node count: 6', 'Proposal sizes last/min/max: 87/48/87', ''],
    ].join('\n');
    expect(ask('srvr')).toBe(`Zookeeper version: 3.8.0-test\n${rest}`);
    expect(ask('stat')).toBe(
      'Zookeeper version: 3.8.0-test\nClients:\n' +
        ' /127.0.0.1:47576[0](queued=0,recved=1,sent=0)\n' +
        ` /127.0.0.1:47540[1](queued=0,recved=3,sent=5)\n\n${rest}`,
    );
  });

  test('cons', () => {
    expect(ask('cons')).toBe(
      ' /127.0.0.1:47576[0](queued=0,recved=1,sent=0)\n' +
        ' /127.0.0.1:47540[1](queued=0,recved=3,sent=5,sid=0x10000dbc34b0000,lop=GETD,' +
        'est=1795618771309,to=10000,lcxid=0x2,lzxid=0x100000002,lresp=51,llat=1,minlat=1,avglat=9,' +
        'maxlat=18)\n\n',
    );
  });

  test('cons after an auth tells of the request before it, as Apache does', () => {
    const [, client] = port.clients;
    if (client === undefined) throw new Error('there are two');
    countRequest(client, port.totals, bytes([4, -4n], [4, 100n]), 60);
    countReply(client, port.totals, bytes([4, -4n], [8, 0n], [4, 0n]), 90);
    expect(ask('cons')).toContain(
      'recved=4,sent=6,sid=0x10000dbc34b0000,lop=GETD,est=1795618771309,to=10000,lcxid=0x2,' +
        'lzxid=0x100000002,lresp=51,llat=1,minlat=1,avglat=9,maxlat=18)',
    );
  });

  test('crst and srst begin to count anew', () => {
    expect(ask('crst')).toBe('Connection stats reset.\n');
    expect(ask('cons')).toContain('/127.0.0.1:47540[1](queued=0,recved=0,sent=0,sid=');
    expect(ask('srst')).toBe('Server stats reset.\n');
    expect(ask('srvr')).toContain('Latency min/avg/max: 0/0.0/0\nReceived: 0\nSent: 0\n');
    expect(ask('mntr')).toContain('zk_cnt_updatelatency\t0\n');
  });

  // Apache 3.8's mntr has these at 0 after its srst, and the sizes at -1.
  test.each(['srst', 'stat_reset'])('%s begins with all that the port counts anew', (word) => {
    port.totals.rejected = 4;
    const keys = [
      ...['packets_sent', 'packets_received', 'bytes_received_count', 'response_bytes'],
      ...['connection_rejected', 'connection_request_count', 'max_latency'],
      ...['cnt_readlatency', 'p99_updatelatency'],
    ];
    const counted = (): string[] =>
      keys.map((key) => new RegExp(`^zk_${key}\\t(.*)$`, 'm').exec(ask('mntr') ?? '')?.[1] ?? '');
    expect(counted()).not.toContain('0');
    const resets: ResetOptions[] = [];
    const counting = { ...admin, resetCounts: (what: ResetOptions) => resets.push(what) };
    if (word === 'srst') answerWord(counting, everything, word, port);
    else answerCommand(counting, word, port);
    expect(resets).toEqual([{ proposalSizes: word === 'srst' }]);
    expect(counted()).toEqual(keys.map(() => '0'));
    expect(ask('mntr')).toContain('zk_last_client_response_size\t-1\n');
  });

  test('conf', () => {
    expect(ask('conf')).toBe(
      'clientPort=23181\nsecureClientPort=-1\ndataDir=/data\ndataDirSize=67108880\n' +
        'dataLogDir=/log\ndataLogSize=457\ntickTime=2000\nmaxClientCnxns=60\n' +
        'minSessionTimeout=4000\nmaxSessionTimeout=40000\nclientPortListenBacklog=-1\nserverId=1\n' +
        'initLimit=10\nsyncLimit=5\nelectionAlg=3\nelectionPort=24888\nquorumPort=23888\npeerType=0\n' +
        'membership: \nserver.1=127.0.0.1:23888:24888:participant;127.0.0.1:23181\nversion=0',
    );
  });

  test('dump of a leader and of a follower', () => {
    const text = ask('dump') ?? '';
    expect(text).toMatch(
      /^SessionTracker dump:\nSession Sets \(1\)\/\(1\):\n1 expire at \w{3} \w{3} \d\d \d\d:\d\d:\d\d \S+ \d{4}:\n\t0x10000dbc34b0000\n/,
    );
    expect(text).toContain(
      'ephemeral nodes dump:\nSessions with Ephemerals (1):\n0x10000dbc34b0000:\n\t/e\nConnections dump:\n',
    );
    expect(text).toMatch(
      /Connections Sets \(2\)\/\(2\):\n1 expire at \w{3} \w{3} \d\d \d\d:\d\d:\d\d \S+ \d{4}:\n\tip: \/127.0.0.1:47540 sessionId: 0x10000dbc34b0000\n/,
    );
    expect(text).toMatch(
      /\n1 expire at \w{3} \w{3} \d\d \d\d:\d\d:\d\d \S+ \d{4}:\n\tip: \/127.0.0.1:47576 sessionId: 0x0\n$/,
    );
    report = { ...REPORT, role: 'following' };
    expect(ask('dump')).toMatch(
      /^SessionTracker dump:\nGlobal Sessions\(1\):\n0x10000dbc34b0000\t10000ms\nephemeral/,
    );
  });

  test.each([
    ['wchs', '1 connections watching 1 paths\nTotal watches:1\n'],
    ['wchc', '0x10000dbc34b0000\n\t/e\n\n'],
    ['wchp', '/e\n\t0x10000dbc34b0000\n\n'],
    ['isro', 'rw'],
    ['dirs', 'datadir_size: 67108880\nlogdir_size: 457\n'],
    ['hash', '100000080: 68719476735\n'],
    ['envi', 'Environment:\nzookeeper.version=3.8.0-test\n'],
    ['gtmk', '306'],
  ])('%s', (word, text) => {
    expect(ask(word)).toBe(text);
  });

  test('a server that only reads says so', () => {
    report = { ...REPORT, role: 'looking', leader: null, readOnly: true };
    expect(ask('isro')).toBe('ro');
    expect(ask('srvr')).toContain('\nMode: read-only\n');
    expect(ask('mntr')?.split('\n')).toContain('zk_server_state\tread-only');
    const said = (name: string): unknown => JSON.parse(answerCommand(admin, name, port));
    expect(said('isro')).toMatchObject({ read_only: true, error: null });
    expect(said('srvr')).toMatchObject({
      read_only: true,
      server_stats: { server_state: 'read-only' },
    });
  });

  test('mntr', () => {
    Object.assign(port.totals, { dropped: 6, sessionless: 7 });
    const text = ask('mntr') ?? '';
    for (const line of [
      ...['zk_version\t3.8.0-test', 'zk_server_state\tleader', 'zk_avg_latency\t9.5'],
      ...['zk_peer_state\tleading - broadcast', 'zk_watch_count\t2', 'zk_ephemerals_count\t1'],
      ...['zk_approximate_data_size\t115', 'zk_synced_followers\t0', 'zk_quorum_size\t1'],
      ...['zk_last_client_response_size\t16', 'zk_uptime\t3217', 'zk_max_proposal_size\t87'],
      ...['zk_diff_count\t4', 'zk_snap_count\t2', 'zk_proposal_count\t7', 'zk_commit_count\t6'],
      ...['zk_pending_syncs\t4', 'zk_leader_uptime\t900', 'zk_looking_count\t2'],
      ...['zk_avg_election_time\t25.0', 'zk_min_election_time\t20', 'zk_max_election_time\t30'],
      ...['zk_cnt_election_time\t2', 'zk_sum_election_time\t50', 'zk_stale_sessions_expired\t5'],
      ...['zk_connection_request_count\t1', 'zk_a_quota_exceeded_error_per_namespace\t3'],
      // A create took 18 milliseconds, a getData 1.
      ...['zk_sum_updatelatency\t18', 'zk_cnt_updatelatency\t1', 'zk_max_readlatency\t1'],
      ...['zk_p50_updatelatency\t18', 'zk_p95_updatelatency\t18', 'zk_p99_readlatency\t1'],
      ...['zk_p999_readlatency\t1', 'zk_response_bytes\t32', 'zk_auth_failed_count\t0'],
      ...['zk_revalidate_count\t8', 'zk_connection_revalidate_count\t9', 'zk_watch_bytes\t32'],
      ...['zk_connection_drop_count\t6', 'zk_sessionless_connections_expired\t7'],
      ...['zk_max_follower_sync_time\t11', 'zk_max_observer_sync_time\t12'],
      ...['zk_learner_proposal_received_count\t13', 'zk_learner_commit_received_count\t14'],
      ...['zk_max_proposal_latency\t15', 'zk_max_proposal_ack_creation_latency\t16'],
      ...['zk_max_quorum_ack_latency\t17', 'zk_max_commit_propagation_latency\t18'],
      ...['zk_max_propagation_latency\t19'],
      ...['zk_avg_fsynctime\t2.5', 'zk_cnt_fsynctime\t2', 'zk_max_snapshottime\t9'],
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    report = { ...REPORT, role: 'following' };
    const follower = ask('mntr') ?? '';
    for (const name of ['synced_followers', 'pending_syncs', 'leader_uptime']) {
      expect(follower).not.toContain(`zk_${name}`);
    }
  });
});

describe('commands', () => {
  const command = (name: string): string => answerCommand(admin, name, port);

  test('end with their name and no error, under every name', () => {
    for (const name of [...COMMAND_NAMES, 'mntr', 'srvr', 'wchp']) {
      const said = JSON.parse(command(name)) as Record<string, unknown>;
      expect(said['error']).toBeNull();
      expect(COMMAND_NAMES).toContain(said['command']);
    }
  });

  test('print 64 bits in full, and averages with a point', () => {
    expect(command('dump')).toBe(
      '{\n  "expiry_time_to_session_ids" : {\n    "15217" : [\n      72058537912238080\n    ]\n  },\n' +
        '  "session_id_to_ephemeral_paths" : {\n    "72058537912238080" : [\n      "/e"\n    ]\n  },\n' +
        '  "command" : "dump",\n  "error" : null\n}',
    );
    expect(command('monitor')).toContain('"avg_latency" : 9.5,\n');
    expect(command('monitor')).toContain('"connection_drop_probability" : 0.0,\n');
  });

  test('the configuration of a server alone is its file, of a member none', () => {
    expect(JSON.parse(command('icfg'))).toMatchObject({ initial_configuration: null });
    const alone = { ...admin.settings, standalone: true, initialConfiguration: 'dataDir=/d\n' };
    const said = answerCommand({ ...admin, settings: alone }, 'initial_configuration', port);
    expect(JSON.parse(said)).toEqual({
      ...{ initial_configuration: 'dataDir=/d\n', command: 'initial_configuration', error: null },
    });
  });

  test('unknown, or of a server that does not serve', () => {
    expect(JSON.parse(command('nonsense'))).toEqual({
      ...{ command: 'nonsense', error: 'Unknown command: nonsense' },
    });
    const looking = { ...REPORT, role: 'looking', serving: false } as const;
    for (report of [null, looking]) {
      for (const name of ['stat', 'ruok', 'leader', 'lsnp']) {
        expect(JSON.parse(command(name))).toEqual({
          command: name,
          error: 'This ZooKeeper instance is not currently serving requests',
        });
      }
      expect(JSON.parse(command('zabstate'))).toEqual(NO_ENSEMBLE);
      expect(JSON.parse(command('gtmk'))).toMatchObject({ tracemask: 306, error: null });
      expect(JSON.parse(command('envi'))).toMatchObject({ error: null });
    }
  });

  const NO_ENSEMBLE = { voting: false, zabstate: '', command: 'zabstate', error: null };

  test('a server alone has no leader, no voters and no state of agreement', () => {
    const alone = { ...admin, settings: { ...admin.settings, standalone: true } };
    const said = (name: string): unknown => JSON.parse(answerCommand(alone, name, port));
    expect(said('leader')).toEqual({ error: 'server is not initialized', command: 'leader' });
    expect(said('voting_view')).toMatchObject({ current_config: {}, error: null });
    expect(said('zabstate')).toEqual(NO_ENSEMBLE);
    expect(said('ruok')).toEqual({ command: 'ruok', error: null });
  });

  test('last_snapshot tells the newest one by its zxid, and when it was written', () => {
    expect(JSON.parse(command('lsnp'))).toMatchObject({
      ...{ zxid: 'ffffffffffffffff', timestamp: -1, command: 'last_snapshot', error: null },
    });
    const lastSnapshot = () => ({ zxid: 0x1_0000_000fn, atMillis: 1_796_020_421_900 });
    expect(JSON.parse(answerCommand({ ...admin, lastSnapshot }, 'lsnp', port))).toMatchObject({
      ...{ zxid: '10000000f', timestamp: 1_796_020_421 },
    });
  });

  test('configuration, connections and server_stats have the fields of Apache', () => {
    expect(Object.keys(JSON.parse(command('conf')) as object)).toEqual([
      ...['client_port', 'data_dir', 'data_log_dir', 'tick_time', 'max_client_cnxns'],
      ...['min_session_timeout', 'max_session_timeout', 'client_port_listen_backlog', 'server_id'],
      ...['command', 'error'],
    ]);
    expect(JSON.parse(command('cons'))).toMatchObject({
      connections: [{}, { last_operation: 'GETD', last_cxid: 2, max_latency: 18 }],
      secure_connections: [],
    });
    expect(JSON.parse(command('srvr'))).toMatchObject({
      server_stats: { server_state: 'leader', last_processed_zxid: 4_294_967_298 },
      proposal_stats: { last_buffer_size: 87 },
      node_count: 6,
    });
  });
});
