// The server of this tab: a worker that is started, frozen, and killed for real (terminated in the
// middle of whatever it does). Each start is a new life with a name of its own.

import type { FromWorker, ToWorker } from '../../adapters/worker/messages.ts';
import { startEngineWorker } from './trusted.ts';

export interface OwnServerEvents {
  readonly onMessage: (message: FromWorker) => void;
  readonly onCrash: (reason: string) => void;
}

export interface ServerStart {
  readonly seats: number;
  readonly seat: number;
  readonly databaseName: string;
  readonly distrust: boolean;
}

export class OwnServer {
  /** Null while no server runs. */
  life: string | null = null;
  frozen = false;
  readonly #events: OwnServerEvents;
  #worker: Worker | null = null;

  constructor(events: OwnServerEvents) {
    this.#events = events;
  }

  start(start: ServerStart): void {
    this.kill();
    const life = crypto.randomUUID();
    const worker = startEngineWorker(`server ${String(start.seat)}`);
    this.#worker = worker;
    this.life = life;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (this.#worker === worker) this.#events.onMessage(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.#worker !== worker) return;
      this.kill();
      this.#events.onCrash(event.message === '' ? 'the worker cannot be loaded' : event.message);
    };
    this.post({ kind: 'start', ...start, life });
  }

  /** Nothing is flushed, nobody is told: what was not durable is gone. */
  kill(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.life = null;
    this.frozen = false;
  }

  freeze(on: boolean): void {
    if (this.#worker === null) return;
    this.frozen = on;
    this.post({ kind: 'freeze', on });
  }

  post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }
}
