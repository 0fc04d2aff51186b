// Writes a laboratory's run down as facts that a lesson can ask about: flat, with zxids as text, sessions
// as client numbers, and the path of a write beside everything that only names its zxid. Each branch has
// its own list. It changes nothing.

import { firstMultiError } from '../client/client.ts';
import { ERROR_CODE, errorName } from '../vocabulary/error-code.ts';
import type { Fact, FactScalar, FactValue } from '../vocabulary/fact.ts';
import type { Request, Response } from '../vocabulary/request.ts';
import type { LabStep, Moment } from '../vocabulary/steps.ts';
import type { TraceEvent, Traced } from '../vocabulary/trace.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { counterOf, epochOf, formatZxid, type Zxid } from '../vocabulary/zxid.ts';
import type { ClientHappening, Observation } from './observation.ts';

/** A branch keeps the newest so many. */
export const FACTS_MAX = 50_000;

/** Told very often, and no lesson asks for them. */
const UNSAID = new Set<TraceEvent['kind']>([
  ...(['ballotSent', 'ballotReceived', 'voteKept', 'packetReceived', 'quorumChecked'] as const),
  ...(['requestReceived', 'clientConnected', 'traceDropped'] as const),
]);

interface Written {
  facts: Fact[];
  /** How many older ones are no longer kept. */
  dropped: number;
  /** By zxid: what the newest proposal with it was about. */
  readonly paths: Paths;
}

export class Witness {
  readonly #branches = new Map<number, Written>();
  readonly #clients = new Map<bigint, number>();

  /** How many facts this branch told up to a moment, those that are no longer kept among them. */
  count(branch: number, to: Moment): number {
    return this.facts(branch, to).length + this.#written(branch).dropped;
  }

  /** What this branch told up to a moment, after the first `skip`. */
  facts(branch: number, to: Moment, skip = 0): readonly Fact[] {
    const { facts, dropped } = this.#written(branch);
    const told = upTo(facts, to);
    return skip <= dropped ? told : told.slice(skip - dropped);
  }

  fork(parent: number, branch: number, at: Moment): void {
    const { paths, dropped } = this.#written(parent);
    const facts = [...this.facts(parent, at)];
    this.#branches.set(branch, { facts, dropped, paths: new Map(paths) });
  }

  did(branch: number, step: LabStep, at: Moment): void {
    this.#write(branch, factOfStep(step, at));
  }

  saw(branch: number, observation: Observation, at: Moment): void {
    if (observation.at === 'client') {
      const { client, what } = observation;
      if (what.kind === 'stateHeard') this.#clients.set(what.session, client);
      this.#write(branch, factOfClient(client, what, at));
      return;
    }
    const { server, what } = observation;
    if (what.kind === 'traced') {
      const known = { clients: this.#clients, paths: this.#written(branch).paths };
      const fact = factOfEvent({ server, event: what.event }, at, known);
      if (fact !== null) this.#write(branch, fact);
    } else if (['started', 'crashed', 'halted', 'diskLost'].includes(what.kind)) {
      this.#write(branch, { kind: what.kind, at, fields: { server } });
    }
  }

  #written(branch: number): Written {
    const known = this.#branches.get(branch);
    if (known !== undefined) return known;
    const made: Written = { facts: [], dropped: 0, paths: new Map() };
    this.#branches.set(branch, made);
    return made;
  }

  #write(branch: number, fact: Fact): void {
    const written = this.#written(branch);
    written.facts.push(fact);
    if (written.facts.length <= FACTS_MAX * 1.25) return;
    written.dropped += written.facts.length - FACTS_MAX;
    written.facts = written.facts.slice(-FACTS_MAX);
  }
}

export function factOfStep(step: LabStep, at: Moment): Fact {
  const { kind, ...rest } = step;
  const fields: Record<string, FactValue> = { step: kind };
  for (const [name, value] of Object.entries(rest)) if (isScalar(value)) fields[name] = value;
  return { kind: 'did', at, fields };
}

export const factOfClient = (client: number, what: ClientHappening, at: Moment): Fact => ({
  ...{ kind: what.kind, at, fields: { client, ...fieldsOfClient(what) } },
});

/** What an event alone does not say: whose session it names, and what its zxid is about. */
export interface Known {
  readonly clients: ReadonlyMap<bigint, number>;
  /** Learns from what is proposed. */
  readonly paths: Paths;
}

export type Paths = Map<string, { readonly path: string | null; readonly op: string }>;

/** Null for what is told very often and no lesson asks for. */
export function factOfEvent(
  { server, event }: Pick<Traced, 'server' | 'event'>,
  at: Moment,
  known: Known,
): Fact | null {
  if (UNSAID.has(event.kind)) return null;
  if (event.kind === 'packetSent' && event.type === 'PING') return null;
  return { kind: event.kind, at, fields: { ...fieldsOfEvent(event, known), server } };
}

