// Many small znodes, as fast as one client makes them.

import { OPEN_ACL } from '../../../vocabulary/stat.ts';
import { ask, closeConnection, openConnection } from './connection.ts';
import { numberedPath, runLoad } from './load.ts';

export const FILL_PARENT = '/many';
const CREATES_OUTSTANDING = 100;
/** A million on a machine that is busy with something else. */
const FILL_MILLIS_MAX = 1_800_000;

/** Creates `znodes` below `parent`, which it creates too. Gives the path of the last one. */
export async function fill(port: number, parent: string, znodes: number): Promise<string> {
  const connection = await openConnection(port);
  const data = new Uint8Array(0);
  await ask(connection, 1, { kind: 'create', path: parent, data, acl: OPEN_ACL, flags: 0 });
  const { replies } = await runLoad([connection], {
    ...{ kind: 'create', path: parent, outstanding: CREATES_OUTSTANDING },
    ...{ millisMax: FILL_MILLIS_MAX, requestsMax: [znodes] },
  });
  if (replies !== znodes) throw new Error(`${String(replies)} of ${String(znodes)} were created`);
  await closeConnection(connection);
  return numberedPath(parent, 0, znodes - 1);
}
