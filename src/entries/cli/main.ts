#!/usr/bin/env node
// `tabkeeper`: the edge's commands. It reads arguments, prints sentences, and sets exit codes:
// 0 done, 1 it did not work, 2 wrong arguments or a wrong configuration.

import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

import { cliCommand } from './cli-command.ts';
import { VERSION } from '../../adapters/admin/version.ts';
import { CLIENT_PORT_DEFAULT } from '../../adapters/websocket/client-ports.ts';
import { gatewayEvents, originFrom, portLines } from '../start/gateway-words.ts';
import { startEnsemble } from './ensemble.ts';
import { GATEWAY_PORT_DEFAULT, ORIGINS_DEFAULT, startGateway } from './gateway-command.ts';
import { COMMAND_HELP, HELP } from './help.ts';
import { startServerOf } from './server-command.ts';
import { runUntilSignal } from './until-signal.ts';
import { readArguments, sentenceOf, UsageError } from './usage.ts';
import { ConfigError } from './zoo-config.ts';

const SERVERS_MAX = 9;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const HELP_WORDS: ReadonlySet<string> = new Set(['--help', '-h', 'help']);

/** A process that `ensemble` started: its parent says whose words these are. */
const isChild = process.send !== undefined;

const say = (text: string): void => {
  console.log(text);
};
const complain = (text: string): void => {
  console.error(text);
};
const complainOf = (error: unknown): void => {
  complain(`${isChild ? '' : 'tabkeeper: '}${sentenceOf(error)}`);
};

async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  if (command === undefined || HELP_WORDS.has(command)) {
    say(HELP);
    return;
  }
  if (command === '--version') {
    say(VERSION);
    return;
  }
  const help = COMMAND_HELP.get(command);
  if (help === undefined) {
    throw new UsageError(null, `there is no command ${JSON.stringify(command)}`);
  }
  // zkCli's own commands may have any words behind them.
  const asksForHelp = command === 'cli' ? rest.slice(0, 1) : rest;
  if (asksForHelp.some((word) => word === '--help' || word === '-h')) say(help);
  else if (command === 'cli') await cli(rest);
  else if (command === 'server') await serverCommand(rest);
  else if (command === 'ensemble') await ensembleCommand(rest);
  else await gatewayCommand(rest);
}

async function cli(args: readonly string[]): Promise<void> {
  // What was written to a pipe is on its way: the process ends by itself.
  process.exitCode = await cliCommand(args, VERSION);
}

/** V8 lets go of compiled code that some collections have not seen used: what a server has not done for a minute
 *  would then be slow again. */
function keepCompiled(): void {
  setFlagsFromString('--no-flush-bytecode');
}

async function serverCommand(args: readonly string[]): Promise<void> {
  const [path, more] = args;
  if (path === undefined || more !== undefined || path.startsWith('-')) {
    throw new UsageError('server', 'server takes one argument, the path of a zoo.cfg');
  }
  const onHalt = (reason: string): void => {
    complain(`halted: ${reason}`);
    process.exit(EXIT_FAILED);
  };
  keepCompiled();
  await runUntilSignal(async (asked) => {
    const server = await startServerOf(path, { tell: tellIfAlone, complain, onHalt });
    if (!asked.aborted) process.send?.('ready');
    return server;
  }, complainOf);
}

/** In a child of `ensemble` only what is wrong is worth a line. */
function tellIfAlone(text: string): void {
  if (!isChild) say(text);
}

async function ensembleCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments('ensemble', {
    args: [...args],
    allowPositionals: true,
    options: {
      'data-dir': { type: 'string' },
      // Its name of earlier versions.
      dir: { type: 'string' },
      'client-port': { type: 'string' },
      'base-port': { type: 'string' },
      'in-process': { type: 'boolean' },
      set: { type: 'string', multiple: true },
    },
  });
  if (positionals.length > 1) throw new UsageError('ensemble', 'ensemble takes one number');
  const number = numberOf('ensemble');
  const options = {
    servers: number(positionals[0] ?? '3', 'the number of servers', 1, SERVERS_MAX),
    directory: values['data-dir'] ?? values.dir ?? null,
    clientPort: number(values['client-port'] ?? '2181', '--client-port', 1, 65_000),
    basePort: number(values['base-port'] ?? '2888', '--base-port', 1, 64_000),
    inProcess: values['in-process'] ?? false,
    lines: settingLines(values.set ?? []),
    program: fileURLToPath(import.meta.url),
    tell: complain,
  };
  await runUntilSignal(async (asked) => {
    const ensemble = await startEnsemble({ ...options, asked });
    if (!asked.aborted) say(`ready: ${ensemble.connectionString}`);
    return ensemble;
  }, complainOf);
}

async function gatewayCommand(args: readonly string[]): Promise<void> {
  const { values } = readArguments('gateway', {
    args: [...args],
    options: {
      port: { type: 'string' },
      origin: { type: 'string', multiple: true },
      'client-port': { type: 'string' },
      'client-host': { type: 'string' },
    },
  });
  const number = numberOf('gateway');
  const clientPort = values['client-port'] ?? String(CLIENT_PORT_DEFAULT);
  const options = {
    port: number(values.port ?? String(GATEWAY_PORT_DEFAULT), '--port', 1, 65_535),
    origins: (values.origin ?? ORIGINS_DEFAULT).map(knownOrigin),
    clientHost: values['client-host'] ?? '127.0.0.1',
    clientPort: number(clientPort, '--client-port', 1, 65_000),
    events: gatewayEvents(say, complain),
  };
  await runUntilSignal(async (asked) => {
    const gateway = await startGateway(options);
    if (!asked.aborted) {
      say(`ready: clients reach the tabs of the first room here:\n${portLines(gateway.ports)}`);
    }
    return gateway;
  }, complainOf);
}

function knownOrigin(text: string): string {
  const origin = originFrom(text);
  if (origin !== null) return origin;
  const example = ORIGINS_DEFAULT[0];
  throw new UsageError('gateway', `--origin takes an address like ${example}, not ${text}`);
}

function settingLines(given: readonly string[]): readonly string[] {
  const wrong = given.find((line) => !/^[\w.]+=[^\n\r]*$/.test(line));
  if (wrong === undefined) return given;
  throw new UsageError('ensemble', `--set takes key=value, not ${JSON.stringify(wrong)}`);
}

const numberOf =
  (command: string) =>
  (text: string, what: string, from: number, to: number): number => {
    const value = /^[0-9]{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    const range = `from ${String(from)} to ${String(to)}`;
    throw new UsageError(command, `${what} must be ${range}, not ${text}`);
  };

try {
  await main(process.argv.slice(2));
} catch (error) {
  complainOf(error);
  if (error instanceof UsageError) {
    const command = error.command === null ? '' : ` ${error.command}`;
    complain(`how it is used: tabkeeper${command} --help`);
  }
  const isWrong = error instanceof UsageError || error instanceof ConfigError;
  process.exit(isWrong ? EXIT_USAGE : EXIT_FAILED);
}
