// kazoo's suite at three tabs: what `npm test` plays of it, and what cannot be played at servers that somebody
// else started. `npm run nightly` plays all the rest.

import { KAZOO_EXCLUDED, type Excluded } from './kazoo-excluded.ts';

/** Recipes that applications use. */
export const KAZOO_SELECTION: readonly string[] = [
  ...['test_counter.py', 'test_lock.py::KazooLockTests', 'test_party.py', 'test_queue.py'],
];

const STOPS = 'its harness has no hand on these servers: it stops one';
const OTHER_SERVERS = 'asks for servers that are configured otherwise';

/** By name and reason; the same form as for the edge. */
export const KAZOO_GATEWAY_EXCLUDED: readonly Excluded[] = [
  ...KAZOO_EXCLUDED,
  ...[
    'test_client.py::TestClient::test_update_host_list',
    'test_client.py::TestClient::test_request_queuing_session_expired',
  ].map((name) => ({ name, reason: STOPS })),
  ...['test_connect_sasl_auth', 'test_invalid_sasl_auth'].map((name) => ({
    name: `test_sasl.py::TestSASLDigestAuthentication::${name}`,
    reason: OTHER_SERVERS,
  })),
];
