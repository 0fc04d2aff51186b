// What is done to both systems, one step after the other.

import type { RequestKind } from '../../vocabulary/request.ts';

/** The number that the run gives to a client's connection. */
export type Client = number;

export interface PlannedRequest {
  readonly xid: number;
  readonly type: number;
  readonly label: string;
  /** How the body of a reply with err 0 reads. */
  readonly kind: RequestKind | null;
  /** Nothing may be sent behind it before it is answered. */
  readonly isLast: boolean;
  readonly isWrite: boolean;
  /** Kinds of a multi's operations. */
  readonly parts?: readonly string[];
  /** `base` is the zxid that the run counts from at this system. */
  readonly body: (base: bigint) => Uint8Array;
}

export type Step =
  | {
      readonly kind: 'open';
      readonly client: Client;
      readonly server: number;
      readonly timeoutMillis: number;
      /** Null: the byte is not sent. */
      readonly readOnly: boolean | null;
      /** How far the client claims to have seen: from the start of the run, or null for 0. */
      readonly lastZxidSeen: bigint | null;
      /** The client whose session is asked for, or null for a new one. */
      readonly resumes: Client | null;
      readonly password: 'right' | 'wrong' | 'none';
    }
  /** The connection breaks; the session stays. */
  | { readonly kind: 'drop'; readonly client: Client }
  | {
      readonly kind: 'requests';
      readonly client: Client;
      /** Sent at once. */
      readonly requests: readonly PlannedRequest[];
    }
  /** Bytes that are no request: the connection has to end. */
  | { readonly kind: 'garbage'; readonly client: Client; readonly bytes: Uint8Array };

export function stepText(step: Step): string {
  switch (step.kind) {
    case 'open': {
      const { client, server, timeoutMillis, readOnly, lastZxidSeen, resumes, password } = step;
      const what = resumes === null ? 'opens' : `resumes ${String(resumes)} (${password} password)`;
      const more = [timeoutMillis, readOnly, lastZxidSeen].map(String).join(' ');
      return `client ${String(client)} ${what} at server ${String(server + 1)}: ${more}`;
    }
    case 'drop':
      return `client ${String(step.client)} drops its connection`;
    case 'requests':
      return `client ${String(step.client)}: ${step.requests.map(({ label }) => label).join(' | ')}`;
    case 'garbage':
      return `client ${String(step.client)} sends ${Buffer.from(step.bytes).toString('hex')}`;
  }
}
