// What all our sockets have in common: listening with a reason when it fails, dialling with a bound,
// and one system call for all that is sent in one step.

import { createConnection, type Server, type Socket } from 'node:net';

const CONNECT_MILLIS_MAX = 5_000;
/** What a closed connection may take to send what it had accepted. */
const LINGER_MILLIS_MAX = 500;

export interface Address {
  readonly host: string;
  readonly port: number;
}

export const addressText = ({ host, port }: Address): string =>
  `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;

/** Every address of this machine, of IPv6 and IPv4; of the latter alone where the former is switched off. */
export const EVERYWHERE = '::';
const EVERYWHERE_IPV4 = '0.0.0.0';
const NO_IPV6: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/** Rejects with one sentence that names the port and, where it is known, the remedy. */
export async function listen(server: Server, address: Address, what: string): Promise<void> {
  const failure = await tryListening(server, address);
  if (failure === null) return;
  if (address.host === EVERYWHERE && NO_IPV6.has(failure.code ?? '')) {
    await listen(server, { ...address, host: EVERYWHERE_IPV4 }, what);
    return;
  }
  throw new Error(whyNotListening(failure, address, what));
}

function tryListening(server: Server, address: Address): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen(address.port, address.host, () => {
      server.removeAllListeners('error');
      // Accepting can fail for a moment (too many open files); the door stays.
      server.on('error', () => undefined);
      resolve(null);
    });
  });
}

function whyNotListening(error: NodeJS.ErrnoException, address: Address, what: string): string {
  const where = `the ${what} port ${addressText(address)}`;
  if (error.code === 'EADDRINUSE') {
    return `${where} is taken by another program: stop that one or choose another port`;
  }
  if (error.code === 'EACCES') return `${where} needs more rights than this user has`;
  if (error.code === 'EADDRNOTAVAIL') return `${where}: this machine has no such address`;
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return `${where}: no address is known for that name`;
  }
  return `${where} cannot be opened: ${error.message}`;
}

/** Calls `done` once: with the connected socket, or with the reason. The returned function gives the
 *  dial up; then `done` is not called. */
export function dialSocket(
  address: Address,
  done: (result: { socket: Socket } | { failure: string }) => void,
): () => void {
  const socket = createConnection({ host: address.host, port: address.port, noDelay: true });
  const giveUp = (): void => {
    socket.removeAllListeners();
    socket.on('error', () => undefined);
    socket.destroy();
  };
  const onFailure = (reason: string): void => {
    giveUp();
    done({ failure: `${addressText(address)}: ${reason}` });
  };
  socket.setTimeout(CONNECT_MILLIS_MAX, () => {
    onFailure('no answer');
  });
  socket.once('error', (error) => {
    onFailure(error.message);
  });
  socket.once('close', () => {
    onFailure('closed while dialling');
  });
  socket.once('connect', () => {
    socket.removeAllListeners();
    socket.setTimeout(0);
    done({ socket });
  });
  return giveUp;
}

/** What waits for the end of this turn, in order. */
interface Gathered {
  pieces: Uint8Array[];
  bytes: number;
}
const gathered = new WeakMap<Socket, Gathered>();
const LENGTH_BYTES = 4;

/** Writes made in one turn of the event loop leave in one piece: a stream's write costs more than a copy. */
export function writeTogether(socket: Socket, bytes: Uint8Array): void {
  if (socket.destroyed || socket.writableEnded) return;
  let waiting = gathered.get(socket);
  if (waiting === undefined) {
    waiting = { pieces: [], bytes: 0 };
    gathered.set(socket, waiting);
  }
  if (waiting.pieces.length === 0) {
    process.nextTick(() => {
      writeGathered(socket);
    });
  }
  waiting.pieces.push(bytes);
  waiting.bytes += bytes.length;
}

/** The same for frames: an int length goes before the bytes. */
export function writeFrameTogether(socket: Socket, bytes: Uint8Array): void {
  const length = new Uint8Array(LENGTH_BYTES);
  length[0] = bytes.length >>> 24;
  length[1] = bytes.length >>> 16;
  length[2] = bytes.length >>> 8;
  length[3] = bytes.length;
  writeTogether(socket, length);
  writeTogether(socket, bytes);
}

function writeGathered(socket: Socket): void {
  const waiting = gathered.get(socket);
  if (waiting === undefined || waiting.pieces.length === 0) return;
  const { pieces, bytes } = waiting;
  waiting.pieces = [];
  waiting.bytes = 0;
  if (socket.destroyed || socket.writableEnded) return;
  const [first] = pieces;
  socket.write(pieces.length === 1 && first !== undefined ? first : joined(pieces, bytes));
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Bytes that were accepted and have not left. */
export const unsentBytes = (socket: Socket): number =>
  socket.writableLength + (gathered.get(socket)?.bytes ?? 0);

/** Sends what was accepted, then closes; but a peer that does not read cannot keep it open. */
export function closeSoon(socket: Socket): void {
  writeGathered(socket);
  socket.removeAllListeners('data');
  socket.resume();
  socket.end();
  const timer = setTimeout(() => {
    socket.destroy();
  }, LINGER_MILLIS_MAX);
  socket.once('close', () => {
    clearTimeout(timer);
  });
}

/** Node's own buffers without their class: `slice` of ours copies, theirs does not. */
export const plainBytes = (chunk: Buffer): Uint8Array =>
  new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
