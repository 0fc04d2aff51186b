// The worker of a tab: one ZooKeeper server with its clock and its disk, behind the page that has the
// peer connections. It is killed by being terminated; it may rely on nothing but what is durable.

import type { Administration } from '../../adapters/admin/administration.ts';
import { base64 } from '../../base/base64.ts';
import { sha256 } from '../../base/sha256.ts';
import { ALL_WORDS, answerWord } from '../../adapters/admin/words.ts';
import { openIndexedDbDisk, type IndexedDbDisk } from '../../adapters/indexeddb/disk.ts';
import { OtherRoom, type DiskRoom } from '../../adapters/indexeddb/records.ts';
import { ensembleOfRoom } from '../../adapters/webrtc/room.ts';
import {
  LONG_BYTES,
  readingOf,
  recoveredBytes,
  UNREADABLE,
  withSnapshot,
  type DiskReading,
} from '../../adapters/worker/disk-reading.ts';
import { AwaitedDisk } from '../../adapters/worker/awaited-disk.ts';
import { Gate } from '../../adapters/worker/gate.ts';
import type {
  FromWorker,
  HaltCause,
  StartOrder,
  ToWorker,
} from '../../adapters/worker/messages.ts';
import { PacedClock } from '../../adapters/worker/paced-clock.ts';
import { PULSE_MILLIS } from '../../adapters/worker/pulse.ts';
import { Reporter } from '../../adapters/worker/reporter.ts';
import { NO_TROUBLE, TroubledDisk } from '../../adapters/worker/troubled-disk.ts';
import { WorkerNetwork } from '../../adapters/worker/worker-network.ts';
import { makeHost, type Host } from '../../host/host.ts';
import type { Disk } from '../../host/ports.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { KnownDisk } from '../../vocabulary/known-disk.ts';
import { defaultServerConfig, type ServerConfig } from '../../server/server.ts';

import { tabAdministration } from './administration.ts';

const TICK_MILLIS = 10;
/** How often an idle disk is looked at. */
const DISK_CHECK_MILLIS = 1_000;

type Started = FromWorker & { readonly kind: 'started' };

const gate = new Gate();
let network: WorkerNetwork | null = null;
let trouble = NO_TROUBLE;
/** Trace times are the machine's all the same: they are compared with those of other tabs. */
const clock = new PacedClock(() => performance.now());
/** Null before the start order. */
let opening: Promise<IndexedDbDisk> | null = null;
let running: Host | null = null;
let awaited: AwaitedDisk | null = null;
/** Null while the disk is still being read: then there is nothing to be told. */
let administration: Administration | null = null;
/** Who comes through the gateway is on its own machine, or was let in there: all of them. */
const WORDS: ReadonlySet<string> = new Set(ALL_WORDS);

const post = (message: FromWorker, transfer: Transferable[] = []): void => {
  self.postMessage(message, { transfer });
};

// There from the first: who looks at the tree may say so while the disk is still being read.
const reporter = new Reporter(post);

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  take(data);
};

function take(message: ToWorker): void {
  switch (message.kind) {
    case 'start':
      void start(message);
      break;
    case 'freeze':
      if (message.on) gate.shut();
      else gate.open();
      break;
    case 'diskTrouble':
      ({ trouble } = message);
      break;
    case 'paceClock':
      clock.pace(message.percent);
      break;
    case 'watchTree':
      reporter.watchTree(message.on);
      break;
    case 'readDisk':
      void readDisk(message.ticket);
      break;
    case 'rememberDisks':
      void rememberDisks(message.ticket, message.disks);
      break;
    case 'trustKnown':
      awaited?.allow();
      break;
    default:
      network?.take(message);
  }
}

/** A disk that cannot remember says so at its server's next write. */
async function rememberDisks(ticket: number, disks: readonly KnownDisk[]): Promise<void> {
  try {
    const disk = await opening;
    if (disk === null) return;
    await disk.remember(disks);
  } catch {
    return;
  }
  post({ kind: 'disksRemembered', ticket });
}

async function readDisk(ticket: number): Promise<void> {
  // Whatever is wrong with it, its server says so itself.
  const reading = await readingNow().catch(() => UNREADABLE);
  post({ kind: 'diskRead', ticket, reading });
}

/** Of a long log only what the tree does not have yet: the snapshot is of before the second look. */
async function readingNow(): Promise<DiskReading> {
  const disk = await opening;
  if (disk === null) return UNREADABLE;
  const recovered = await disk.recover();
  if (running === null || recoveredBytes(recovered) <= LONG_BYTES) return readingOf(recovered);
  const snapshot = running.snapshot();
  return readingOf(withSnapshot(await disk.recover(), snapshot));
}

