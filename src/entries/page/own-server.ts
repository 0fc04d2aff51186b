// The server of this tab: a worker that is started, frozen, and killed for real (terminated in the
// middle of whatever it does). Each start is a new life with a name of its own; its status is what
// every other page is told.

import type { LineMessage, ServerOrder, TabStatus } from '../../adapters/webrtc/line-message.ts';
import type { KnownDisk, LostDisk } from '../../vocabulary/known-disk.ts';
import { UNREADABLE, type DiskReading } from '../../adapters/worker/disk-reading.ts';
import type { FromWorker, HaltCause, ToWorker } from '../../adapters/worker/messages.ts';
import { Waited } from '../../adapters/worker/pulse.ts';
import type { TabHello } from '../../adapters/websocket/frames.ts';
import {
  forgetOwnDisk,
  judgeOwnDisk,
  keepsDisk,
  learnDisk,
  learnLostDisk,
  rememberOwnDisk,
  type MetDisk,
} from './disk-memory.ts';
import { GatewaySeat } from './gateway-seat.ts';
import { readKilledDisk } from './killed-disk.ts';
import { startEngineWorker } from './trusted.ts';
import type { GatewayView } from '../../vocabulary/playground.ts';

export type ServerProblem = 'diskUnavailable' | HaltCause;
/** What a new start may mend. */
export const SERVER_PROBLEMS: readonly ServerProblem[] = [
  ...(['diskUnavailable', 'diskFailed', 'diskGone', 'serverHalted'] as const),
];

export interface OwnServerSeat {
  readonly room: string;
  readonly seats: number;
  readonly seat: number;
  readonly sessionSecret: Uint8Array;
  readonly gateway: TabHello | null;
}

/** Of a seat that this tab gives up. `forgotten`: it was never its own to have, and what stands on the disk
 *  is no reason to come back to it. */
export type DiskFate = 'kept' | 'forgotten';

export type OtherRoom = FromWorker & { readonly kind: 'otherRoom' };

export interface OwnServerEvents {
  readonly onStatus: (status: TabStatus) => void;
  /** Before each start, so that nothing of an earlier life is shown or carried on. */
  readonly onStarting: () => void;
  /** The worker is gone: its links and clients are to be dropped. */
  readonly onKilled: () => void;
  /** It has been given everything: others are to remember its disk before it is trusted again. */
  readonly onWantsTrust: (disk: KnownDisk) => void;
  readonly onProblem: (kind: ServerProblem, reason: string) => void;
  /** There is no server, and will be none: the disk is that of another room of this name. */
  readonly onOtherRoom: (room: OtherRoom) => void;
  /** How this seat stands with the gateway. */
  readonly onGateway: (gateway: GatewayView) => void;
  /** What is not about the server's own life. */
  readonly onMessage: (message: FromWorker) => void;
}

export class OwnServer {
  status: TabStatus = {
    ...{ server: null, frozen: false, diskId: null, diskGeneration: 0, diskTrusted: true },
    ...{ lostDisk: false, slowDiskMillis: 0, fullDisk: false, clockPercent: 100 },
  };
  /** This browser kept the seat's disk before this tab came. */
  readonly broughtDisk: boolean;
  readonly #seat: OwnServerSeat;
  readonly #events: OwnServerEvents;
  readonly #gatewaySeat: GatewaySeat;
  #gatewayReachable = false;
  #worker: Worker | null = null;
  #life: string | null = null;
  /** Of the disk that this seat is known to have had: the next start begins as a suspect. */
  #lostGeneration: number | null = null;
  /** A worker that has no disk yet. */
  #prepared: Worker | null = null;
  /** Looks at the disk that the present worker has not answered. */
  readonly #readings = new Map<number, (reading: DiskReading) => void>();
  #nextReading = 1;

  constructor(seat: OwnServerSeat, events: OwnServerEvents) {
    this.#seat = seat;
    this.broughtDisk = keepsDisk(seat.room, seat.seat);
    this.#events = events;
    this.#gatewaySeat = new GatewaySeat(seat.gateway, events.onGateway);
  }

  get runs(): boolean {
    return this.status.server !== null;
  }