/** Remembers what this proposal is about. */
export function learnPath(paths: Paths, event: TraceEvent & { readonly kind: 'proposed' }): void {
  paths.set(formatZxid(event.zxid), { path: event.path, op: opOf(event.op) });
  const [oldest] = paths.keys();
  if (paths.size > FACTS_MAX && oldest !== undefined) paths.delete(oldest);
}

function fieldsOfEvent(event: TraceEvent, { clients, paths }: Known): Record<string, FactValue> {
  const fields: Record<string, FactValue> = {};
  for (const [name, value] of Object.entries(event)) {
    if (name === 'kind') continue;
    if (name === 'session') fields['client'] = clients.get(value as bigint) ?? null;
    else if (name === 'op') fields['op'] = opOf(value as string);
    else if (name === 'server') fields['learner'] = value as number;
    else addField(fields, name, value);
  }
  if (!('zxid' in event)) return fields;
  if (event.kind === 'proposed') learnPath(paths, event);
  return { ...(paths.get(formatZxid(event.zxid)) ?? {}), ...fields };
}

function upTo(facts: readonly Fact[], to: Moment): readonly Fact[] {
  const last = facts.at(-1);
  if (last === undefined || !isAfter(last.at, to)) return facts;
  return facts.filter(({ at }) => !isAfter(at, to));
}

const isAfter = (at: Moment, to: Moment): boolean =>
  at.events !== to.events ? at.events > to.events : at.millis > to.millis;

const isScalar = (value: unknown): value is FactScalar =>
  value === null || ['number', 'string', 'boolean'].includes(typeof value);

/** Round numbers are counts; every other long number of an event is a zxid. */
function addField(fields: Record<string, FactValue>, name: string, value: unknown): void {
  if (isScalar(value)) fields[name] = value;
  else if (typeof value === 'bigint') {
    if (name.toLowerCase().includes('round')) fields[name] = Number(value);
    else {
      fields[name] = formatZxid(value as Zxid);
      fields[`${name}Epoch`] = epochOf(value as Zxid);
      fields[`${name}Counter`] = counterOf(value as Zxid);
    }
  } else if (Array.isArray(value)) {
    fields[`${name}Count`] = value.length;
    const plain: unknown[] = value.map((one: unknown) =>
      typeof one === 'bigint' ? formatZxid(one as Zxid) : one,
    );
    if (plain.every(isListed)) fields[name] = plain;
  } else if (isVote(value)) fields[name] = value.leader;
}

const isListed = (value: unknown): value is number | string =>
  typeof value === 'number' || typeof value === 'string';

const isVote = (value: unknown): value is { readonly leader: number } =>
  typeof value === 'object' && value !== null && 'leader' in value;

function fieldsOfClient(what: ClientHappening): Record<string, FactValue> {
  switch (what.kind) {
    case 'asked':
      return { ticket: what.ticket, ...fieldsOfRequest(what.request) };
    case 'answered': {
      const { ticket, request, result } = what;
      const asked = { ticket, ...fieldsOfRequest(request), outcome: result.outcome };
      if (result.outcome !== 'ok') return { ...asked, error: errorName(result.code) };
      const stopped = stoppedBy(result.response);
      if (stopped !== null) return { ...asked, outcome: 'failed', error: errorName(stopped) };
      const zxid = formatZxid(result.zxid);
      return { ...asked, error: null, zxid, ...fieldsOfResponse(result.response) };
    }
    case 'recipe':
      return { ...what.view, foundCount: what.view.found?.length ?? 0 };
    case 'called':
      return { root: what.root, address: what.address, provider: what.provider };
    case 'watchHeard':
      return { event: what.event.type, path: what.event.path };
    case 'stateHeard':
      return { state: what.state, server: what.server };
  }
}

/** The error of the operation that stopped a multi; null if nothing did. */
function stoppedBy(response: Response): number | null {
  const code = response.kind === 'multi' ? firstMultiError(response.results) : ERROR_CODE.Ok;
  return code === ERROR_CODE.Ok ? null : code;
}

const OPS: Readonly<Record<string, string>> = { create2: 'create', getChildren2: 'getChildren' };

const opOf = (name: string): string => OPS[name] ?? name;

function fieldsOfRequest(request: Request): Record<string, FactValue> {
  const fields: Record<string, FactValue> = { op: opOf(request.kind), path: null };
  if ('path' in request) fields['path'] = request.path;
  if ('watch' in request) fields['watch'] = request.watch;
  if ('version' in request) fields['version'] = request.version;
  if ('data' in request && request.data instanceof Uint8Array) {
    fields['data'] = decodeUtf8(request.data);
  }
  if (request.kind === 'multi') fields['paths'] = request.operations.map(({ path }) => path);
  return fields;
}

function fieldsOfResponse(response: Response): Record<string, FactValue> {
  const fields: Record<string, FactValue> = {};
  if ('path' in response) fields['made'] = response.path;
  if ('children' in response) {
    fields['children'] = [...response.children];
    fields['childrenCount'] = response.children.length;
  }
  if ('stat' in response) fields['nodeVersion'] = response.stat.version;
  if (response.kind === 'data') {
    fields['data'] = response.data === null ? null : decodeUtf8(response.data);
  }
  return fields;
}
