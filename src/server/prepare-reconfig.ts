// A reconfig at the leader (PrepRequestProcessor): may it be asked, is it a configuration, can it decide
// anything at once. The order of the questions is Apache's. Out comes the text of the next configuration.

import { encodeUtf8 } from '../base/utf8.ts';
import { isPermitted } from '../tree/acl.ts';
import { CONFIG_PATH } from '../tree/path.ts';
import {
  ConfigurationError,
  parseConfiguration,
  sameMembers,
} from '../vocabulary/configuration.ts';
import { configText, participants, type Configuration } from '../vocabulary/ensemble.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { reconfigured, type ReconfigRequest } from '../vocabulary/reconfiguration.ts';
import { PERMISSION } from '../vocabulary/stat.ts';
import type { Transaction } from '../vocabulary/transaction.ts';
import { addChange, future } from './outstanding.ts';
import type { Desk } from './prepare.ts';

/** The ensemble as its leader sees it now. */
export interface ChangingEnsemble {
  /** A configuration of one voter is none of an ensemble. */
  readonly standalone: boolean;
  readonly last: Configuration;
  /** A change that is proposed and not committed. */
  readonly isChanging: boolean;
  readonly isQuorumSynced: (next: Configuration) => boolean;
}

const refuse = (err: number): Transaction => ({ kind: 'error', err });
const ANY_VERSION = -1n;
/** Of the configuration's node, always. */
const NODE_VERSION = -1;

export function prepareReconfig(desk: Desk, request: ReconfigRequest): Transaction {
  const ensemble = desk.ensemble ?? null;
  if (ensemble === null) return refuse(ERROR_CODE.ReconfigDisabled);
  if (desk.standing !== ERROR_CODE.Ok) return refuse(desk.standing);
  // One server by itself is none of an ensemble, and does not become one.
  const isAlone = ensemble.standalone && ensemble.last.members.length === 1;
  if (isAlone) return refuse(ERROR_CODE.Unimplemented);
  if (ensemble.isChanging) return refuse(ERROR_CODE.ReconfigInProgress);
  if (request.configId !== ANY_VERSION && request.configId !== ensemble.last.version) {
    return refuse(ERROR_CODE.BadVersion);
  }
  const next = nextConfiguration(desk, ensemble, request);
  if (typeof next === 'number') return refuse(next);
  const votersMin = ensemble.standalone ? 2 : 1;
  if (participants(next).length < votersMin) return refuse(ERROR_CODE.BadArguments);
  if (!ensemble.isQuorumSynced(next)) return refuse(ERROR_CODE.NewConfigNoQuorum);
  const node = future(desk.outstanding, desk.tree, CONFIG_PATH);
  if (node === null) return refuse(ERROR_CODE.NoNode);
  if (!isPermitted(node.acl, desk.identities, PERMISSION.WRITE)) return refuse(ERROR_CODE.NoAuth);
  const data = encodeUtf8(configText(next));
  const { zxid } = desk;
  addChange(desk.outstanding, { ...node, zxid, version: NODE_VERSION, dataLength: data.length });
  return { kind: 'reconfig', path: CONFIG_PATH, data, version: NODE_VERSION };
}

/** Or why there is none, as a code. */
function nextConfiguration(
  { zxid }: Desk,
  { last, standalone }: ChangingEnsemble,
  request: ReconfigRequest,
): Configuration | number {
  try {
    const next = reconfigured(last, request, { version: zxid, standalone });
    // Everybody will read it from its text: one that says something else, or nothing, must not be proposed.
    const read = parseConfiguration(configText(next));
    return sameMembers(read, next) ? next : ERROR_CODE.BadArguments;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.kind === 'format' ? ERROR_CODE.BadArguments : ERROR_CODE.MarshallingError;
  }
}
