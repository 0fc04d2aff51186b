// A bare page for the adapters that only live in a browser: the spec beside it drives them here.

import { Peer } from 'peerjs';

import { diskContract } from '../../src/adapters/disk.contract.ts';
import { openIndexedDbDisk } from '../../src/adapters/indexeddb/disk.ts';
import type { FromWorker, ToWorker } from '../../src/adapters/worker/messages.ts';
import { PageLinks } from '../../src/adapters/worker/page-links.ts';
import type { ContractOrder, ContractReport } from './contract-worker.ts';
import contractUrl from './contract-worker.ts?worker&url';
import type { EchoReport, Measure } from './echo-worker.ts';
import echoUrl from './echo-worker.ts?worker&url';
import { Mesh, type MeshEvents } from '../../src/adapters/webrtc/mesh.ts';
import { roomKey } from '../../src/adapters/webrtc/proof.ts';
import { peerIdsOf } from '../../src/adapters/webrtc/room.ts';
import type { SignallingServer } from '../../src/adapters/webrtc/signalling.ts';
import { makeZxid } from '../../src/vocabulary/zxid.ts';
import { ticket } from '../../src/vocabulary/ids.ts';
import type { KnownDisk } from '../../src/vocabulary/known-disk.ts';

const SCRIPTS = { echo: echoUrl, contract: contractUrl };

interface MeshOptions {
  readonly room: string;
  readonly seats: number;
  readonly seat: number;
  readonly secret: string;
  /** With a worker behind the page; `bridge` keeps the channels in the page, `local` finds no signalling
   *  server. */
  readonly worker?: 'transfer' | 'bridge' | 'local';
  /** What that worker does: it echoes, if nothing is said. */
  readonly script?: keyof typeof SCRIPTS;
}

interface ScriptPolicy {
  readonly createScriptURL: (url: string) => string;
}

function startWorker(url: string, seat: number): Worker {
  const rules = { createScriptURL: (url: string) => url };
  const { trustedTypes } = globalThis as unknown as {
    trustedTypes: { createPolicy: (name: string, rules: ScriptPolicy) => ScriptPolicy };
  };
  const policy = trustedTypes.createPolicy('tabkeeper', rules);
  return new Worker(policy.createScriptURL(url), { type: 'module', name: String(seat) });
}

interface DiskLoss {
  readonly told: readonly string[];
  /** How often before anybody asked. */
  readonly toldUnasked: number;
  /** Of a write afterwards. */
  readonly failure: string | null;
  readonly deleted: boolean;
}

const settled = (request: IDBRequest): Promise<unknown> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('the request failed'));
    };
  });

interface Heard {
  readonly at: number;
  readonly what: string;
}

/** All that this page ever made. */
const madeConnections: RTCPeerConnection[] = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    madeConnections.push(this);
  }
};

/** Sockets whose network is gone: neither end is told. */
const sockets = new Set<WebSocket>();
const deaf = new Set<WebSocket>();
globalThis.WebSocket = class extends WebSocket {
  constructor(address: string | URL) {
    super(address);
    sockets.add(this);
  }

  override close(): void {
    if (!deaf.has(this)) super.close();
  }
};

const signallingOfPage = (): SignallingServer => ({
  host: location.hostname,
  port: Number(location.port),
  path: '/peerjs',
  secure: false,
  key: 'tabkeeper',
});

