// What a reconfig asks for, as the configuration that it would make of the last one (PrepRequestProcessor).
// Whether it may be made is for the leader to say.

import { ConfigurationError, parseConfiguration, parseMember } from './configuration.ts';
import { readServerId, sortedMembers } from './configuration.ts';
import { participants, type Configuration, type Member } from './ensemble.ts';
import type { Request } from './request.ts';

export type ReconfigRequest = Extract<Request, { readonly kind: 'reconfig' }>;

/** Throws a {@link ConfigurationError}. */
export function reconfigured(
  last: Configuration,
  asked: ReconfigRequest,
  rules: { readonly version: bigint; readonly standalone: boolean },
): Configuration {
  const { version } = rules;
  if (asked.newMembers === null) return { members: changedMembers(last, asked), version };
  const next = parseConfiguration(asked.newMembers.replaceAll(',', '\n'));
  const voters = participants(next).length;
  const cannotDecide =
    voters === 0
      ? !rules.standalone || next.members.length > 0
      : voters === 1 && rules.standalone && next.members.length > 1;
  if (cannotDecide) {
    throw new ConfigurationError('number', 'these servers have nobody who could lead them');
  }
  return { members: next.members, version };
}

/** Who leaves goes first, so that an id may leave and join anew at once. */
function changedMembers(last: Configuration, { joining, leaving }: ReconfigRequest): Member[] {
  const members = new Map(last.members.map((member) => [member.serverId, member]));
  for (const text of words(leaving, ',')) members.delete(readServerId(text));
  for (const text of words(joining, ',')) {
    const [name, address, ...more] = words(text, '=');
    if (name === undefined || address === undefined || more.length > 0) {
      throw new ConfigurationError('format', `${text} must be server.N=address`);
    }
    const member = parseMember(name.slice(name.lastIndexOf('.') + 1), address);
    if (member.clientPort === null) {
      throw new ConfigurationError('format', `${text} must have three ports`);
    }
    for (const other of members.values()) {
      if (other.serverId !== member.serverId) refuseSharedAddress(member, other);
    }
    members.set(member.serverId, member);
  }
  return sortedMembers(members.values());
}

/** Trimmed and not empty, as of Apache's StringUtils. */
const words = (text: string | null, separator: string): string[] =>
  (text ?? '')
    .split(separator)
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** Names that every machine has for itself tell nothing. */
const OF_EVERY_MACHINE = /^(0\.0\.0\.0|::|localhost|127(\.\d{1,3}){3}|::1)$/;

function refuseSharedAddress(one: Member, other: Member): void {
  const taken = new Set(addressesOf(other));
  const shared = addressesOf(one).find((address) => taken.has(address));
  if (shared === undefined) return;
  const [a, b] = [String(one.serverId), String(other.serverId)];
  throw new ConfigurationError('format', `server.${a} and server.${b} both have ${shared}`);
}

function addressesOf(member: Member): string[] {
  const { host, quorumPort, electionPort, clientPort } = member;
  const client = clientPort === null ? [] : ([[member.clientHost ?? host, clientPort]] as const);
  return [[host, quorumPort] as const, [host, electionPort] as const, ...client]
    .filter(([name]) => !OF_EVERY_MACHINE.test(name))
    .map(([name, port]) => `${name}:${String(port)}`);
}
