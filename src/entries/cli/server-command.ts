// `tabkeeper server zoo.cfg`: one server, as Apache's zkServer.sh would start it.

import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { parseJaas } from './jaas.ts';
import { runServer, type RunningServer } from './run-server.ts';
import { ConfigError, parseMyId, parseZooConfig } from './zoo-config.ts';

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
  const directory = resolve(config.dataDirectory);
  await mkdir(directory, { recursive: true });
  const idPath = join(directory, 'myid');
  const id = parseMyId(await readNeeded(idPath, 'the id of this server'), config.ensemble, idPath);
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
  tell(`server ${String(id)} listens for clients on ${config.clientHost}:${String(clientPort)}`);
  return server;
}

async function readNeeded(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigError(`${what} cannot be read from ${path} (${reason})`);
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
