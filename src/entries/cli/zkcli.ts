// `tabkeeper cli`: zkCli against any ZooKeeper server, line by line or for one command. What a line means
// and what is printed for it is the pure grammar's and the client library's; here are the terminal, the
// session and the exit code.

import { pathWithout, requestBelow, responseWithout, type Chroot } from '../../client/chroot.ts';
import { CLIENT_FRAME_BYTES_MAX, type RequestResult } from '../../client/client.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import type { Request, WatcherEvent } from '../../vocabulary/request.ts';
import type { CliLine } from '../../vocabulary/zkcli/command.ts';
import { completeWith, wantedBy } from '../../vocabulary/zkcli/completion.ts';
import { parseWords } from '../../vocabulary/zkcli/parse.ts';
import {
  enterLine,
  enterParsed,
  HELP_LINES,
  NEW_SHELL,
  type Entered,
  type Shell,
} from '../../vocabulary/zkcli/shell.ts';
import { EXIT_DONE, EXIT_REFUSED } from '../../vocabulary/zkcli/values.ts';
import { watchLines } from '../../vocabulary/zkcli/watch-words.ts';
import type { ClientSession } from '../client/client-session.ts';
import { localDate, NOT_CONNECTED, runCommand } from '../client/run-command.ts';
import { parseServers } from '../client/servers.ts';
import { openTcpSession } from '../client/tcp-session.ts';
import { readMembersFile } from './members-file.ts';

/** Where lines go; a terminal puts its prompt back behind them. */
export type Print = (line: CliLine) => void;

export interface CliOptions {
  /** host:port,host:port, and a path behind them that is the root of all that is named. */
  readonly server: string;
  /** A server that only reads will do. */
  readonly readOnly?: boolean;
  readonly timeoutMillis: number;
  /** The longest frame either way, 1048575 unless it says otherwise. */
  readonly frameBytesMax?: number;
  readonly version: string;
}

export class ZkCli {
  /** Of the last line, as zkCli counts it. */
  exitCode = EXIT_DONE;
  readonly #options: CliOptions;
  readonly #print: Print;
  #server: string;
  #session: ClientSession;
  #chroot: Chroot = '';
  #shell: Shell = NEW_SHELL;

  /** Throws an Error with one sentence if the servers cannot be read. */
  constructor(options: CliOptions, print: Print) {
    this.#options = options;
    this.#print = print;
    this.#server = options.server;
    this.#out(`Connecting to ${options.server}`);
    this.#session = this.#open();
  }

  get prompt(): string {
    const { state } = this.#session.view();
    return `[zk: ${this.#server}(${WORDS[state]}) ${String(this.#shell.count)}] `;
  }

