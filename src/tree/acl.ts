// Who may do what (ZooKeeperServer.checkACL, PrepRequestProcessor.fixupACL and the providers of
// server/auth): world, auth, digest, ip, sasl and super. It judges identities that a connection has proved
// already; it never looks at a password.

import type { Identity } from '../vocabulary/packet.ts';
import { PERMISSION, type Acl } from '../vocabulary/stat.ts';

/** Has one of these identities one of the permissions? An empty list is open to all. */
export function isPermitted(
  acl: readonly Acl[],
  identities: readonly Identity[],
  permissions: number,
): boolean {
  if (acl.length === 0) return true;
  for (const entry of acl) {
    if ((entry.perms & permissions) === 0) continue;
    if (entry.scheme === 'world' && entry.id === 'anyone') return true;
    if (identities.some((identity) => isMatch(identity, entry))) return true;
  }
  return identities.some((identity) => identity.scheme === 'super');
}

function isMatch({ scheme, id }: Identity, entry: Acl): boolean {
  if (scheme !== entry.scheme) return false;
  if (scheme === 'ip') return isInNetwork(id, entry.id);
  // SASLAuthenticationProvider.matches
  return id === entry.id || (scheme === 'sasl' && id === 'super');
}

/** What `auth` may add to the lists of one request, in bytes: it is a bomb else, of one small frame. */
export const GROWTH_BYTES_MAX = 8 * 1024 * 1024;
const ENTRY_BYTES = 12;

export interface Growth {
  bytes: number;
}

/** Counts what these identities add once more; false where there is no room for them. */
function grows(growth: Growth, identities: readonly Identity[]): boolean {
  for (const { scheme, id } of identities) growth.bytes += ENTRY_BYTES + scheme.length + id.length;
  return growth.bytes <= GROWTH_BYTES_MAX;
}

/** The list as it is stored: exact doubles dropped, order kept, `auth` replaced by the identities that
 *  were authenticated. Null if it is none. `hasSasl`: the scheme sasl is one here. `growth`: of its request so far. */
export function normaliseAcl(
  acl: readonly Acl[],
  identities: readonly Identity[],
  hasSasl = false,
  growth: Growth = { bytes: 0 },
): readonly Acl[] | null {
  if (acl.length === 0) return null;
  const [first] = acl;
  if (acl.length === 1 && first?.scheme === 'world') return first.id === 'anyone' ? acl : null;
  const seen = new Set<string>();
  const stored: Acl[] = [];
  for (const entry of acl) {
    const key = JSON.stringify([entry.perms, entry.scheme, entry.id]);
    if (seen.has(key)) continue;
    seen.add(key);
    if (entry.scheme === 'auth') {
      const proved = identities.filter(isAuthenticated);
      if (proved.length === 0 || !grows(growth, proved)) return null;
      for (const { scheme, id } of proved) stored.push({ perms: entry.perms, scheme, id });
    } else if (isValidId(entry, hasSasl)) stored.push(entry);
    else return null;
  }
  return stored;
}

/** An address says where somebody is, not who. */
const isAuthenticated = ({ scheme }: Identity): boolean => scheme === 'digest' || scheme === 'sasl';

function isValidId({ scheme, id }: Acl, hasSasl: boolean): boolean {
  switch (scheme) {
    case 'world':
      return id === 'anyone';
    case 'digest':
      // As Java splits: empty parts at the end do not count.
      return id.replace(/:+$/, '').split(':').length === 2;
    case 'ip':
      return networkOf(id) !== null;
    case 'sasl':
      return hasSasl && SASL_NAME.test(id);
    default:
      return false;
  }
}

/** A Kerberos name: user, user/host, or either with a realm. */
const SASL_NAME = /^[^/@]+(?:\/[^/@]+)?(?:@[^/@]+)?$/;

const ADDRESS_BITS = 32;

/** The four bytes as one number and how many of its bits count, or null. IPv4 only, as in 3.8. */
function networkOf(expression: string): { address: number; bits: number } | null {
  const slash = expression.indexOf('/');
  const address = addressOf(slash < 0 ? expression : expression.slice(0, slash));
  if (address === null) return null;
  if (slash < 0) return { address, bits: ADDRESS_BITS };
  const bits = javaInt(expression.slice(slash + 1));
  return bits === null || bits < 0 || bits > ADDRESS_BITS ? null : { address, bits };
}

/** As Integer.parseInt reads it: a sign is welcome. */
function javaInt(text: string): number | null {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= -0x8000_0000 && value <= 0x7fff_ffff ? value : null;
}

function addressOf(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let address = 0;
  for (const part of parts) {
    const byte = javaInt(part);
    if (byte === null || byte < 0 || byte > 0xff) return null;
    address = address * 0x100 + byte;
  }
  return address;
}

function isInNetwork(address: string, expression: string): boolean {
  const own = addressOf(address);
  const network = networkOf(expression);
  if (own === null || network === null) return false;
  const hostSize = 2 ** (ADDRESS_BITS - network.bits);
  return Math.floor(own / hostSize) === Math.floor(network.address / hostSize);
}

/** The list as getACL tells it: whoever may not administer the node sees no digests of passwords. */
export function visibleAcl(acl: readonly Acl[], identities: readonly Identity[]): readonly Acl[] {
  if (isPermitted(acl, identities, PERMISSION.ADMIN)) return acl;
  return acl.map((entry) =>
    entry.scheme === 'digest' ? { ...entry, id: entry.id.replace(/:.*/, ':x') } : entry,
  );
}

/** The name that whoAmI tells of an identity. */
export const userOf = ({ scheme, id }: Identity): string =>
  scheme === 'digest' ? (id.split(':')[0] ?? '') : id;
