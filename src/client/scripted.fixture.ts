// A client and the words of a server that the tests of this folder put in its mouth.

import {
  decodeConnectRequest,
  decodeRequestBody,
  decodeRequestHeader,
  encodeConnectResponse,
  encodeReply,
  encodeWatcherEvent,
} from '../jute/client.ts';
import { serverId, sessionId } from '../vocabulary/ids.ts';
import { XID } from '../vocabulary/request.ts';
import type { EventName, Request, Response } from '../vocabulary/request.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { makeClient, stepClient } from './client.ts';
import type { ClientAction, ClientConfig, ClientInput, ClientState } from './client.ts';

export const SESSION = sessionId(0x0100_0000_0000_0001n);
export const PASSWORD = Uint8Array.from({ length: 16 }, (_, at) => at + 1);

export const NOTHING = { kind: 'nothing' } as const;
const ONE = zxidOf(1n);
const LEAF_STAT = {
  czxid: ONE,
  mzxid: ONE,
  ctime: 0,
  mtime: 0,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 0,
  numChildren: 0,
  pzxid: ONE,
};
export const STAT = { kind: 'stat', stat: LEAF_STAT } as const;
export const DATA = { kind: 'data', data: null, stat: LEAF_STAT } as const;

export class Script {
  readonly client: ClientState;
  now = 0;
  /** What the last step gave, as one line each. */
  said: string[] = [];
  /** Bytes of the longest frame of the last step. */
  longestFrame = 0;
  /** The first frame of the last step that sent one. */
  frame: Uint8Array = new Uint8Array(0);

  constructor(config: Partial<ClientConfig> = {}) {
    const servers = [1, 2, 3].map(serverId);
    this.client = makeClient({ servers, timeoutMillis: 9000, seed: 1, shuffle: false, ...config });
  }

  step(input: ClientInput): string[] {
    const actions = stepClient(this.client, input);
    const lengths = actions.map((action) => (action.kind === 'send' ? action.frame.length : 0));
    this.longestFrame = Math.max(0, ...lengths);
    for (const action of actions) {
      if (action.kind !== 'send') continue;
      this.frame = action.frame;
      break;
    }
    this.said = actions.map(lineOf);
    return this.said;
  }

  /** One tick after `millis` more. */
  after(millis: number): string[] {
    this.now += millis;
    return this.step({ kind: 'tick', nowMillis: this.now });
  }

  get connection(): number {
    return this.client.connection;
  }

  ask(ticket: number, request: Request): string[] {
    return this.step({ kind: 'request', ticket, request });
  }

  hear(frame: Uint8Array, connection = this.connection): string[] {
    return this.step({ kind: 'frame', connection, frame });
  }

  up = (): string[] => this.step({ kind: 'connected', connection: this.connection });
  down = (): string[] => this.step({ kind: 'disconnected', connection: this.connection });
  failed = (): string[] => this.step({ kind: 'connectFailed', connection: this.connection });

  granted(timeoutMillis = 9000, id = SESSION, readOnly = false): string[] {
    const common = { protocolVersion: 0, password: PASSWORD, readOnly };
    return this.hear(encodeConnectResponse({ ...common, timeoutMillis, sessionId: id }));
  }

  /** Connected with a session, nothing asked yet. */
  established(timeoutMillis = 9000): this {
    this.after(1);
    this.up();
    this.granted(timeoutMillis);
    return this;
  }

  reply(xid: number, zxid: number, response: Response | null, err = 0): string[] {
    return this.hear(encodeReply({ xid, zxid: zxidOf(BigInt(zxid)), err }, response));
  }

  event(type: EventName, path: string): string[] {
    return this.hear(encodeWatcherEvent(zxidOf(-1n), { type, state: 'SyncConnected', path }));
  }
}

export const get = (path: string, watch = false): Request => ({ kind: 'getData', path, watch });
export const exists = (path: string, watch = false): Request => ({ kind: 'exists', path, watch });
export const children = (path: string, watch = false): Request => ({
  kind: 'getChildren',
  path,
  watch,
});

function lineOf(action: ClientAction): string {
  switch (action.kind) {
    case 'connect':
      return `connect ${String(action.server)}`;
    case 'isro':
      return `isro ${String(action.server)}`;
    case 'send':
      return `send ${sentLine(action.frame)}`;
    case 'disconnect':
      return `disconnect: ${action.reason}`;
    case 'answered': {
      const { result, ticket } = action;
      const end = result.outcome === 'ok' ? result.response.kind : String(result.code);
      const unsent = result.outcome === 'failed' && !result.sent ? ' unsent' : '';
      return `#${String(ticket)} ${result.outcome} ${end}${unsent}`;
    }
    case 'watcherEvent':
      return `watch ${action.event.type} ${action.event.path}`;
    case 'stateChanged':
      return `state ${action.state}`;
  }
}

/** A frame as a server reads it: a connect request has no header, and its second word is a zxid. */
function sentLine(frame: Uint8Array): string {
  const { header, body } = decodeRequestHeader(frame);
  if (header.xid === 0) {
    const { sessionId: id, lastZxidSeen, timeoutMillis } = decodeConnectRequest(frame);
    return `hello ${id.toString(16)} seen ${String(lastZxidSeen)} ${String(timeoutMillis)}`;
  }
  if (header.xid === XID.ping) return 'ping';
  const request = decodeRequestBody(header.type, body);
  if (request === null) return `type ${String(header.type)}`;
  if (request.kind === 'setWatches') {
    const lists = [request.data, request.exist, request.child].map((list) => list.join(','));
    return `setWatches seen ${String(request.relativeZxid)} ${lists.join('|')}`;
  }
  if (request.kind === 'setWatches2') {
    const { persistent, persistentRecursive } = request;
    return `setWatches2 ${persistent.join(',')}|${persistentRecursive.join(',')}`;
  }
  return `${String(header.xid)} ${request.kind}${'path' in request ? ` ${request.path}` : ''}`;
}
