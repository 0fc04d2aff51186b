// The zoo.cfg of each server of `tabkeeper ensemble`: all of them are on one machine, so every port is counted on
// from server to server, and none may be needed twice.

import { EVERYWHERE } from '../../adapters/tcp/sockets.ts';
import { escaped } from './properties.ts';
import { ConfigError, parseZooConfig, type ZooConfig } from './zoo-config.ts';
import { METRICS_CLASS_KEY } from './zoo-services.ts';
import { NUMBERS } from './zoo-settings.ts';

export const HOST = '127.0.0.1';
/** Between the quorum and the election port of a server, as between 2888 and 3888. */
const ELECTION_OFFSET = 1_000;

export interface EnsemblePorts {
  readonly servers: number;
  readonly clientPort: number;
  readonly basePort: number;
  /** Further lines of every server's zoo.cfg, `key=value`. */
  readonly lines?: readonly string[];
}

export function configText(options: EnsemblePorts, directory: string, id: number): string {
  const clientPort = options.clientPort + id - 1;
  const lines = [
    'tickTime=2000',
    'initLimit=10',
    'syncLimit=5',
    'maxClientCnxns=0',
    // One server is an ensemble too: it leads.
    'standaloneEnabled=false',
    'autopurge.purgeInterval=1',
    // For development: everything may be asked from this machine.
    '4lw.commands.whitelist=*',
    // On one machine a ballot is there in a millisecond: nobody need be waited for any longer.
    'fastleader.finalizeWait=50',
    'fastleader.minNotificationInterval=50',
    `dataDir=${escaped(directory)}`,
    `clientPort=${String(clientPort)}`,
    `clientPortAddress=${HOST}`,
  ];
  for (let each = 1; each <= options.servers; each += 1) {
    const quorum = options.basePort + each - 1;
    const ports = `${String(quorum)}:${String(quorum + ELECTION_OFFSET)}`;
    const client = `${HOST}:${String(options.clientPort + each - 1)}`;
    lines.push(`server.${String(each)}=${HOST}:${ports}:participant;${client}`);
  }
  const given = countedOn(options.lines ?? [], id);
  const keys = new Set(given.map(keyOf));
  // What is given takes the place of what would stand here.
  const kept = lines.filter((line) => !keys.has(keyOf(line)));
  return `${[...kept, ...given].join('\n')}\n`;
}

const keyOf = (line: string): string => line.split('=')[0] ?? '';

/** What needs a port where a line asks for it, and the port's key. */
const SERVICES = [
  { port: 'admin.serverPort', isAsked: (key: string) => key.startsWith('admin.') },
  { port: 'metricsProvider.httpPort', isAsked: (key: string) => key === METRICS_CLASS_KEY },
] as const;

/** Ports of one machine are counted on from server to server, those that are not given too. */
function countedOn(given: readonly string[], id: number): string[] {
  const keys = given.map(keyOf);
  const added = SERVICES.filter(({ port, isAsked }) => keys.some(isAsked) && !keys.includes(port));
  const lines = [...given, ...added.map(({ port }) => `${port}=${String(NUMBERS[port].missing)}`)];
  return lines.map((line) => {
    const [, key, port] = /^(admin\.serverPort|metricsProvider\.httpPort)=(\d+)$/.exec(line) ?? [];
    return key === undefined ? line : `${key}=${String(Number(port) + id - 1)}`;
  });
}

interface OwnPort {
  readonly host: string;
  readonly port: number;
  readonly name: string;
}

/** Throws a {@link ConfigError} where two of its own services would need one port: no other program has it then.
 *  What else is wrong with a file its server tells. */
export function checkOwnPorts(options: EnsemblePorts, directory: string): void {
  const taken: OwnPort[] = [];
  for (let id = 1; id <= options.servers; id += 1) {
    for (const own of portsOf(options, directory, id)) {
      const other = taken.find(({ host, port }) => port === own.port && meets(host, own.host));
      if (other !== undefined) {
        const both = `${other.name} and ${own.name}`;
        throw new ConfigError(`port ${String(own.port)} cannot be both ${both}: choose another`);
      }
      taken.push(own);
    }
  }
}

const meets = (one: string, other: string): boolean =>
  one === other || one === EVERYWHERE || other === EVERYWHERE;

function portsOf(options: EnsemblePorts, directory: string, id: number): OwnPort[] {
  let config: ZooConfig;
  try {
    config = parseZooConfig(configText(options, directory, id));
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
  const { admin, metrics, ensemble, clientHost, clientPort } = config;
  const whose = `server ${String(id)}'s`;
  const member = ensemble.members.find(({ serverId }) => Number(serverId) === id);
  return [
    { host: clientHost, port: clientPort, name: `${whose} client port` },
    ...(member === undefined
      ? []
      : [
          { host: member.host, port: member.quorumPort, name: `${whose} quorum port` },
          { host: member.host, port: member.electionPort, name: `${whose} election port` },
        ]),
    ...(admin === null ? [] : [{ ...admin, name: `${whose} admin port` }]),
    ...(metrics === null ? [] : [{ ...metrics, name: `${whose} metrics port` }]),
  ];
}
