// SASL's DIGEST-MD5 (RFC 2831) at the server's side, as Apache's servers speak it with a JAAS section of
// DigestLoginModule: a challenge, the client's digest, and a proof that the server knows the password too.
// It never sees or sends a password.

import { md5 } from '../base/md5.ts';
import { hmacSha256 } from '../base/sha256.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';

/** Hard-wired in ZooKeeper, both as realm and as the host of its clients' digest-uri. */
const REALM = 'zk-sasl-md5';
const NONCE_BYTES = 16;
const TOKEN_BYTES_MAX = 4096;
const FIRST_COUNT = '00000001';

/** Of one connection: a nonce is answered once. */
export interface SaslExchange {
  readonly nonce: string;
}

export interface SaslProof {
  /** Who it is, as an ACL of the scheme sasl names it. */
  readonly id: string;
  readonly token: Uint8Array;
}

/** It follows from the secret of the ensemble, where there is one (else it can be foreseen), and from what is never the
 *  same twice on this server. */
export function startExchange(secret: Uint8Array, unique: string): SaslExchange {
  return { nonce: hex(hmacSha256(secret, encodeUtf8(`sasl ${unique}`)).slice(0, NONCE_BYTES)) };
}

export const challengeOf = ({ nonce }: SaslExchange): Uint8Array =>
  encodeUtf8(`realm="${REALM}",nonce="${nonce}",charset=utf-8,algorithm=md5-sess,qop="auth"`);

/** What the client's answer proves, or null if it proves nothing. */
export function prove(
  { nonce }: SaslExchange,
  passwords: ReadonlyMap<string, string>,
  answer: Uint8Array,
): SaslProof | null {
  if (answer.length > TOKEN_BYTES_MAX) return null;
  const fields = readFields(decodeUtf8(answer));
  if (fields === null) return null;
  const get = (name: string): string => fields.get(name) ?? '';
  const password = passwords.get(get('username'));
  const isOurs =
    get('nonce') === nonce &&
    get('nc') === FIRST_COUNT &&
    get('realm') === REALM &&
    (fields.get('qop') ?? 'auth') === 'auth';
  if (password === undefined || !isOurs) return null;
  const digest = (verb: string): string => digestOf(fields, password, verb);
  if (digest('AUTHENTICATE') !== get('response')) return null;
  // Nobody may act as another one here.
  const authorized = fields.get('authzid') ?? get('username');
  if (authorized !== get('username')) return null;
  return { id: authorized, token: encodeUtf8(`rspauth=${digest('')}`) };
}

function digestOf(fields: ReadonlyMap<string, string>, password: string, verb: string): string {
  const get = (name: string): string => fields.get(name) ?? '';
  const authorized = fields.has('authzid') ? `:${get('authzid')}` : '';
  const secret = md5(encodeUtf8(`${get('username')}:${REALM}:${password}`));
  const rest = encodeUtf8(`:${get('nonce')}:${get('cnonce')}${authorized}`);
  const first = new Uint8Array(secret.length + rest.length);
  first.set(secret);
  first.set(rest, secret.length);
  const second = hex(md5(encodeUtf8(`${verb}:${get('digest-uri')}`)));
  const middle = `${get('nonce')}:${get('nc')}:${get('cnonce')}:auth`;
  return hex(md5(encodeUtf8(`${hex(md5(first))}:${middle}:${second}`)));
}

const FIELD = /\s*([a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^",\s]*))\s*(?:,|$)/y;
const FIELDS_MAX = 32;

/** name=value and name="value", with commas between. Null: not of that form, or a name twice. */
function readFields(text: string): ReadonlyMap<string, string> | null {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    FIELD.lastIndex = at;
    const match = FIELD.exec(text);
    if (match === null || fields.size >= FIELDS_MAX) return null;
    const [whole, name = '', quoted, bare = ''] = match;
    if (fields.has(name)) return null;
    fields.set(name, quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'));
    at += whole.length;
  }
  return fields;
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
