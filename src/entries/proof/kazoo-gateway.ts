// kazoo's suite at three tabs: what `npm test` plays of it, and what cannot be played at servers that somebody
// else started. `npm run nightly` plays all the rest.

import { KAZOO_EXCLUDED, type Excluded } from './kazoo-excluded.ts';

/** Recipes that applications use. */
export const KAZOO_SELECTION: readonly string[] = [
  ...['test_counter.py', 'test_lock.py::KazooLockTests', 'test_party.py', 'test_queue.py'],
];

const STOPS = 'its harness has no hand on these servers: it stops one';
const SHORT_SESSIONS =
  'asks for sessions of 0.8 s: servers with ticks of 2 s make 4 s of it, a tab grants them';
const OWN_PATIENCE =
  'gives three clients 0.2 s each for a queue’s lock: three drawn tabs on two busy cores take longer at times';
const OTHER_SERVERS = 'asks for servers that are configured otherwise';

const SASL = ['TestLegacySASLDigestAuthentication', 'TestSASLDigestAuthentication'].flatMap(
  (client) => [`${client}::test_connect_sasl_auth`, `${client}::test_invalid_sasl_auth`],
);
/** The same cases with three kinds of threads. */
const CLIENTS = [
  ...['test_client.py::TestClient', 'test_gevent_handler.py::TestGeventClient'],
  'test_eventlet_handler.py::TestEventletClient',
];
const LEASES = [
  ...['renew', 'busy', 'overtake', 'renew_no_overtake', 'overtaker_renews'].map(
    (name) => `NonBlockingLeaseTests::test_${name}`,
  ),
  ...['overtake_refuse_first', 'old_version'].map((name) => `NonBlockingLeaseTests::test_${name}`),
  ...['1_renew', '1_reject', '2_renew', '2_reject', '2_handover'].map(
    (name) => `MultiNonBlockingLeaseTest::test_${name}`,
  ),
];

/** By name and reason; the same form as for the edge. */
export const KAZOO_GATEWAY_EXCLUDED: readonly Excluded[] = [
  ...KAZOO_EXCLUDED,
  ...CLIENTS.flatMap((client) =>
    [
      'update_host_list',
      'request_queuing_session_recovered',
      'request_queuing_session_expired',
    ].map((name) => ({ name: `${client}::test_${name}`, reason: STOPS })),
  ),
  ...LEASES.map((name) => ({ name: `test_lease.py::${name}`, reason: SHORT_SESSIONS })),
  {
    name: 'test_queue.py::KazooLockingQueueTests::test_concurrent_execution',
    reason: OWN_PATIENCE,
  },
  ...SASL.map((name) => ({
    name: `test_sasl.py::${name}`,
    reason: OTHER_SERVERS,
  })),
];
