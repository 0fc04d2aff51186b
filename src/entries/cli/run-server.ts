// One server in this process: the engine's host between its TCP ports, its files and its clock. It
// ends by `stop`, or by itself when the engine halts; what was acknowledged is durable either way.

import { openFileDisk } from '../../adapters/files/disk.ts';
import { openTcpClientDoor, type TcpClientDoor } from '../../adapters/tcp/client-door.ts';
import { answerWord } from '../../adapters/tcp/four-letter-words.ts';
import { openTcpNetwork } from '../../adapters/tcp/network.ts';
import { makeHost, type Host } from '../../host/host.ts';
import type { ClientEvent, NetworkEvent } from '../../host/ports.ts';
import { defaultServerConfig } from '../../server/server.ts';
import type { Ensemble } from '../../vocabulary/ensemble.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { ServerView } from '../../vocabulary/view.ts';

export interface ServerOptions {
  readonly serverId: ServerId;
  readonly ensemble: Ensemble;
  readonly dataDirectory: string;
  readonly clientHost: string;
  readonly clientPort: number;
  readonly connectionsPerAddressMax: number;
  /** Session passwords follow from it: the same at all servers of the ensemble. */
  readonly sessionSecret: number | Uint8Array;
  readonly onHalt: (reason: string) => void;
  readonly onTrace?: (events: readonly Traced[]) => void;
}

export interface RunningServer {
  readonly view: () => ServerView;
  readonly stop: () => Promise<void>;
}

const TICK_MILLIS = 10;
const VERSION = '3.8.0-tabkeeper-0.1.0';

/** Rejects with a sentence when a port or the directory is not to be had. */
export async function runServer(options: ServerOptions): Promise<RunningServer> {
  const { serverId, ensemble } = options;
  let host: Host | null = null;
  const early: NetworkEvent[] = [];
  const network = await openTcpNetwork({
    serverId,
    ensemble,
    onEvent: (event) => {
      if (host === null) early.push(event);
      else host.networkEvent(event);
    },
  });
  let door: TcpClientDoor | null = null;
  try {
    const disk = await openFileDisk(options.dataDirectory);
    const recovered = await disk.recover();
    door = await openTcpClientDoor({
      address: { host: options.clientHost, port: options.clientPort },
      connectionsPerAddressMax: options.connectionsPerAddressMax,
      onEvent: (event: ClientEvent) => host?.clientEvent(event),
      onWord: (word, clients) => answerWord(word, host?.view() ?? null, clients, VERSION),
    });
    const running = makeHost({
      config: defaultServerConfig(serverId, ensemble, options.sessionSecret),
      recovered,
      network,
      clientDoor: door,
      disk,
      clock: { nowMillis: () => performance.now(), wallMillis: () => Date.now() },
      onTrace: options.onTrace ?? null,
      onHalt: options.onHalt,
    });
    host = running;
    for (const event of early.splice(0)) running.networkEvent(event);
    const timer = setInterval(running.tick, TICK_MILLIS);
    const openDoor = door;
    return {
      view: running.view,
      stop: async () => {
        clearInterval(timer);
        running.stop();
        await Promise.all([network.stop(), openDoor.stop()]);
        await disk.close();
      },
    };
  } catch (error) {
    await Promise.all([network.stop(), door?.stop()]);
    throw error;
  }
}