  /** Resolves when the session is there, or cannot be within its timeout: then with false. */
  async connected(): Promise<boolean> {
    const timeout = new Promise<void>((resolve) => {
      setTimeout(resolve, this.#options.timeoutMillis).unref();
    });
    await Promise.race([this.#session.established(), timeout]);
    const { state } = this.#session.view();
    return state === 'SyncConnected' || state === 'ConnectedReadOnly';
  }

  /** Does one line; false when it was the last one. */
  async line(line: string): Promise<boolean> {
    return this.#do(enterLine(this.#shell, line, readMembersFile));
  }

  /** The same for words that the caller's shell has parted. */
  async words(words: readonly string[]): Promise<boolean> {
    const parsed = parseWords(words, readMembersFile);
    return this.#do(enterParsed(this.#shell, parsed, readMembersFile));
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  /** What the end of a line may become, and the word that it stands for. */
  async complete(line: string): Promise<[string[], string]> {
    const wanted = wantedBy(line);
    if (wanted.kind === 'nothing') return [[], line];
    const children = new Map<string, readonly string[]>();
    if (wanted.kind === 'path') {
      for (const parent of [wanted.parent, wanted.word]) {
        if (parent === '/' || !parent.endsWith('/'))
          children.set(parent, await this.#names(parent));
      }
    }
    const { word } = wanted;
    const done = completeWith(line, (parent) => children.get(parent) ?? []);
    const whole = done.line.slice(line.length - word.length);
    return [done.candidates.length > 0 ? [...done.candidates] : [whole], word];
  }

  async #names(parent: string): Promise<readonly string[]> {
    const result = await this.#ask({ kind: 'getChildren', path: parent, watch: false });
    const found = result.outcome === 'ok' && result.response.kind === 'children';
    return found ? result.response.children : [];
  }

  async #do({ shell, move }: Entered): Promise<boolean> {
    this.#shell = shell;
    switch (move.kind) {
      case 'nothing':
        this.exitCode = EXIT_DONE;
        break;
      case 'help':
        this.#say(HELP_LINES, EXIT_DONE);
        break;
      case 'say':
        this.#say(move.lines, move.exitCode);
        break;
      case 'run': {
        const home = { date: localDate, version: this.#options.version };
        if (!this.#session.ended) this.#say(move.notes, EXIT_DONE);
        const result = this.#session.ended
          ? NOT_CONNECTED
          : await runCommand((request) => this.#ask(request), move.command, home);
        this.#say(result.lines, result.exitCode);
        break;
      }
      case 'connect':
        await this.#connect(move.target ?? this.#server);
        break;
      case 'close':
        if (this.#session.ended) this.#say(NOT_CONNECTED.lines, EXIT_DONE);
        await this.close();
        break;
      case 'quit':
        await this.close();
        return false;
    }
    return true;
  }

  async #connect(server: string): Promise<void> {
    const before = this.#server;
    try {
      parseServers(server);
      await this.close();
      this.#server = server;
      this.#session = this.#open();
      this.exitCode = EXIT_DONE;
    } catch (error) {
      this.#server = before;
      const text = error instanceof Error ? error.message : String(error);
      this.#say([{ to: 'err', text }], EXIT_REFUSED);
    }
  }

  #open(): ClientSession {
    const { addresses, chroot } = parseServers(this.#server);
    this.#chroot = chroot;
    const printEvent = (event: WatcherEvent): void => {
      if (!this.#shell.printWatches) return;
      const path = pathWithout(chroot, event.path);
      for (const line of watchLines({ ...event, path })) this.#out(line);
    };
    const events = { onChanged: () => undefined, onState: printEvent, onWatch: printEvent };
    const {
      timeoutMillis,
      readOnly = false,
      frameBytesMax = CLIENT_FRAME_BYTES_MAX,
    } = this.#options;
    return openTcpSession(addresses, timeoutMillis, events, { readOnly, frameBytesMax });
  }

  /** What it names, and what it is told, lies below the chroot. */
  async #ask(request: Request): Promise<RequestResult> {
    const chroot = this.#chroot;
    const result = await this.#session.ask(requestBelow(chroot, request));
    if (result.outcome !== 'ok') {
      const tooLong = tooLongOf(result);
      if (tooLong !== null) this.#print({ to: 'err', text: tooLong });
      return result;
    }
    return { ...result, response: responseWithout(chroot, request, result.response) };
  }

  #say(lines: readonly CliLine[], exitCode: number): void {
    for (const line of lines) this.#print(line);
    this.exitCode = exitCode;
  }

  #out(text: string): void {
    this.#print({ to: 'out', text });
  }
}

/** What of a request or its answer is longer than a frame may be, if that is why it failed. */
function tooLongOf(result: Exclude<RequestResult, { readonly outcome: 'ok' }>): string | null {
  if (result.code !== ERROR_CODE.MarshallingError) return null;
  if (result.outcome === 'failed' && result.sent) return null;
  const what = result.outcome === 'failed' ? 'request' : 'answer';
  return `the ${what} is longer than a frame may be: -jute.maxbuffer <bytes> in front of the command allows more`;
}

/** ZooKeeper.States, as the prompt shows them. */
const WORDS = {
  ...{ SyncConnected: 'CONNECTED', ConnectedReadOnly: 'CONNECTEDREADONLY' },
  ...{ Connecting: 'CONNECTING', Disconnected: 'CONNECTING' },
  ...{ Closed: 'CLOSED', Expired: 'CLOSED', AuthFailed: 'AUTH_FAILED' },
} as const;
