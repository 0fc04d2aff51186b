// The members of an ensemble as zoo.cfg names them, and which of them a directory's myid says it is.

import type { Ensemble, Member, MemberRole } from '../../vocabulary/ensemble.ts';
import { CLIENT_HOST_DEFAULT } from '../../vocabulary/configuration.ts';
import { serverId, type ServerId } from '../../vocabulary/ids.ts';
import { ConfigError, type Setting } from './zoo-settings.ts';

const SERVER_LINE =
  /^(\[[^\]\s]+\]|[^:;|[\]\s]+):(\d{1,5}):(\d{1,5})(?::(participant|observer))?(?:;(?:(\[[^\]\s]+\]|[^:;\s]+):)?(\d{1,5}))?$/i;

const ID_DIGITS_MAX = 15;
/** Ids of sessions begin with the lowest eight bits of their server's, and owners of TTL nodes with these. */
const TTL_BYTE = 255;
const BYTE_VALUES = 256;

/** Why a server cannot be called so, or null. Apache's servers serve under any id, unless extended types are
 *  enabled: then under none above 254. */
export function whyNoId(id: number): string | null {
  if (id < 0) return 'the id must not be negative';
  if (id % BYTE_VALUES !== TTL_BYTE) return null;
  return (
    'the id must not be 255, or have 255 in its lowest eight bits: its sessions ' +
    'would begin as the owners of TTL nodes do'
  );
}

/** Of those with extended types enabled. */
export const ID_MAX_EXTENDED = 254;

export function readMember(key: string, { value, line }: Setting): Member {
  const where = `line ${String(line)}: ${key}`;
  const id = key.slice('server.'.length);
  if (!/^[0-9]+$/.test(id) || id.length > ID_DIGITS_MAX) {
    throw new ConfigError(`${where}: the id must be a number of at most ${ID_DIGITS_MAX} digits`);
  }
  const why = whyNoId(Number(id));
  if (why !== null) throw new ConfigError(`${where}: ${why}`);
  const match = SERVER_LINE.exec(value);
  if (match === null) {
    const form = 'host:quorumPort:electionPort[:participant|:observer][;[host:]clientPort]';
    throw new ConfigError(`${where} must be ${form}`);
  }
  const [, host = '', quorum = '', election = '', role = 'participant', at, client] = match;
  for (const port of [quorum, election, client ?? '1']) {
    if (Number(port) < 1 || Number(port) > 65_535) {
      throw new ConfigError(`${where}: ${port} is no port`);
    }
  }
  if (quorum === election) throw new ConfigError(`${where}: the two ports must differ`);
  return {
    serverId: serverId(Number(id)),
    role: role.toLowerCase() as MemberRole,
    host: host.replace(/^\[|\]$/g, ''),
    quorumPort: Number(quorum),
    electionPort: Number(election),
    ...clientOf(at, client),
  };
}

function clientOf(
  host: string | undefined,
  port: string | undefined,
): Pick<Member, 'clientPort' | 'clientHost'> {
  if (port === undefined) return { clientPort: null };
  const clientHost = (host ?? CLIENT_HOST_DEFAULT).replace(/^\[|\]$/g, '');
  return { clientPort: Number(port), clientHost };
}

/** The content of a myid file. */
export function parseMyId(text: string, ensemble: Ensemble, path: string): ServerId {
  const trimmed = text.trim();
  const member = ensemble.members.find((other) => String(other.serverId) === trimmed);
  if (member === undefined) {
    const known = ensemble.members.map((other) => String(other.serverId)).join(', ');
    const said = JSON.stringify(trimmed.slice(0, 20));
    throw new ConfigError(`${path} says ${said}, which is none of the servers ${known}`);
  }
  return member.serverId;
}
