// A tab as a gateway meets it, without a browser: it asks for a token with a browser's headers, opens its
// line, and keeps what it hears. What it says is up to the test.

import { request } from 'node:http';
import { WebSocket } from 'ws';

import { decodeFrame, encodeFrame, GATEWAY_PATH, GATEWAY_PROTOCOL, TOKEN_PATH } from './frames.ts';
import type { GatewayFrame, TabHello } from './frames.ts';

export interface Headers {
  readonly Host?: string;
  readonly Origin?: string;
  readonly 'Sec-Fetch-Site'?: string;
}

/** The status, and the token where there is one. */
export function askForToken(
  port: number,
  headers: Headers,
  method = 'POST',
): Promise<{ status: number; token: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path: TOKEN_PATH, method, headers: { ...headers } },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => {
          const token = body === '' ? '' : (JSON.parse(body) as { token: string }).token;
          resolve({ status: response.statusCode ?? 0, token });
        });
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

export class TestTab {
  readonly socket: WebSocket;
  readonly heard: GatewayFrame[] = [];
  /** The status that refused it, or the code it was closed with. */
  ended: number | null = null;
  opened = false;
  #waiting: (() => void)[] = [];

  constructor(port: number, token: string, headers: Headers, protocol = GATEWAY_PROTOCOL) {
    this.socket = new WebSocket(
      `ws://127.0.0.1:${String(port)}${GATEWAY_PATH}`,
      [protocol, token].filter((part) => part !== ''),
      { headers: { ...headers } },
    );
    this.socket.binaryType = 'arraybuffer';
    this.socket.on('open', () => {
      this.opened = true;
      this.#wake();
    });
    this.socket.on('unexpected-response', (_request, response) => {
      this.ended = response.statusCode ?? 0;
      this.#wake();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', (code) => {
      this.ended ??= code;
      this.#wake();
    });
    this.socket.on('message', (data) => {
      const frame = decodeFrame(new Uint8Array(data as ArrayBuffer));
      if (frame !== null) this.heard.push(frame);
      this.#wake();
    });
  }

  say(...frames: readonly GatewayFrame[]): void {
    for (const frame of frames) this.socket.send(encodeFrame(frame));
  }

  /** Resolves as soon as it holds; the test's own time is the bound. */
  async until(holds: (tab: TestTab) => boolean): Promise<void> {
    while (!holds(this)) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  /** The `at`-th frame of a kind, when it is there. */
  async frame<K extends GatewayFrame['kind']>(
    kind: K,
    at = 0,
  ): Promise<GatewayFrame & { kind: K }> {
    const found = (): (GatewayFrame & { kind: K })[] =>
      this.heard.filter((frame): frame is GatewayFrame & { kind: K } => frame.kind === kind);
    await this.until(() => found().length > at);
    const frame = found()[at];
    if (frame === undefined) throw new Error('it was there a moment ago');
    return frame;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

/** A tab that has come in by the door; it has not said who it is. */
export async function openTab(port: number, headers: Headers): Promise<TestTab> {
  const { token } = await askForToken(port, headers);
  const tab = new TestTab(port, token, headers);
  await tab.until(({ opened, ended }) => opened || ended !== null);
  return tab;
}

export const helloOf = (seat: number, more: Partial<TabHello> = {}): TabHello => ({
  ...{ room: 'room-1', key: 'ab'.repeat(32), seats: 3, seat },
  ...more,
});

/** A tab that sits and serves. */
export async function sitDown(port: number, headers: Headers, hello: TabHello): Promise<TestTab> {
  const tab = await openTab(port, headers);
  tab.say({ kind: 'hello', hello }, { kind: 'serves', on: true });
  await tab.frame('place');
  return tab;
}
