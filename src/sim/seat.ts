// One chair of the simulated ensemble: a disk that lives on, and at times a process that uses it.
// Freezing holds everything that would reach the process, as a suspended tab does.

import { makeHost, type Host } from '../host/host.ts';
import type { ClientDoor, ClientEvent, Network, NetworkEvent } from '../host/ports.ts';
import type { ServerConfig, ServerState } from '../server/server.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import type { ServerView, TreeView } from '../vocabulary/view.ts';
import type { Agenda } from './agenda.ts';
import type { Happening } from './observation.ts';
import type { VirtualDisk } from './virtual-disk.ts';

export interface SeatOptions {
  readonly server: ServerId;
  readonly agenda: Agenda;
  readonly disk: VirtualDisk;
  readonly tickEveryMillis: number;
  /** Added to the wall clock only: servers disagree about the date. */
  readonly wallSkewMillis: number;
  /** What the wall clock shows when the world begins. */
  readonly wallStartMillis: number;
  /** A process was here before the world began. */
  readonly begun: boolean;
  readonly note: (what: Happening) => void;
}

export interface SeatPorts {
  readonly network: (deliver: (event: NetworkEvent) => void) => Network;
  readonly clientDoor: (deliver: (event: ClientEvent) => void) => ClientDoor;
}

/** Changes what a server has in its memory. */
export type Meddler = (server: ServerState) => void;

/** Changes it for as long as the server takes in one thing. */
export type Attendant = (server: ServerState, takeIn: () => void) => void;

export class Seat {
  readonly server: ServerId;
  readonly disk: VirtualDisk;
  readonly #options: SeatOptions;
  #host: Host | null = null;
  #life = 0;
  /** The number of the last event that a process told here: several may live within one virtual millisecond. */
  #told = 0;
  #frozen = false;
  #haltedBecause: string | null = null;
  #held: (() => void)[] = [];
  #meddler: Meddler | null = null;
  /** A planted fault: stands by whatever the servers' links and the disk bring. */
  attendant: Attendant | null = null;
  /** The clock of the machine, not of one process: what it gained stays. */
  #pace = { percent: 100, sinceMillis: 0, ownMillis: 0 };

  constructor(options: SeatOptions) {
    this.#options = options;
    this.server = options.server;
    this.disk = options.disk;
  }

  get isRunning(): boolean {
    return this.#host !== null;
  }

  /** A process has been here: the chair is nobody's first. */
  get hasRun(): boolean {
    return this.#life > 0 || this.#options.begun;
  }

  /** Why the process stopped by itself, or null. Its memory is still there to look at. */
  get haltedBecause(): string | null {
    return this.#haltedBecause;
  }

  get isFrozen(): boolean {
    return this.#frozen;
  }

  /** The engine's own picture, or null while no process runs. */
  view(): ServerView | null {
    return this.#host?.view() ?? null;
  }

  tree(): TreeView | null {
    return this.#host?.tree() ?? null;
  }

  start(config: ServerConfig, ports: SeatPorts): void {
    const { note, disk } = this.#options;
    this.#life += 1;
    this.#haltedBecause = null;
    const life = this.#life;
    const recovered = disk.recover();
    note({ kind: 'started', recovered });
    const through = (work: (host: Host) => void): void => {
      this.#through(life, work);
    };
    const network = ports.network((event) => {
      through((host) => {
        this.#attend(host, () => {
          host.networkEvent(event);
        });
      });
    });
    const clientDoor = ports.clientDoor((event) => {
      through((host) => {
        host.clientEvent(event);
      });
    });
    this.#host = makeHost({
      ...{ config, recovered, network, clientDoor, toldBefore: this.#told },
      disk: {
        write: (output, done) => {
          disk.write(output, (failure) => {
            through((host) => {
              this.#attend(host, () => {
                done(failure);
              });
            });
          });
        },
      },
      clock: {
        nowMillis: () => this.#clockMillis(),
        wallMillis: () => {
          const { wallStartMillis, wallSkewMillis } = this.#options;
          return wallStartMillis + this.#clockMillis() + wallSkewMillis;
        },
      },
      onTrace: (events) => {
        for (const { event, sequence, packet, frame } of events) {
          const carried =
            packet === undefined ? (frame === undefined ? {} : { frame }) : { packet };
          this.#told = sequence;
          note({ kind: 'traced', event, sequence, ...carried });
        }
      },
      onHalt: (reason) => {
        this.#haltedBecause = reason;
        note({ kind: 'halted', reason });
      },
    });
    this.#meddler?.(this.#host.state);
    this.#keepTicking(life);
  }

  /** Has its hands in the memory of the process now, and of each that starts here from now on. */
  meddle(meddler: Meddler): void {
    this.#meddler = meddler;
    if (this.#host !== null) meddler(this.#host.state);
  }

  /** Has its hands in it once, if a process runs here that is awake. */
  meddleOnce(meddler: Meddler): void {
    if (this.#host !== null && !this.#frozen) meddler(this.#host.state);
  }

  /** The process is gone at once: nothing more is sent, written or heard. */
  crash(): void {
    if (this.#host === null) return;
    this.#life += 1;
    this.#host = null;
    this.#haltedBecause = null;
    this.#frozen = false;
    this.#held = [];
    this.disk.crash();
    this.#options.note({ kind: 'crashed' });
  }

  freeze(on: boolean): void {
    if (this.#host === null || this.#frozen === on) return;
    this.#frozen = on;
    if (on) return;
    const held = this.#held;
    this.#held = [];
    this.#host.tick();
    for (const work of held) work();
  }

  get clockPercent(): number {
    return this.#pace.percent;
  }

  /** Faster or slower from now on. It never goes back: a monotonic clock does not. */
  setClockPace(percent: number): void {
    const { nowMillis } = this.#options.agenda;
    this.#pace = { percent, sinceMillis: nowMillis, ownMillis: this.#clockMillis() };
  }

  #clockMillis(): number {
    const { percent, sinceMillis, ownMillis } = this.#pace;
    const passed = this.#options.agenda.nowMillis - sinceMillis;
    return ownMillis + Math.floor((passed * percent) / 100);
  }

  #through(life: number, work: (host: Host) => void): void {
    if (life !== this.#life) return;
    if (this.#frozen) {
      this.#held.push(() => {
        this.#through(life, work);
      });
    } else if (this.#host !== null) work(this.#host);
  }

  #attend(host: Host, work: () => void): void {
    if (this.attendant === null) {
      work();
      return;
    }
    // What time brings is not of this.
    host.tick();
    this.attendant(host.state, work);
  }

  #keepTicking(life: number): void {
    if (life !== this.#life) return;
    if (!this.#frozen) this.#host?.tick();
    this.#options.agenda.after(this.#options.tickEveryMillis, () => {
      this.#keepTicking(life);
    });
  }
}