function makeHabitat() {
  let mesh: Mesh | null = null;
  let links: PageLinks | null = null;
  let worker: Worker | null = null;
  let onMeasured: (millis: readonly number[]) => void = () => undefined;
  let onMeasureFailed: (why: string) => void = () => undefined;
  let onAttending = (): void => undefined;
  let onCaseEnded: (failure: string | null) => void = () => undefined;
  const order = (what: ContractOrder): void => {
    worker?.postMessage(what);
  };
  const onWorkerMessage = (message: FromWorker | EchoReport | ContractReport): void => {
    switch (message.kind) {
      case 'note':
        note(`worker ${message.text}`);
        if (/^down (?!measured)/.test(message.text)) onMeasureFailed(message.text);
        break;
      case 'measured':
        onMeasured(message.millis);
        break;
      case 'attending':
        onAttending();
        break;
      case 'crashOther':
        void window.crashOther().then(() => {
          order({ kind: 'otherCrashed' });
        });
        break;
      case 'caseEnded':
        onCaseEnded(message.failure);
        break;
      case 'heard':
        for (const { peer, agoMillis } of message.peers) mesh?.heardServer(peer, agoMillis);
        break;
      case 'dial':
        links?.dial(message.purpose, message.peer);
        break;
      case 'linkBytes':
      case 'closeLink':
        links?.take(message);
        break;
      default:
        break;
    }
  };
  const heard: Heard[] = [];
  const note = (what: string): void => {
    heard.push({ at: performance.now(), what });
  };

  return {
    heard,

    async runDiskContract(): Promise<{ title: string; failure: string | null }[]> {
      const results = [];
      for (const { title, run } of diskContract('IndexedDB', (name) => openIndexedDbDisk(name))) {
        const failure = await run().then(
          () => null,
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        );
        results.push({ title, failure });
      }
      return results;
    },

    /** A disk whose database is deleted, replaced without any event, or left alone: what it said. */
    async loseDisk(how: 'delete' | 'replace' | 'keep'): Promise<DiskLoss> {
      const name = `lost-${how}`;
      const told: string[] = [];
      const disk = await openIndexedDbDisk(name, {
        lostGeneration: null,
        onTaken: (reason) => told.push(reason),
      });
      if (how === 'delete') await settled(indexedDB.deleteDatabase(name));
      if (how === 'replace') {
        const other = (await settled(indexedDB.open(name))) as IDBDatabase;
        const identities = other.transaction('identity', 'readwrite').objectStore('identity');
        await settled(identities.put({ diskId: 'another', generation: 0 }, 'identity'));
        other.close();
      }
      const toldUnasked = told.length;
      await disk.check();
      await disk.check();
      const epochs = { acceptedEpoch: 1, currentEpoch: 1, trusted: true };
      const failure = await new Promise<string | null>((resolve) => {
        disk.write({ kind: 'saveEpochs', ticket: ticket(1), ...epochs }, resolve);
      });
      return { told, toldUnasked, failure, deleted: await disk.isDeleted() };
    },

    async openMesh(options: MeshOptions): Promise<string> {
      const seatedAt = performance.now();
      const events: MeshEvents = {
        onSignalling: (state) => {
          note(`signalling ${state}`);
        },
        onPeerUp: (seat) => {
          note(`up ${String(seat)}`);
        },
        onPeerDown: (seat, reason) => {
          note(`down ${String(seat)} ${reason}`);
          links?.dropPeer(seat, reason, 'all');
        },
        onMessage: (seat, message) => {
          note(`message ${String(seat)} ${message.kind}`);
        },
        onChannel: (seat, purpose, channel) => {
          note(`channel ${String(seat)} ${purpose}`);
          if (links !== null) {
            links.accept(purpose, seat, channel);
            return;
          }
          channel.onmessage = (event: MessageEvent<ArrayBuffer>) => {
            channel.send(event.data);
          };
        },
        onRefused: (reason, theirs) => {
          note(`refused ${reason} ${String(theirs?.seat)}`);
        },
        onRival: ({ holdsName }) => {
          note(`rival ${holdsName ? 'asks' : 'holds the name'}`);
        },
      };
      const { room, seats, seat, secret } = options;
      if (options.worker !== undefined) {
        const running = startWorker(SCRIPTS[options.script ?? 'echo'], seat);
        worker = running;
        running.onmessage = ({ data }: MessageEvent<FromWorker | EchoReport | ContractReport>) => {
          onWorkerMessage(data);
        };
        links = new PageLinks(
          {
            post: (message: ToWorker, transfer: Transferable[]) => {
              running.postMessage(message, transfer);
            },
            openChannel: (peer, purpose) => mesh?.openChannel(peer, purpose) ?? null,
            refusal: () => null,
          },
          options.worker === 'bridge' ? false : null,
        );
      }
      const key = await roomKey(secret);
      const page = crypto.randomUUID();
      const seatedMillis = (): number => performance.now() - seatedAt;
      const canServe = (): boolean => true;
      const owner = { room, seats, seat, page, key, seatedMillis, canServe };
      const server = signallingOfPage();
      const isLocal = options.worker === 'local';
      const found = isLocal ? { ...server, path: '/nowhere' } : server;
      const opened = new Mesh(owner, await peerIdsOf(room), found, events);
      mesh = opened;
      setInterval(() => {
        opened.tick(performance.now());
      }, 50);
      const claimed = await opened.open();
      if (isLocal) await opened.findHere();
      return claimed;
    },

    /** Takes a seat's name and dials seat 1 so often, without ever saying a word on any line. */
    async dialInSilence(room: string, seat: number, times: number): Promise<void> {
      const peerIdOf = await peerIdsOf(room);
      const stranger = new Peer(peerIdOf(seat), { ...signallingOfPage(), debug: 0 });
      await new Promise((resolve) => {
        stranger.on('open', resolve);
      });
      for (let dial = 0; dial < times; dial += 1) {
        stranger.connect(peerIdOf(1), { reliable: true, serialization: 'raw', label: 'line' });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },

    /** As when the network changes: this page sees its sockets end, the server does not. */
    changeNetwork(): void {
      for (const socket of sockets) {
        deaf.add(socket);
        socket.dispatchEvent(new CloseEvent('close'));
      }
    },

    /** WebRTC connections that others dialled and that are not closed. */
    accepted: (): number =>
      madeConnections.filter(
        ({ connectionState, remoteDescription }) =>
          connectionState !== 'closed' && remoteDescription?.type === 'offer',
      ).length,

    /** A disk that follows one of generation 4 that was lost: as it is, opened again, and trusted again. */
    async succeedDisk(): Promise<readonly (readonly [generation: number, trusted: boolean])[]> {
      const name = 'successor';
      const seen: (readonly [number, boolean])[] = [];
      const onTaken = (): void => undefined;
      for (const lostGeneration of [4, null, null]) {
        const disk = await openIndexedDbDisk(name, { lostGeneration, onTaken });
        const { trusted } = await disk.recover();
        seen.push([disk.identity.generation, trusted]);
        if (seen.length === 2) {
          const epochs = { acceptedEpoch: 1, currentEpoch: 1, trusted: true };
          await new Promise((resolve) => {
            disk.write({ kind: 'saveEpochs', ticket: ticket(1), ...epochs }, resolve);
          });
        }
        disk.close();
      }
      return seen;
    },

    /** What a disk remembers of other seats after it was told of these, one lot after the other. */
    async rememberDisks(lots: readonly (readonly KnownDisk[])[]): Promise<readonly KnownDisk[]> {
      const disk = await openIndexedDbDisk('remembers');
      for (const lot of lots) await disk.remember(lot);
      const remembered = await disk.remembered();
      disk.close();
      return remembered;
    },

    upSeats: (): number[] => mesh?.upSeats() ?? [],

    stopMesh(): void {
      mesh?.stop();
    },

    send(seat: number): void {
      mesh?.send(seat, { kind: 'amnesia', lost: { diskId: '', generation: 0 } });
    },

    /** Opens a link and sends bytes through the echo at its other end; resolves with the round trip. */
    echo(seat: number, size: number): Promise<number> {
      return new Promise((resolve, reject) => {
        const channel = mesh?.openChannel(seat, 'quorum') ?? null;
        if (channel === null) {
          reject(new Error('no channel'));
          return;
        }
        let at = 0;
        channel.onopen = () => {
          at = performance.now();
          channel.send(new Uint8Array(size));
        };
        channel.onmessage = (event: MessageEvent<ArrayBuffer>) => {
          if (event.data.byteLength === size) resolve(performance.now() - at);
          else reject(new Error(`${String(event.data.byteLength)} bytes came back`));
          channel.close();
        };
      });
    },

    transfers: (): boolean | null => links?.transfers ?? null,

    /** Round trips of so many bytes from this page's worker to another's, in milliseconds. Rejects where their link
     *  goes down meanwhile. */
    measure(seat: number, peer: number, bytes: number, rounds: number): Promise<readonly number[]> {
      return new Promise((resolve, reject) => {
        onMeasured = resolve;
        onMeasureFailed = (why) => {
          reject(new Error(why));
        };
        const order: Measure = { kind: 'measure', seat, peer, bytes, rounds };
        worker?.postMessage(order);
      });
    },

    /** This page's worker does what the one that runs the network contract says. */
    attendContract(wire: string): Promise<void> {
      return new Promise((resolve) => {
        onAttending = resolve;
        order({ kind: 'attend', wire });
      });
    },

    /** Runs one case against the page that attends: what was broken, or null. */
    runNetworkCase(wire: string, index: number): Promise<string | null> {
      return new Promise((resolve) => {
        onCaseEnded = resolve;
        order({ kind: 'runCase', wire, index });
      });
    },

    /** Keeps the page's main thread busy. */
    beBusy(millis: number): void {
      setInterval(() => {
        const until = performance.now() + millis;
        while (performance.now() < until) void 0;
      }, millis + 10);
    },

    killWorker(): void {
      worker?.terminate();
      links?.dropAll();
    },

    async commitsPerSecond(batch: number, rounds: number): Promise<number> {
      const disk = await openIndexedDbDisk(`speed-${String(batch)}-${crypto.randomUUID()}`);
      const bytes = new Uint8Array(150);
      const from = performance.now();
      let counter = 0;
      for (let round = 0; round < rounds; round += 1) {
        await Promise.all(
          Array.from({ length: batch }, () => {
            counter += 1;
            const entries = [{ zxid: makeZxid(1, counter), bytes }];
            return new Promise<void>((resolve) => {
              disk.write({ kind: 'append', ticket: ticket(counter), entries }, () => {
                resolve();
              });
            });
          }),
        );
      }
      const seconds = (performance.now() - from) / 1000;
      disk.close();
      return counter / seconds;
    },
  };
}

declare global {
  interface Window {
    habitat: ReturnType<typeof makeHabitat>;
    /** Ends the page on seat 2 as a crash would; the spec exposes it. */
    crashOther: () => Promise<void>;
  }
}

window.habitat = makeHabitat();
