// A configuration as text: read from NEWLEADER, notifications, /zookeeper/config, dynamic files and the
// words of a reconfig (QuorumPeerConfig.parseDynamicConfig, QuorumServer). Majorities only: groups,
// weights and several addresses of one server are refused by name.

import type { Configuration, Member, MemberRole } from './ensemble.ts';
import { serverId } from './ids.ts';

/** Why a text is no configuration. `format`: Apache's servers call it bad arguments; `number`: they fail
 *  over a number, or over a set of servers that can decide nothing. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly kind: 'format' | 'number';

  constructor(kind: 'format' | 'number', message: string) {
    super(message);
    this.kind = kind;
  }
}

const bad = (message: string): ConfigurationError => new ConfigurationError('format', message);
const badNumber = (message: string): ConfigurationError =>
  new ConfigurationError('number', message);

const SERVER = 'server.';
const VERSION = 'version';
export const CLIENT_HOST_DEFAULT = '0.0.0.0';
const PORT_MAX = 0xffff;

/** Throws a {@link ConfigurationError}. */
export function parseConfiguration(text: string): Configuration {
  let version = 0n;
  const members = new Map<number, Member>();
  for (const [key, value] of readProperties(text)) {
    if (key.startsWith('group') || key.startsWith('weight')) {
      throw bad(`${key}: groups and weights of servers are not served here`);
    }
    if (key === VERSION) version = readVersion(value);
    else if (key.startsWith(SERVER)) {
      const member = parseMember(key.slice(SERVER.length), value);
      members.set(member.serverId, member);
    } else throw bad(`${key} does not belong into a configuration`);
  }
  return { members: sortedMembers(members.values()), version };
}

export const sortedMembers = (members: Iterable<Member>): Member[] =>
  [...members].sort((a, b) => a.serverId - b.serverId);

/** Lines `key=value`, the last one of a key, as of Java's properties. */
function readProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const match = /^\s*([^\s=:#!][^\s=:]*)?\s*[=:]?\s*(.*)$/.exec(line);
    const key = match?.[1];
    if (key !== undefined) properties.set(key, (match?.[2] ?? '').trimEnd());
  }
  return properties;
}

function readVersion(text: string): bigint {
  if (!/^[0-9a-f]{1,16}$/i.test(text)) throw badNumber(`${text} is no version`);
  return BigInt.asIntN(64, BigInt(`0x${text}`));
}

/** Ids of servers, as text says them. */
export function readServerId(text: string): Member['serverId'] {
  const value = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw badNumber(`${text} is no id of a server`);
  return serverId(value);
}

/** `id` and what stands behind `server.<id>=`. Throws a {@link ConfigurationError}. */
export function parseMember(id: string, text: string): Member {
  const own = readServerId(id);
  const [server = '', client, ...more] = pieces(text, ';');
  if (server.includes('|')) throw bad(`server.${id}: several addresses are not served here`);
  const [host = '', quorum, election, role, ...rest] = hostAndPorts(server);
  if (quorum === undefined || election === undefined || rest.length + more.length > 0) {
    throw bad(`server.${id} must be host:port:port[:role][;[host:]port]`);
  }
  const quorumPort = readPort(quorum);
  const electionPort = readPort(election);
  if (quorumPort === electionPort) throw bad(`server.${id}: the two ports must differ`);
  const address = { serverId: own, role: readRole(role), host, quorumPort, electionPort };
  if (client === undefined) return { ...address, clientPort: null };
  const parts = hostAndPorts(client);
  if (parts.length > 2) throw bad(`server.${id}: ${client} is no client address`);
  const clientHost = parts.length === 2 ? (parts[0] ?? '') : CLIENT_HOST_DEFAULT;
  return { ...address, clientHost, clientPort: readPort(parts.at(-1) ?? '') };
}

function readRole(text: string | undefined): MemberRole {
  const role = (text ?? 'participant').trim().toLowerCase();
  if (role !== 'participant' && role !== 'observer') throw bad(`${role} is no role of a server`);
  return role;
}

function readPort(text: string): number {
  if (!/^[+-]?\d{1,10}$/.test(text)) throw bad(`${text} is no port`);
  const port = Number(text);
  if (port < 0 || port > PORT_MAX) throw badNumber(`${text} is no port`);
  return port;
}

/** The host may be an IPv6 address in brackets. */
function hostAndPorts(text: string): string[] {
  if (!text.startsWith('[')) return pieces(text, ':');
  const end = text.indexOf(']');
  if (end < 0) throw bad(`${text} has a bracket that does not close`);
  if (end + 2 === text.length) throw bad(`${text} has no port behind its colon`);
  const rest = text.slice(end + 2);
  return [text.slice(1, end), ...(rest === '' ? [] : pieces(rest, ':'))];
}

/** As Java's split: what is empty at the end is not there. */
function pieces(text: string, separator: string): string[] {
  const parts = text.split(separator);
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts;
}

/** Equal members: the same addresses, roles and client addresses. */
export const sameMembers = (a: Configuration, b: Configuration): boolean =>
  a.members.length === b.members.length &&
  a.members.every((member, index) => {
    const other = b.members[index];
    return (
      other?.serverId === member.serverId &&
      sameAddress(member, other) &&
      member.role === other.role &&
      member.electionPort === other.electionPort &&
      member.clientPort === other.clientPort &&
      (member.clientHost ?? member.host) === (other.clientHost ?? other.host)
    );
  });

/** Where followers find it as their leader. */
export const sameAddress = (a: Member, b: Member): boolean =>
  a.host === b.host && a.quorumPort === b.quorumPort;
