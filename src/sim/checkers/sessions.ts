// S1, S2, S3, and that an answered write is part of history: what one client is promised.

import type { Request, Response } from '../../vocabulary/request.ts';
import { formatZxid, ZXID_ZERO, type Zxid } from '../../vocabulary/zxid.ts';
import type { Observation } from '../observation.ts';
import type { CheckerDefinition } from './ghost.ts';

interface Answer {
  readonly client: number;
  readonly ticket: number;
  readonly request: Request;
  readonly zxid: Zxid;
  readonly response: Response;
}

function okAnswer(observation: Observation): Answer | null {
  if (observation.at !== 'client' || observation.what.kind !== 'answered') return null;
  const { ticket, request, result } = observation.what;
  if (result.outcome !== 'ok') return null;
  const { zxid, response } = result;
  return { client: observation.client, ticket, request, zxid, response };
}

const WRITES: readonly Request['kind'][] = [
  ...(['create', 'create2', 'createContainer', 'createTTL', 'delete'] as const),
  ...(['setData', 'multi', 'setACL', 'closeSession'] as const),
];

const isWrite = (request: Request): boolean => WRITES.includes(request.kind);

const words = ({ client, request, zxid }: Answer): string =>
  `client ${String(client)}'s ${request.kind} was answered at ${formatZxid(zxid)}`;

export const clientOrder: CheckerDefinition = {
  rule: 'S1 first in, first out',
  sees: ['answered'],
  make: (report) => {
    const lastWrite = new Map<number, Answer>();
    const lastTicket = new Map<number, number>();
    return {
      observe: (observation) => {
        const answer = okAnswer(observation);
        if (answer === null) return;
        const ticket = lastTicket.get(answer.client) ?? 0;
        if (answer.ticket <= ticket) {
          report(observation.millis, `${words(answer)} out of the order in which it was asked`);
        }
        lastTicket.set(answer.client, answer.ticket);
        if (!isWrite(answer.request)) return;
        const before = lastWrite.get(answer.client);
        lastWrite.set(answer.client, answer);
        if (before === undefined || answer.zxid > before.zxid) return;
        report(
          observation.millis,
          `${words(answer)}, its earlier write at ${formatZxid(before.zxid)}`,
        );
      },
    };
  },
};

export const readYourWrites: CheckerDefinition = {
  rule: 'S2 read your writes',
  sees: ['answered'],
  make: (report) => {
    /** By client and path: the zxid of the client's own last answered write there. */
    const written = new Map<string, Zxid>();
    const nameOf = (client: number, path: string): string => `${String(client)} ${path}`;
    return {
      observe: (observation) => {
        const answer = okAnswer(observation);
        if (answer === null) return;
        const { client, request, response, zxid } = answer;
        if (request.kind === 'setData') written.set(nameOf(client, request.path), zxid);
        // A sync answers with its path too, and writes nothing.
        const isSync = request.kind === 'sync';
        if (!isSync && (response.kind === 'path' || response.kind === 'pathAndStat')) {
          written.set(nameOf(client, response.path), zxid);
        }
        if (request.kind !== 'getData' && request.kind !== 'exists') return;
        if (response.kind !== 'data' && response.kind !== 'stat') return;
        const own = written.get(nameOf(client, request.path)) ?? ZXID_ZERO;
        if (response.stat.mzxid >= own) return;
        const saw = `saw ${request.path} as of ${formatZxid(response.stat.mzxid)}`;
        report(observation.millis, `${words(answer)} and ${saw}, before its own write`);
      },
    };
  },
};

export const singleSystemImage: CheckerDefinition = {
  rule: 'S3 single system image',
  sees: ['answered'],
  make: (report) => {
    const seen = new Map<number, Zxid>();
    return {
      observe: (observation) => {
        const answer = okAnswer(observation);
        if (answer === null) return;
        const before = seen.get(answer.client) ?? ZXID_ZERO;
        if (answer.zxid < before) {
          report(observation.millis, `${words(answer)} after it had seen ${formatZxid(before)}`);
        }
        seen.set(answer.client, answer.zxid);
      },
    };
  },
};

export const answersAreHistory: CheckerDefinition = {
  rule: 'S5 an answered write happened',
  sees: ['answered'],
  make: (report) => {
    const answered = new Map<Zxid, { says: string; millis: number }>();
    return {
      observe: (observation) => {
        const answer = okAnswer(observation);
        if (answer === null || !isWrite(answer.request)) return;
        const says = words(answer);
        const other = answered.get(answer.zxid);
        if (other !== undefined) report(observation.millis, `${says}, and so was: ${other.says}`);
        answered.set(answer.zxid, { says, millis: observation.millis });
      },
      finish: (ghost) => {
        for (const [zxid, { says, millis }] of answered) {
          if (!ghost.canonIndex.has(zxid))
            report(millis, `${says}, which no server ever delivered`);
        }
      },
    };
  },
};
