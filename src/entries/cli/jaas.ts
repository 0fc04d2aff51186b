// Apache's JAAS file, the part of it that the edge obeys: a section Server of DigestLoginModule, whose options
// user_NAME="password" are the users of SASL. Another module in it is an error: it would be a login that nobody
// checks.

import { ConfigError } from './zoo-config.ts';

const SECTION = /(^|[;}\s])Server\s*\{([^}]*)\}/;
const MODULE = /^\s*([\w.]+)\s+(?:required|requisite|sufficient|optional)\b/;
const DIGEST_MODULES: ReadonlySet<string> = new Set([
  'org.apache.zookeeper.server.auth.DigestLoginModule',
  'DigestLoginModule',
]);
const USER = /\buser_([^\s=]+)\s*=\s*"([^"]*)"/g;

/** Passwords by user, or null where no section Server is (then nobody is asked). */
export function parseJaas(text: string, path: string): ReadonlyMap<string, string> | null {
  const plain = text.replace(/\/\*[^]*?\*\//g, '').replace(/^\s*(?:\/\/|#).*$/gm, '');
  const body = SECTION.exec(plain)?.[2];
  if (body === undefined) return null;
  const name = MODULE.exec(body)?.[1] ?? 'nothing';
  if (!DIGEST_MODULES.has(name)) {
    throw new ConfigError(
      `${path}: the section Server must be of DigestLoginModule, not of ${name}`,
    );
  }
  return new Map([...body.matchAll(USER)].map(([, user = '', password = '']) => [user, password]));
}
