// `tabkeeper server zoo.cfg`: one server, as Apache's zkServer.sh would start it.

import { constants } from 'node:fs';
import { access, mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { ServerId } from '../../vocabulary/ids.ts';
import { parseJaas } from './jaas.ts';
import { runServer, type RunningServer } from './run-server.ts';
import { ConfigError, parseMyId, parseZooConfig, type ZooConfig } from './zoo-config.ts';

/** Beside myid; the same bytes at all servers. Without it passwords follow from the configuration. */
export const SECRET_FILE = 'tabkeeper.secret';

/** Starts the server that the file describes. Throws a ConfigError or an Error with one sentence. */
export async function startServerOf(
  path: string,
  tell: (text: string) => void,
  onHalt: (reason: string) => void,
): Promise<RunningServer> {
  const config = parseZooConfig(await readNeeded(path, 'the configuration'));
  for (const warning of config.warnings) tell(`${path}, ${warning}`);
  const directory = await usable('dataDir', config.dataDirectory);
  const logDirectory = await usable('dataLogDir', config.logDirectory);
  const id = await readMyId(directory, config);
  const own = config.ensemble.members.find((member) => member.serverId === id);
  const clientPort = own?.clientPort ?? config.clientPort;
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
    clientHost: config.clientHost,
    clientPort,
    connectionsPerAddressMax: config.connectionsPerAddressMax,
    sessionSecret: await readSecret(directory),
    settings: { ...config.settings, saslPasswords },
    words: config.words,
    admin: config.admin,
    metrics: config.metrics,
    onHalt,
  });
  const who = config.standalone ? 'a server alone' : `server ${String(id)}`;
  tell(`${who} listens for clients on ${config.clientHost}:${String(clientPort)}`);
  return server;
}

/** Makes it if it is not there. */
async function usable(key: string, path: string): Promise<string> {
  const directory = resolve(path);
  try {
    await mkdir(directory, { recursive: true });
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

async function readNeeded(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${what} cannot be read from ${path} (${codeOf(error)})`);
  }
}

async function readSecret(directory: string): Promise<Uint8Array | number> {
  try {
    return new Uint8Array(await readFile(join(directory, SECRET_FILE)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
