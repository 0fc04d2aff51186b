// The worker of a tab: one ZooKeeper server with its clock and its disk, behind the page that has the
// peer connections. It is killed by being terminated; it may rely on nothing but what is durable.

import { openIndexedDbDisk, type IndexedDbDisk } from '../../adapters/indexeddb/disk.ts';
import { ensembleOfRoom } from '../../adapters/webrtc/room.ts';
import { Gate } from '../../adapters/worker/gate.ts';
import type { FromWorker, StartOrder, ToWorker } from '../../adapters/worker/messages.ts';
import { Reporter } from '../../adapters/worker/reporter.ts';
import { WorkerNetwork } from '../../adapters/worker/worker-network.ts';
import { makeHost, type Host } from '../../host/host.ts';
import type { Disk } from '../../host/ports.ts';
import { serverId } from '../../vocabulary/ids.ts';
import { defaultServerConfig } from '../../server/server.ts';

const TICK_MILLIS = 10;

const gate = new Gate();
let network: WorkerNetwork | null = null;

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
    case 'watchTree':
      reporter.watchTree(message.on);
      break;
    default:
      network?.take(message);
  }
}

async function start(order: StartOrder): Promise<void> {
  let host: Host | null = null;
  // Links can be given to a server that is still reading its disk: their events wait at the gate, but
  // the channels themselves must be taken at once.
  const through = (work: (host: Host) => void): void => {
    const passed = gate.pass(() => {
      if (host !== null) work(host);
    });
    if (!passed) post({ kind: 'halted', reason: 'frozen for so long that arrivals were lost' });
  };
  const links = new WorkerNetwork(order.seat, post, {
    onNetwork: (event) => {
      through((running) => {
        running.networkEvent(event);
      });
    },
    onClient: (event) => {
      through((running) => {
        running.clientEvent(event);
      });
    },
  });
  network = links;
  let disk: IndexedDbDisk;
  try {
    disk = await openIndexedDbDisk(order.databaseName, { distrust: order.distrust });
    const recovered = await disk.recover();
    host = makeHost({
      config: defaultServerConfig(
        serverId(order.seat),
        ensembleOfRoom(order.seats),
        order.sessionSecret,
      ),
      recovered,
      network: links,
      clientDoor: {
        reply: links.reply,
        close: (connection) => {
          links.close(connection, 'closed by the server');
        },
      },
      disk: gatedDisk(disk),
      clock: { nowMillis: () => performance.now(), wallMillis: () => Date.now() },
      onTrace: (events) => {
        reporter.trace(events);
      },
      onHalt: (reason) => {
        reporter.flush();
        post({ kind: 'halted', reason });
      },
    });
    reporter.attach(host);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    post({ kind: 'notStarted', reason });
    return;
  }
  const { diskId, birth: diskBirth } = disk.identity;
  post({ kind: 'started', diskId, diskBirth });
  gate.open();
  runClock(host);
}

/** A frozen server does not hear its disk either. */
function gatedDisk(disk: Disk): Disk {
  return {
    write: (output, done) => {
      disk.write(output, (failure) => {
        gate.pass(() => {
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