async function start(order: StartOrder): Promise<void> {
  let host: Host | null = null;
  // Links can be given to a server that is still reading its disk: their events wait at the gate, but
  // the channels themselves must be taken at once.
  const through = (work: (host: Host) => void): void => {
    const passed = gate.pass(() => {
      if (host !== null) work(host);
    });
    if (passed) return;
    const reason = 'frozen for so long that arrivals were lost';
    post({ kind: 'halted', cause: 'serverHalted', reason });
  };
  const links = networkOf(order, through);
  network = links;
  setInterval(() => {
    links.pulse(performance.now());
  }, PULSE_MILLIS);
  let disk: IndexedDbDisk;
  let started: Started;
  try {
    const health: DiskHealth = { taken: false, failed: false };
    opening = openIndexedDbDisk(order.databaseName, {
      lostGeneration: order.lostGeneration,
      room: roomOf(order),
      onTaken: (reason) => {
        health.taken = true;
        through((running) => {
          running.diskLost(reason);
        });
      },
    });
    const opened = await opening;
    disk = opened;
    const recovered = await disk.recover();
    started = startedOf(disk, recovered.trusted, await disk.remembered());
    awaited = awaitedDisk(disk, recovered.trusted);
    host = makeHost({
      config: configOf(order),
      recovered,
      network: links,
      clientDoor: {
        reply: links.reply,
        close: (connection) => {
          links.close(connection, 'closed by the server');
        },
      },
      disk: gatedDisk(awaited, health),
      clock: { nowMillis: clock.nowMillis, wallMillis: () => Date.now() },
      onTrace: (events) => {
        reporter.trace(events);
      },
      onHalt: (reason) => {
        reporter.flush();
        void haltCause(opened, health).then((cause) => {
          post({ kind: 'halted', cause, reason });
        });
      },
    });
    running = host;
    administration = tabAdministration(order, host);
    reporter.attach(host, (connection) => links.outside.clients.addressOf(connection));
  } catch (error) {
    post(notStarted(order, error));
    return;
  }
  post(started);
  gate.open();
  runClock(host);
  setInterval(() => {
    if (gate.isOpen) void disk.check();
  }, DISK_CHECK_MILLIS);
}

const roomOf = ({ seats, sessionSecret }: StartOrder): DiskRoom => ({
  seats,
  secretMark: base64(sha256(sessionSecret)),
});

function notStarted(order: StartOrder, error: unknown): FromWorker {
  if (error instanceof OtherRoom) {
    const { seats, secretMark } = error.room;
    return { kind: 'otherRoom', seats, otherSecret: secretMark !== roomOf(order).secretMark };
  }
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { kind: 'notStarted', reason };
}

const configOf = ({ seat, seats, sessionSecret }: StartOrder): ServerConfig =>
  defaultServerConfig(serverId(seat), ensembleOfRoom(seats), sessionSecret);

function networkOf(
  order: StartOrder,
  through: (work: (host: Host) => void) => void,
): WorkerNetwork {
  return new WorkerNetwork(order, post, {
    onNetwork: (event) => {
      through((host) => {
        host.networkEvent(event);
      });
    },
    onClient: (event) => {
      through((host) => {
        host.clientEvent(event);
      });
    },
    whenTaken: (work) => {
      gate.pass(work);
    },
    onWord: (word, port) =>
      administration === null ? '' : answerWord(administration, WORDS, word, port),
  });
}

function startedOf(
  { identity }: IndexedDbDisk,
  diskTrusted: boolean,
  remembered: readonly KnownDisk[],
): Started {
  const { diskId, generation: diskGeneration } = identity;
  return { kind: 'started', diskId, diskGeneration, diskTrusted, remembered };
}

const awaitedDisk = (disk: Disk, trusted: boolean): AwaitedDisk =>
  new AwaitedDisk(new TroubledDisk(disk, () => trouble), trusted, () => {
    post({ kind: 'wantsTrust' });
  });

interface DiskHealth {
  /** The browser has closed the database. */
  taken: boolean;
  /** A write has failed. */
  failed: boolean;
}

/** The server has left the quorum already; now it is asked what is left of its disk. */
async function haltCause(disk: IndexedDbDisk, health: DiskHealth): Promise<HaltCause> {
  if (!health.taken) return health.failed ? 'diskFailed' : 'serverHalted';
  return (await disk.isDeleted()) ? 'diskGone' : 'diskFailed';
}

/** A frozen server does not hear its disk either. */
function gatedDisk(disk: Disk, health: DiskHealth): Disk {
  return {
    write: (output, done) => {
      disk.write(output, (failure) => {
        if (failure !== null) health.failed = true;
        gate.pass(() => {
          if (failure === null && output.kind === 'saveEpochs') {
            post({ kind: 'diskTrust', trusted: output.trusted });
          }
          done(failure);
        });
      });
    },
  };
}

function runClock(host: Host): void {
  host.tick();
  setInterval(() => {
    if (!gate.isOpen) return;
    host.tick();
    reporter.flush();
  }, TICK_MILLIS);
}
