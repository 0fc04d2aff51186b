// The members of an ensemble as zoo.cfg names them, and which of them a directory's myid says it is.

import type { Ensemble, Member, MemberRole } from '../../vocabulary/ensemble.ts';
import { CLIENT_HOST_DEFAULT } from '../../vocabulary/configuration.ts';
import { serverId, type ServerId } from '../../vocabulary/ids.ts';
import { ConfigError, type Setting } from './zoo-settings.ts';

const SERVER_LINE =
  /^(\[[^\]\s]+\]|[^:;|[\]\s]+):(\d{1,5}):(\d{1,5})(?::(participant|observer))?(?:;(?:(\[[^\]\s]+\]|[^:;\s]+):)?(\d{1,5}))?$/i;

/** Ids of sessions begin with it, and 255 is what owners of TTL nodes begin with. */
const ID_MAX = 254;

export function readMember(key: string, { value, line }: Setting): Member {
  const where = `line ${String(line)}: ${key}`;
  const id = key.slice('server.'.length);
  if (!/^[0-9]{1,3}$/.test(id) || Number(id) > ID_MAX) {
    throw new ConfigError(`${where}: the id must be from 0 to ${String(ID_MAX)}`);
  }
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
