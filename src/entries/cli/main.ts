#!/usr/bin/env node
// `tabkeeper`: the edge's commands. It reads arguments, prints sentences, and sets exit codes:
// 0 done, 1 it did not work, 2 wrong arguments.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { CLI_HELP, cliCommand } from './cli-command.ts';
import { VERSION } from '../../adapters/admin/version.ts';
import { GATEWAY_PATH } from '../../adapters/websocket/frames.ts';
import { CLIENT_PORT_DEFAULT } from '../../adapters/websocket/client-ports.ts';
import { gatewayEvents, originFrom, portLines } from '../start/gateway-words.ts';
import { startEnsemble } from './ensemble.ts';
import { GATEWAY_PORT_DEFAULT, ORIGINS_DEFAULT, startGateway } from './gateway-command.ts';
import { startServerOf } from './server-command.ts';
import { ConfigError } from './zoo-config.ts';

const HELP = `tabkeeper: ZooKeeper without a JVM

  tabkeeper server <zoo.cfg>     one server, from Apache's own configuration file
  tabkeeper ensemble [N]         N servers on this machine (3), each a process of its own
      --dir <directory>          where they keep their data (else a temporary one, removed at the end)
      --client-port <port>       the first server's client port (2181); the others follow
      --base-port <port>         the first server's quorum port (2888); election ports are 1000 higher
      --set <key=value>          a line for every server's zoo.cfg, e.g. globalOutstandingLimit=100; may be given
                                 several times
      --in-process               all of them in one process
  tabkeeper cli [-server host:port,...] [command ...]
                                 zkCli's grammar against any ZooKeeper server (cli --help)
  tabkeeper gateway              client ports for the browser tabs of a page that another program serves
                                 (npm start has them of its own; npm run dev looks for this one)
      --port <port>              where that program passes ${GATEWAY_PATH} on to (${String(GATEWAY_PORT_DEFAULT)}, on 127.0.0.1)
      --origin <origin>          the page's address (${ORIGINS_DEFAULT[0]}); may be given several times
      --client-port <port>       the port of server 1 (${String(CLIENT_PORT_DEFAULT)}); the others follow, each the next free one
      --client-host <address>    the address that client ports listen on (127.0.0.1)
  tabkeeper --help               this text
`;

const SERVERS_MAX = 9;

class WrongArguments extends Error {}

const say = (text: string): void => {
  console.log(text);
};
const complain = (text: string): void => {
  console.error(text);
};

async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    say(HELP);
  } else if (command === 'cli') {
    await cli(rest);
  } else if (rest.includes('--help')) {
    say(HELP);
  } else if (command === 'server') {
    await serverCommand(rest);
  } else if (command === 'ensemble') {
    await ensembleCommand(rest);
  } else if (command === 'gateway') {
    await gatewayCommand(rest);
  } else {
    throw new WrongArguments(`there is no command ${JSON.stringify(command)}`);
  }
}

async function cli(args: readonly string[]): Promise<void> {
  if (args[0] === '--help') {
    say(CLI_HELP);
    return;
  }
  // What was written to a pipe is on its way: the process ends by itself.
  process.exitCode = await cliCommand(args, VERSION);
}

async function serverCommand(args: readonly string[]): Promise<void> {
  const [path, more] = args;
  if (path === undefined || more !== undefined) {
    throw new WrongArguments('server takes one argument, the path of a zoo.cfg');
  }
  const stopping = (reason: string): void => {
    complain(`halted: ${reason}`);
    process.exit(1);
  };
  const server = await startServerOf(path, complainOfWarnings, stopping);
  stopBySignals(server.stop);
  // A child of `ensemble`: says that it is ready, and never outlives its parent.
  process.send?.('ready');
  process.on('disconnect', () => process.exit(0));
}

/** In a child of `ensemble` only what is wrong is worth a line. */
function complainOfWarnings(text: string): void {
  if (process.send === undefined) say(text);
}

async function ensembleCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  const ensemble = await startEnsemble({
    servers: wholeNumber(positionals[0] ?? '3', 'the number of servers', 1, SERVERS_MAX),
    directory: values.dir ?? values['data-dir'] ?? null,
    clientPort: wholeNumber(values['client-port'] ?? '2181', '--client-port', 1, 65_000),
    basePort: wholeNumber(values['base-port'] ?? '2888', '--base-port', 1, 64_000),
    inProcess: values['in-process'] ?? false,
    lines: settingLines(values.set ?? []),
    program: fileURLToPath(import.meta.url),
    tell: complain,
  });
  say(`ready: ${ensemble.connectionString}`);
  stopBySignals(ensemble.stop);
}

async function gatewayCommand(args: readonly string[]): Promise<void> {
  const values = readGatewayArguments(args);
  const gateway = await startGateway({
    port: wholeNumber(values.port ?? String(GATEWAY_PORT_DEFAULT), '--port', 1, 65_535),
    origins: (values.origin ?? ORIGINS_DEFAULT).map(knownOrigin),
    clientHost: values['client-host'] ?? '127.0.0.1',
    clientPort: wholeNumber(
      values['client-port'] ?? String(CLIENT_PORT_DEFAULT),
      '--client-port',
      1,
      65_000,
    ),
    events: gatewayEvents(say, complain),
  });
  say(`ready: clients reach the tabs of the first room here:\n${portLines(gateway.ports)}`);
  stopBySignals(gateway.stop);
}

function readGatewayArguments(args: readonly string[]) {
  try {
    const options = {
      port: { type: 'string' },
      origin: { type: 'string', multiple: true },
      'client-port': { type: 'string' },
      'client-host': { type: 'string' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new WrongArguments(error instanceof Error ? error.message : String(error));
  }
}

function knownOrigin(text: string): string {
  const origin = originFrom(text);
  if (origin !== null) return origin;
  throw new WrongArguments(`--origin takes an address like ${ORIGINS_DEFAULT[0]}, not ${text}`);
}

function readArguments(args: readonly string[]) {
  try {
    const parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        dir: { type: 'string' },
        'data-dir': { type: 'string' },
        'client-port': { type: 'string' },
        'base-port': { type: 'string' },
        'in-process': { type: 'boolean' },
        set: { type: 'string', multiple: true },
      },
    });
    if (parsed.positionals.length > 1) throw new Error('ensemble takes one number');
    return parsed;
  } catch (error) {
    throw new WrongArguments(error instanceof Error ? error.message : String(error));
  }
}

function settingLines(given: readonly string[]): readonly string[] {
  const wrong = given.find((line) => !/^[\w.]+=[^\n\r]*$/.test(line));
  if (wrong === undefined) return given;
  throw new WrongArguments(`--set takes key=value, not ${JSON.stringify(wrong)}`);
}

function wholeNumber(text: string, what: string, from: number, to: number): number {
  const value = /^[0-9]{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new WrongArguments(`${what} must be from ${String(from)} to ${String(to)}, not ${text}`);
}

function stopBySignals(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) return;
    stopping = true;
    void stop().then(() => process.exit(0));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  complain(`tabkeeper: ${text}`);
  if (error instanceof WrongArguments) complain(HELP);
  process.exit(error instanceof WrongArguments || error instanceof ConfigError ? 2 : 1);
}
