// A browser with a window, as a person has it: Playwright tells its pages that they are always in front,
// so a tab can only be hidden in a Chromium that it does not drive. Spoken to by the DevTools protocol;
// on Linux the window is on a display of its own (Xvfb).

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { WebSocket } from 'ws';

export interface Tab {
  /** The value of this expression (a promise is waited for). */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  readonly bringToFront: () => Promise<void>;
}

export interface Desktop {
  readonly openTab: (url: string) => Promise<Tab>;
  /** Errors and warnings of every tab's console. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

const ANSWER_MILLIS_MAX = 90_000;
const ASK_AGAIN_MILLIS = 50;

export const openDesktop = async (): Promise<Desktop> => {
  const display = process.platform === 'linux' ? await startDisplay() : null;
  const profile = mkdtempSync(path.join(tmpdir(), 'tabkeeper-desktop-'));
  const browser = startBrowser(profile, display?.name);
  const endAll = async (): Promise<void> => {
    await end(browser);
    if (display !== null) await end(display.process);
    // Processes of the browser that outlive it for a moment still write there.
    rmSync(profile, { recursive: true, force: true, maxRetries: 30 });
  };
  try {
    const address = await untilSaid(browser, /DevTools listening on (ws:\S+)/);
    const complaints: string[] = [];
    const devTools = await connect(address, ({ method, params }) => {
      const text = complaintOf(method, params);
      if (text !== null) complaints.push(text);
    });
    return {
      complaints,
      openTab: async (url) => {
        const { targetId } = await devTools.ask('Target.createTarget', { url });
        const attach = { targetId, flatten: true };
        const { sessionId } = await devTools.ask('Target.attachToTarget', attach);
        for (const heard of ['Runtime.enable', 'Log.enable']) {
          await devTools.ask(heard, {}, String(sessionId));
        }
        const tab = tabOf(devTools, String(sessionId));
        await untilItIsThere(tab, url);
        return tab;
      },
      close: async () => {
        devTools.close();
        await endAll();
      },
    };
  } catch (error) {
    await endAll();
    throw error;
  }
};

/** A tab that is just made is at about:blank, and then has no world to evaluate in for a moment. */
const untilItIsThere = async (tab: Tab, url: string): Promise<void> => {
  const place = JSON.stringify(url.replace(/#.*/, ''));
  const isThere = `document.readyState === 'complete' && location.href.startsWith(${place})`;
  const until = Date.now() + ANSWER_MILLIS_MAX;
  for (;;) {
    try {
      if (await tab.evaluate(isThere)) return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    if (Date.now() > until) throw new Error('the tab never finished loading');
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MILLIS));
  }
};

const startDisplay = async (): Promise<{ name: string; process: ChildProcess }> => {
  // It takes a free number and says which.
  const xvfb = spawn(
    'Xvfb',
    ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return { name: `:${await untilSaid(xvfb, /^(\d+)$/m)}`, process: xvfb };
};

const startBrowser = (profile: string, display: string | undefined): ChildProcess =>
  spawn(
    process.env['CHROMIUM'] ?? chromium.executablePath(),
    [
      ...['--no-sandbox', '--no-first-run', '--no-default-browser-check', '--disable-quic'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...['--password-store=basic', '--use-mock-keychain', '--disable-gpu'],
      ...['--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(display === undefined ? {} : { DISPLAY: display }) },
    },
  );

const untilSaid = (child: ChildProcess, wanted: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    const onData = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = wanted.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${child.spawnfile} ended: ${said}`)));
  });

const end = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });

type Answer = Record<string, unknown>;

interface Told {
  readonly method: string;
  readonly params: {
    readonly type?: string;
    readonly args?: readonly { readonly value?: unknown; readonly description?: string }[];
    readonly exceptionDetails?: unknown;
    readonly entry?: { readonly level: string; readonly text: string; readonly url?: string };
  };
}

/** Null: no complaint. */
const complaintOf = (method: string, params: Told['params']): string | null => {
  switch (method) {
    case 'Runtime.consoleAPICalled':
      if (params.type !== 'error' && params.type !== 'warning') return null;
      return (params.args ?? []).map((one) => String(one.value ?? one.description)).join(' ');
    case 'Runtime.exceptionThrown':
      return JSON.stringify(params.exceptionDetails);
    case 'Log.entryAdded':
      if (params.entry?.level !== 'error' && params.entry?.level !== 'warning') return null;
      return `${params.entry.text} (${params.entry.url ?? ''})`;
    default:
      return null;
  }
};

interface DevTools {
  readonly ask: (method: string, params: object, sessionId?: string) => Promise<Answer>;
  readonly close: () => void;
}

const connect = async (address: string, onTold: (told: Told) => void): Promise<DevTools> => {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as Answer;
    if ('method' in answer) {
      onTold(answer as unknown as Told);
      return;
    }
    waiting.get(Number(answer['id']))?.(answer);
    waiting.delete(Number(answer['id']));
  });
  const ask = (method: string, params: object, sessionId?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      last += 1;
      const late = setTimeout(() => reject(new Error(`${method}: no answer`)), ANSWER_MILLIS_MAX);
      waiting.set(last, ({ error, result }) => {
        clearTimeout(late);
        if (error === undefined) resolve((result ?? {}) as Answer);
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
      socket.send(JSON.stringify({ id: last, method, params, sessionId }));
    });
  return { ask, close: () => socket.close() };
};

const tabOf = (devTools: DevTools, sessionId: string): Tab => ({
  evaluate: async <T>(expression: string): Promise<T> => {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const answer = await devTools.ask('Runtime.evaluate', params, sessionId);
    if (answer['exceptionDetails'] !== undefined) {
      throw new Error(`${expression}: ${JSON.stringify(answer['exceptionDetails'])}`);
    }
    return (answer['result'] as { value: T }).value;
  },
  bringToFront: async () => {
    await devTools.ask('Page.bringToFront', {}, sessionId);
  },
});
