// `tabkeeper cli`: arguments, terminal and exit code of zkCli.

import { createInterface } from 'node:readline';

import type { CliLine } from '../../vocabulary/zkcli/command.ts';
import { EXIT_REFUSED } from '../../vocabulary/zkcli/values.ts';
import { parseServers } from '../client/servers.ts';
import { sentenceOf, UsageError } from './usage.ts';
import { ZkCli, type CliOptions } from './zkcli.ts';

export const CLI_HELP = `tabkeeper cli: zkCli's grammar against any ZooKeeper server

  tabkeeper cli [-server host:port,host:port/path] [-timeout millis] [-r] [-waitforconnection]
                [-jute.maxbuffer bytes] [command ...]

      -server <host:port,.../path>
                                 the servers to try (localhost:2181); with a path all that is named lies below it
      -timeout <millis>          the session's timeout (30000)
      -r                         a server that has no quorum and only reads will do
      -waitforconnection         wait that long for a server before the first command
      -jute.maxbuffer <bytes>    the longest frame, of requests and answers (1048575); what Java's reads from
                                 -Djute.maxbuffer
      command ...                one command and out, with zkCli's exit code: 0 done, 1 refused,
                                 127 no such command; 2 where these words are wrong themselves.
                                 Without a command: line by line, Tab completes
                                 commands and paths, the arrows go through what was typed

  "help" inside lists the commands. Ephemeral znodes go when it ends.
`;

interface Given extends CliOptions {
  readonly wait: boolean;
  readonly words: readonly string[];
}

/** Options stand before the command, as with zkCli. Throws a {@link UsageError}. */
export function readCliArguments(args: readonly string[], version: string): Given {
  let given: Given = {
    ...{ server: 'localhost:2181', timeoutMillis: 30_000, version, wait: false, words: [] },
  };
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const value = args[at + 1];
    if (!arg.startsWith('-')) return { ...given, words: args.slice(at) };
    if (arg === '-waitforconnection') given = { ...given, wait: true };
    else if (arg === '-r') given = { ...given, readOnly: true };
    else if (!WITH_VALUE.has(arg)) throw new UsageError('cli', whyNot(arg));
    else if (value === undefined) {
      throw new UsageError('cli', `no argument found for option ${arg}`);
    } else {
      at += 1;
      given = { ...given, ...valueOf(arg, value) };
    }
  }
  return given;
}

const WITH_VALUE: ReadonlySet<string> = new Set(['-server', '-timeout', '-jute.maxbuffer']);
const FRAME_BYTES_MIN = 1_024;

function valueOf(option: string, value: string): Partial<CliOptions> {
  if (option === '-server') return { server: knownServers(value) };
  const number = /^[1-9]\d{0,8}$/.test(value) ? Number(value) : 0;
  if (option === '-timeout' && number > 0) return { timeoutMillis: number };
  if (option === '-jute.maxbuffer' && number >= FRAME_BYTES_MIN) return { frameBytesMax: number };
  const what =
    option === '-timeout' ? 'milliseconds' : `bytes, at least ${String(FRAME_BYTES_MIN)}`;
  throw new UsageError('cli', `${option} takes ${what}, not ${JSON.stringify(value)}`);
}

/** An option of zkCli's own that is not here, or none at all. */
function whyNot(option: string): string {
  if (option !== '-client-configuration') return `cli has no option ${JSON.stringify(option)}`;
  return `${option} names keys and logins for TLS and SASL, which cli does not speak`;
}

function knownServers(text: string): string {
  try {
    parseServers(text);
    return text;
  } catch (error) {
    throw new UsageError('cli', sentenceOf(error));
  }
}

const write = ({ to, text }: CliLine): void => {
  (to === 'out' ? process.stdout : process.stderr).write(`${text}\n`);
};

/** A server that does not answer holds nobody up for longer at the end. */
const CLOSE_MILLIS_MAX = 3_000;

/** Resolves with the exit code. */
export async function cliCommand(args: readonly string[], version: string): Promise<number> {
  const given = readCliArguments(args, version);
  let print = write;
  const cli = new ZkCli(given, (line) => {
    print(line);
  });
  if (given.wait && !(await cli.connected())) {
    write({ to: 'err', text: 'KeeperErrorCode = ConnectionLoss' });
    await closed(cli);
    return EXIT_REFUSED;
  }
  if (given.words.length > 0) await cli.words(given.words);
  else {
    write({ to: 'out', text: 'Welcome to ZooKeeper!' });
    await (process.stdin.isTTY ? converse(cli, (to) => (print = to)) : readAll(cli));
  }
  await closed(cli);
  return cli.exitCode;
}

async function readAll(cli: ZkCli): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (!(await cli.line(line))) return;
  }
}

/** At a terminal what comes between two lines is written above the prompt. */
async function converse(cli: ZkCli, printTo: (print: typeof write) => void): Promise<void> {
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
      void cli.complete(line).then((found) => {
        done(null, found);
      });
    },
  });
  let asking = false;
  printTo((line) => {
    if (asking) process.stdout.write('\r\u001b[K');
    write(line);
    if (!asking) return;
    // The session may have another state now.
    terminal.setPrompt(cli.prompt);
    terminal.prompt(true);
  });
  const ask = (): void => {
    asking = true;
    terminal.setPrompt(cli.prompt);
    terminal.prompt();
  };
  ask();
  for await (const line of terminal) {
    asking = false;
    if (!(await cli.line(line))) break;
    ask();
  }
  asking = false;
  terminal.close();
}

async function closed(cli: ZkCli): Promise<void> {
  const timer = setTimeout(() => {
    process.exit(cli.exitCode);
  }, CLOSE_MILLIS_MAX);
  await cli.close();
  clearTimeout(timer);
}
