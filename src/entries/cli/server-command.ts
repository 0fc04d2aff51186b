// `tabkeeper server zoo.cfg`: one server, as Apache's zkServer.sh would start it.

import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { addressText } from '../../adapters/tcp/sockets.ts';
import { makeDirectory } from '../../adapters/files/directory.ts';
import { unreadHistory } from '../../adapters/files/places.ts';
import type { Member } from '../../vocabulary/ensemble.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import { CLIENT_HOST_DEFAULT } from '../../vocabulary/configuration.ts';
import { parseJaas } from './jaas.ts';
import { writeConfiguration } from './dynamic-config.ts';
import { withLines } from './properties.ts';
import { runServer, type RunningServer, type ServerOptions } from './run-server.ts';
import {
  ConfigError,
  dynamicConfigPath,
  parseMyId,
  parseZooConfig,
  type DynamicFile,
  type ZooConfig,
} from './zoo-config.ts';

/** Beside myid; the same bytes at all servers. Without it passwords follow from the configuration. */
export const SECRET_FILE = 'tabkeeper.secret';

export interface ServerCommandEvents {
  /** What it does, for whoever watches it start. */
  readonly tell: (text: string) => void;
  /** What an administrator should look at, though it goes on. */
  readonly complain: (text: string) => void;
  readonly onHalt: (reason: string) => void;
}

/** Starts the server that the file describes. Throws a ConfigError or an Error with one sentence. */
export async function startServerOf(
  path: string,
  { tell, complain, onHalt }: ServerCommandEvents,
): Promise<RunningServer> {
  const text = await readNeeded(path, 'the configuration');
  const config = parseZooConfig(text, await readDynamic(text));
  for (const warning of config.warnings) tell(`${path}, ${warning}`);
  const directory = await usable('dataDir', config.dataDirectory);
  const unread = await unreadHistory(directory);
  if (unread !== null) complain(unread);
  const logDirectory = await usable('dataLogDir', config.logDirectory);
  const id = await readMyId(directory, config);
  const own = config.ensemble.members.find((member) => member.serverId === id);
  const clientPort = clientPortOf(own, config);
  const saslPasswords =
    config.jaasPath === null
      ? null
      : parseJaas(await readNeeded(config.jaasPath, "SASL's users"), config.jaasPath);
  const server = await runServer({
    serverId: id,
    ensemble: config.ensemble,
    dataDirectory: directory,
    logDirectory,
    standalone: config.standalone,
    purging: config.purging,
    clientHost: clientHostOf(own, config.clientHost),
    clientPort,
    connectionsPerAddressMax: config.connectionsPerAddressMax,
    sessionSecret: await readSecret(directory),
    settings: { ...config.settings, saslPasswords },
    words: config.words,
    admin: config.admin,
    metrics: config.metrics,
    initialConfiguration: config.standalone ? withoutDigests(text) : null,
    complain,
    onHalt,
    ...keeping(path, id, complain),
  });
  const who = config.standalone ? 'a server alone' : `server ${String(id)}`;
  const address = { host: clientHostOf(own, config.clientHost), port: clientPort };
  tell(`${who} listens for clients on ${addressText(address)}`);
  return server;
}

/** Where both name one they must name the same, as at Apache's. */
function clientPortOf(own: Member | undefined, { clientPort, clientPortLine }: ZooConfig): number {
  const port = own?.clientPort ?? clientPort;
  if (clientPortLine === null || port === clientPort) return port;
  throw new ConfigError(
    `line ${String(clientPortLine)}: clientPort is ${String(clientPort)}, ` +
      `but the line of server.${String(own?.serverId)} says ${String(port)}`,
  );
}

/** Makes it if it is not there. */
async function usable(key: string, path: string): Promise<string> {
  const directory = resolve(path);
  try {
    await makeDirectory(directory);
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return directory;
  } catch (error) {
    throw new ConfigError(`${key} ${directory} cannot be used (${codeOf(error)})`);
  }
}

/** A server alone needs none. */
async function readMyId(directory: string, { standalone, ensemble }: ZooConfig): Promise<ServerId> {
  const [first] = ensemble.members;
  if (standalone && first !== undefined) return first.serverId;
  const path = join(directory, 'myid');
  return parseMyId(await readNeeded(path, 'the id of this server'), ensemble, path);
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** What the line of the server says, unless that is every address of this machine. */
const clientHostOf = (own: Member | undefined, host: string): string =>
  own?.clientHost === undefined || own.clientHost === CLIENT_HOST_DEFAULT ? host : own.clientHost;

async function readDynamic(text: string): Promise<DynamicFile | null> {
  const path = dynamicConfigPath(text);
  if (path === null) return null;
  return { path, text: await readNeeded(path, 'the list of members') };
}

/** A configuration that holds is written where the next start looks for it. One after the other; a file
 *  that cannot be written is told, for the engine's own disk has the configuration too. */
function keeping(
  path: string,
  own: ServerId,
  tell: (text: string) => void,
): Pick<ServerOptions, 'onConfigured'> {
  let last = Promise.resolve();
  return {
    onConfigured: (committed) => {
      last = last
        .then(() => writeConfiguration(path, committed, own))
        .catch((error: unknown) => {
          tell(
            `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
          );
        });
    },
  };
}

async function readNeeded(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${what} cannot be read from ${path} (${codeOf(error)})`);
  }
}

/** Where all servers of an ensemble have the same such file, session passwords follow from it. */
async function readSecret(directory: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(join(directory, SECRET_FILE)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Whoever asks for the configuration is nobody in particular: what a password can be guessed by is not told,
 *  nor where a comment says it. */
export const withoutDigests = (text: string): string =>
  withLines(text, ({ key }) => (key.endsWith('superDigest') ? [`${key}=***`] : null))
    .join('\n')
    .replaceAll(/^(\s*[#!].*superDigest\s*[=:\s]).*$/gm, '$1***');