  obey(order: ServerOrder): void {
    switch (order) {
      case 'kill':
        this.kill();
        break;
      case 'restart':
        this.kill();
        this.start();
        break;
      case 'freeze':
      case 'thaw': {
        const frozen = order === 'freeze';
        if (!this.runs) break;
        this.post({ kind: 'freeze', on: frozen });
        this.#become({ ...this.status, frozen });
        break;
      }
      case 'wipe':
        this.#wipe();
        break;
      case 'fillDisk':
      case 'freeDisk':
        this.#become({ ...this.status, fullDisk: order === 'fillDisk' });
        this.#tellTrouble();
        break;
    }
  }

  slowDisk(millis: number): void {
    this.#become({ ...this.status, slowDiskMillis: millis });
    this.#tellTrouble();
  }

  trouble(told: LineMessage & { readonly kind: 'slowDisk' | 'skewClock' }): void {
    if (told.kind === 'slowDisk') this.slowDisk(told.millis);
    else this.skewClock(told.percent);
  }

  skewClock(percent: number): void {
    this.#become({ ...this.status, clockPercent: percent });
    this.#tellTrouble();
  }

  /** What is on the disk is deleted, and the next server here is known not to have it. */
  #wipe(): void {
    this.kill();
    this.#lostGeneration = this.status.diskGeneration;
    this.remember();
    // Whoever opens it meanwhile waits for this: the browser does one after the other.
    const deleting = indexedDB.deleteDatabase(this.#databaseName);
    deleting.onsuccess = () => {
      if (!this.runs) this.#become({ ...this.status, lostDisk: true });
    };
    deleting.onerror = () => {
      this.#events.onProblem('diskUnavailable', String(deleting.error));
    };
  }

