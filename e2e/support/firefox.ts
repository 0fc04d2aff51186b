// A Firefox that is told what to do in WebDriver BiDi (w3.org/TR/webdriver-bidi), which Firefox speaks by
// itself. Only what these specs need: tabs, a script in a tab, and what the console complained about.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';

/** Nothing of its own goes over the network. */
const PREFERENCES = {
  'remote.active-protocols': 1,
  'app.update.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};
const START_MILLIS_MAX = 60_000;
const POLL_MILLIS = 50;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Spoken {
  readonly type: 'success' | 'error' | 'event';
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
  readonly method?: string;
  readonly params?: { readonly level?: string; readonly text?: string };
}

export class Firefox {
  /** Errors and warnings of every tab's console. */
  readonly complaints: string[] = [];
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  private constructor(child: ChildProcess, profile: string, socket: WebSocket) {
    this.#child = child;
    this.#profile = profile;
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#onMessage(JSON.parse(String(data)) as Spoken);
    });
  }

  static async launch(program: string): Promise<Firefox> {
    const profile = await mkdtemp(path.join(tmpdir(), 'tabkeeper-firefox-'));
    const lines = Object.entries(PREFERENCES).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
    );
    await writeFile(path.join(profile, 'user.js'), lines.join('\n'));
    const child = spawn(
      program,
      ['--headless', '--no-remote', '--remote-debugging-port', '0', '--profile', profile],
      // Its caches go with its profile.
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: profile } },
    );
    const socket = new WebSocket(`${await addressOf(child)}/session`);
    await once(socket, 'open');
    const firefox = new Firefox(child, profile, socket);
    await firefox.#send('session.new', { capabilities: {} });
    await firefox.#send('session.subscribe', { events: ['log.entryAdded'] });
    return firefox;
  }

  async open(url: string): Promise<FirefoxTab> {
    const made = (await this.#send('browsingContext.create', { type: 'tab' })) as {
      context: string;
    };
    const { context } = made;
    await this.#send('browsingContext.navigate', { context, url, wait: 'complete' });
    const evaluate = async (expression: string): Promise<string> => {
      const target = { context };
      const asked = { expression, target, awaitPromise: true };
      const answer = (await this.#send('script.evaluate', asked)) as Evaluated;
      if (answer.type !== 'success') throw new Error(answer.exceptionDetails?.text ?? 'it threw');
      return String(answer.result?.value);
    };
    return {
      evaluate,
      resize: async (viewport) => {
        await this.#send('browsingContext.setViewport', { context, viewport });
      },
      until: async (expression, millisMax = 90_000) => {
        const end = performance.now() + millisMax;
        while ((await evaluate(expression)) !== 'true') {
          if (performance.now() > end) throw new Error(`not within ${millisMax} ms: ${expression}`);
          await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
        }
      },
    };
  }

  async close(): Promise<void> {
    this.#socket.close();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    await rm(this.#profile, { recursive: true, force: true });
  }

  #send(method: string, params: object): Promise<unknown> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #onMessage({ type, id, result, error, message, params }: Spoken): void {
    if (type === 'event') {
      const { level = '', text = '' } = params ?? {};
      if (level === 'error' || level === 'warn') this.complaints.push(text);
      return;
    }
    const waiting = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (type === 'success') waiting?.resolve(result);
    else waiting?.reject(new Error(`${error}: ${message}`));
  }
}

export interface FirefoxTab {
  /** The value of an expression, or of its promise, as text. */
  readonly evaluate: (expression: string) => Promise<string>;
  readonly resize: (size: { readonly width: number; readonly height: number }) => Promise<void>;
  /** Waits until the expression is true. */
  readonly until: (expression: string, millisMax?: number) => Promise<void>;
}

interface Evaluated {
  readonly type: 'success' | 'exception';
  readonly result?: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly text: string };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(
      () => reject(new Error(`Firefox says nothing: ${said}`)),
      START_MILLIS_MAX,
    );
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`Firefox ended: ${said}`)));
  });
}
