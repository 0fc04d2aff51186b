// Session passwords: sixteen bytes that every server of an ensemble computes alike. Under a secret of the ensemble nobody
// else can; without one they are those of Apache's servers, so that a session moves between servers of both kinds.

import { encodeUtf8 } from '../base/utf8.ts';
import { hmacSha256 } from '../base/sha256.ts';
import type { SessionId } from '../vocabulary/ids.ts';

const PASSWORD_BYTES = 16;
const ID_BYTES = 8;
const LOCAL_MARK = encodeUtf8('local');

export const sessionPassword = (secret: Uint8Array | null, session: SessionId): Uint8Array =>
  secret === null ? apachePassword(session) : markedPassword(secret, session, NO_MARK);

/** Of a session that no leader knows: a server that only reads opened it. So every server of the ensemble can
 *  tell it from one that may be alive. */
export const localPassword = (secret: Uint8Array | null, session: SessionId): Uint8Array =>
  markedPassword(secret ?? LOCAL_MARK, session, LOCAL_MARK);

const NO_MARK = new Uint8Array();

function markedPassword(secret: Uint8Array, session: SessionId, mark: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(ID_BYTES + mark.length);
  new DataView(bytes.buffer).setBigInt64(0, session);
  bytes.set(mark, ID_BYTES);
  return hmacSha256(secret, bytes).slice(0, PASSWORD_BYTES);
}

/** What Apache's servers mix into the id (ZooKeeperServer.superSecret). */
const SUPER_SECRET = 0xb341_5c00n;
/** The generator that java.util.Random documents: a linear congruential one of 48 bits. */
const MULTIPLIER = 0x5_deec_e66dn;
const INCREMENT = 0xbn;
const STATE_BITS = 48;
const WORD_BITS = 32n;

/** (ZooKeeperServer.generatePasswd) */
function apachePassword(session: SessionId): Uint8Array {
  const password = new Uint8Array(PASSWORD_BYTES);
  const words = new DataView(password.buffer);
  let state = BigInt.asUintN(STATE_BITS, session ^ SUPER_SECRET ^ MULTIPLIER);
  for (let at = 0; at < PASSWORD_BYTES; at += 4) {
    state = BigInt.asUintN(STATE_BITS, state * MULTIPLIER + INCREMENT);
    const word = state >> (BigInt(STATE_BITS) - WORD_BITS);
    words.setUint32(at, Number(word), true);
  }
  return password;
}