  /** A disk stays slow or full and a clock wrong through the lives of its server, as long as its tab is open. */
  #tellTrouble(): void {
    const { slowDiskMillis: slowMillis, fullDisk: full, clockPercent: percent } = this.status;
    this.post({ kind: 'diskTrouble', trouble: { slowMillis, full } });
    this.post({ kind: 'paceClock', percent });
  }

  get #databaseName(): string {
    return `tabkeeper/${this.#seat.room}/${String(this.#seat.seat)}`;
  }

  /** Loads what the first start needs. No disk is touched: a seat's disk is opened, judged and remembered
   *  only by whom the seat belongs to. */
  prepare(): void {
    this.#prepared = startEngineWorker(`server ${String(this.#seat.seat)}`);
  }

  start(): void {
    this.#terminate();
    this.#gatewaySeat.letGo();
    const { seats, seat, sessionSecret, gateway } = this.#seat;
    const life = crypto.randomUUID();
    const worker = this.#prepared ?? startEngineWorker(`server ${String(seat)}`);
    this.#prepared = null;
    this.#worker = worker;
    this.#life = life;
    const waited = new Waited();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (this.#worker !== worker) return;
      this.#onMessage(data.kind === 'heard' ? waited.added(data, performance.now()) : data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const reason = event.message === '' ? 'the worker cannot be loaded' : event.message;
      if (this.#worker === worker) this.#fail('serverHalted', reason);
    };
    const databaseName = this.#databaseName;
    const lostGeneration = this.#lostGeneration;
    this.post({
      ...{ kind: 'start', seats, seat, sessionSecret, databaseName, life, gateway },
      lostGeneration,
    });
    this.#tellTrouble();
    this.setGatewayReachable(this.#gatewayReachable);
    this.#events.onStarting();
  }

  /** Whether the page's server, and with it the gateway, can be reached. */
  setGatewayReachable(on: boolean): void {
    this.#gatewayReachable = on;
    this.post({ kind: 'gatewayReachable', on });
  }

  /** To be called often. */
  tick(nowMillis: number): void {
    if (this.#gatewayReachable) this.#gatewaySeat.tick(nowMillis);
  }

  /** The tab goes. */
  stop(): void {
    this.#prepared?.terminate();
    this.#prepared = null;
    this.kill();
    this.#gatewaySeat.letGo();
  }

  /** Nothing is flushed, nobody inside is told: what was not durable is gone. */
  kill(): void {
    this.#terminate();
    this.#gatewaySeat.hold();
    this.#events.onKilled();
    this.#become({ ...this.status, server: null, frozen: false });
  }

  /** Somebody knew another disk on this seat: the server starts anew as a suspect. */
  beSuspect(lost: LostDisk): void {
    const { diskId, diskGeneration } = this.status;
    if (!this.runs || diskId === lost.diskId || diskGeneration > lost.generation) return;
    learnLostDisk(this.#seat.room, this.#seat.seat, lost);
    this.#lostGeneration = lost.generation;
    this.obey('restart');
  }

  /** For this tab's next page: what it had remembered may have been cleared with the disk. */
  remember(): void {
    const { room, seat } = this.#seat;
    const { diskId, diskGeneration, diskTrusted } = this.status;
    if (diskId !== null) rememberOwnDisk(room, seat, { diskId, diskGeneration, diskTrusted });
  }

  /** After `stop`. */
  leaveDisk(fate: DiskFate): void {
    const { diskId } = this.status;
    if (fate === 'kept' || diskId === null) return;
    forgetOwnDisk(this.#seat.room, this.#seat.seat, diskId);
  }

  /** What a restart would find on the disk. Where no server runs the page looks itself. */
  readDisk(): Promise<DiskReading> {
    const { diskId, lostDisk } = this.status;
    if (this.#worker === null) {
      const known = diskId !== null && !lostDisk && this.#lostGeneration === null;
      return known ? readKilledDisk(this.#databaseName, diskId) : Promise.resolve(UNREADABLE);
    }
    const ticket = this.#nextReading;
    this.#nextReading += 1;
    return new Promise((resolve) => {
      this.#readings.set(ticket, resolve);
      this.post({ kind: 'readDisk', ticket });
    });
  }

  post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #terminate(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#life = null;
    for (const resolve of this.#readings.values()) resolve(UNREADABLE);
    this.#readings.clear();
  }

  #become(status: TabStatus): void {
    this.status = status;
    this.#events.onStatus(status);
  }

  #fail(kind: ServerProblem, reason: string): void {
    this.kill();
    if (kind === 'diskGone') {
      this.remember();
      this.#become({ ...this.status, lostDisk: true });
    }
    this.#events.onProblem(kind, reason);
  }

  #onMessage(message: FromWorker): void {
    switch (message.kind) {
      case 'started':
        // What the disk remembers is older than nothing that this browser does.
        for (const disk of message.remembered) learnDisk(this.#seat.room, disk);
        this.#onStarted(message);
        break;
      case 'diskTrust':
        this.#onDiskTrust(message.trusted);
        break;
      case 'wantsTrust':
        this.#onWantsTrust();
        break;
      case 'notStarted':
        this.#fail('diskUnavailable', message.reason);
        break;
      case 'otherRoom':
        this.kill();
        this.#events.onOtherRoom(message);
        break;
      case 'halted':
        this.#fail(message.cause, message.reason);
        break;
      case 'gateway':
        this.#events.onGateway(message.gateway);
        break;
      case 'diskRead':
        this.#readings.get(message.ticket)?.(message.reading);
        this.#readings.delete(message.ticket);
        break;
      default:
        this.#events.onMessage(message);
    }
  }

  #onStarted({ diskId, diskGeneration, diskTrusted }: MetDisk): void {
    const { room, seat } = this.#seat;
    const judged = judgeOwnDisk(room, seat, { diskId, diskGeneration, diskTrusted });
    if (judged.kind === 'amnesiac') {
      this.#lostGeneration = judged.lost.generation;
      this.start();
      return;
    }
    this.#lostGeneration = null;
    this.post({ kind: 'serve' });
    const alive = { server: this.#life, frozen: false, lostDisk: false };
    this.#become({ ...this.status, ...alive, diskId, diskGeneration, diskTrusted });
  }

  #onWantsTrust(): void {
    const { diskId, diskGeneration: generation } = this.status;
    if (diskId !== null) this.#events.onWantsTrust({ seat: this.#seat.seat, diskId, generation });
  }

  #onDiskTrust(diskTrusted: boolean): void {
    const { diskId, diskGeneration } = this.status;
    if (diskId === null || diskTrusted === this.status.diskTrusted) return;
    judgeOwnDisk(this.#seat.room, this.#seat.seat, { diskId, diskGeneration, diskTrusted });
    this.#become({ ...this.status, diskTrusted });
  }
}
