// A TCP port that passes everything on to another one and keeps every byte, in both directions, connection by
// connection. Its links can be held (nothing gets through) and cut.

import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Recording {
  /** The port's name and its server, e.g. quorum of 2. */
  readonly port: 'client' | 'quorum' | 'election';
  readonly server: number;
  /** From the one that dialled, and back to it. */
  readonly dialler: readonly Uint8Array[];
  readonly listener: readonly Uint8Array[];
}

export interface RecordingProxy {
  readonly recordings: readonly Recording[];
  /** Nothing gets through any more, and nobody is told. */
  readonly hold: () => void;
  /** Ends all links; while `refused`, those who dial are hung up on. */
  readonly cut: (refused?: boolean) => void;
  readonly stop: () => Promise<void>;
}

const HOST = '127.0.0.1';
/** For who takes the same port there: loopback too. */
export const PROXY_HOST = '127.0.0.2';

export async function startRecordingProxy(
  port: Recording['port'],
  server: number,
  from: number,
  to: number,
  host = HOST,
): Promise<RecordingProxy> {
  const recordings: Recording[] = [];
  const sockets = new Set<Socket>();
  let held = false;
  let refused = false;
  const listener: Server = createServer({ noDelay: true }, (dialler) => {
    if (refused) {
      dialler.destroy();
      return;
    }
    const onward = connect({ port: to, host: HOST, noDelay: true });
    const recording = { port, server, dialler: [] as Uint8Array[], listener: [] as Uint8Array[] };
    recordings.push(recording);
    join(dialler, onward, recording.dialler);
    join(onward, dialler, recording.listener);
    if (held) for (const socket of [dialler, onward]) socket.pause();
  });
  const join = (source: Socket, sink: Socket, kept: Uint8Array[]): void => {
    sockets.add(source);
    source.on('error', () => undefined);
    source.on('close', () => {
      sockets.delete(source);
      sink.destroy();
    });
    source.on('data', (bytes) => {
      kept.push(new Uint8Array(bytes));
      sink.write(bytes);
    });
  };
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(from, host, resolve);
  });
  const cut = (refuse = false): void => {
    held = false;
    refused = refuse;
    for (const socket of sockets) socket.destroy();
  };
  return {
    recordings,
    hold: () => {
      held = true;
      for (const socket of sockets) socket.pause();
    },
    cut,
    stop: () => {
      cut(true);
      return new Promise((resolve) => {
        listener.close(() => {
          resolve();
        });
      });
    },
  };
}
