// `tabkeeper cli`: zkCli against any ZooKeeper server, line by line or for one command. What a line means
// and what is printed for it is the pure grammar's and the client library's; here are the terminal, the
// session and the exit code.

import { parseConnectString } from '../../adapters/tcp/connect-string.ts';
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
import { openTcpSession } from '../client/tcp-session.ts';

/** Where lines go; a terminal puts its prompt back behind them. */
export type Print = (line: CliLine) => void;

export interface CliOptions {
  readonly server: string;
  readonly timeoutMillis: number;
  readonly version: string;
}

export class ZkCli {
  /** Of the last line, as zkCli counts it. */
  exitCode = EXIT_DONE;
  readonly #options: CliOptions;
  readonly #print: Print;
  #server: string;
  #session: ClientSession;
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
    const word = state === 'SyncConnected' ? 'CONNECTED' : WORDS[state];
    return `[zk: ${this.#server}(${word}) ${String(this.#shell.count)}] `;
  }

  /** Resolves when the session is there, or cannot be within its timeout: then with false. */
  async connected(): Promise<boolean> {
    const timeout = new Promise<void>((resolve) => {
      setTimeout(resolve, this.#options.timeoutMillis).unref();
    });
    await Promise.race([this.#session.established(), timeout]);
    return this.#session.view().state === 'SyncConnected';
  }

  /** Does one line; false when it was the last one. */
  async line(line: string): Promise<boolean> {
    return this.#do(enterLine(this.#shell, line));
  }

  /** The same for words that the caller's shell has parted. */
  async words(words: readonly string[]): Promise<boolean> {
    return this.#do(enterParsed(this.#shell, parseWords(words)));
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
    const result = await this.#session.ask({ kind: 'getChildren', path: parent, watch: false });
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
        const ask = this.#session.ask.bind(this.#session);
        const home = { date: localDate, version: this.#options.version };
        if (!this.#session.ended) this.#say(move.notes, EXIT_DONE);
        const result = this.#session.ended
          ? NOT_CONNECTED
          : await runCommand(ask, move.command, home);
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
      parseConnectString(server);
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
    const printEvent = (lines: readonly string[]): void => {
      if (this.#shell.printWatches) for (const line of lines) this.#out(line);
    };
    return openTcpSession(parseConnectString(this.#server), this.#options.timeoutMillis, {
      onChanged: () => undefined,
      onState: (event) => {
        printEvent(watchLines(event));
      },
      onWatch: (event) => {
        printEvent(watchLines(event));
      },
    });
  }

  #say(lines: readonly CliLine[], exitCode: number): void {
    for (const line of lines) this.#print(line);
    this.exitCode = exitCode;
  }

  #out(text: string): void {
    this.#print({ to: 'out', text });
  }
}

/** ZooKeeper.States, as the prompt shows them. */
const WORDS = {
  ...{ Connecting: 'CONNECTING', Disconnected: 'CONNECTING' },
  ...{ Closed: 'CLOSED', Expired: 'CLOSED', AuthFailed: 'AUTH_FAILED' },
} as const;
