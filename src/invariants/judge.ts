// The live judge: is told what servers trace, how they look and what clients are answered, in a room as in a
// laboratory, and says which invariants hold. A room's page does not hear everything: a rule whose premises
// were not seen is counted as not judged, and only what was seen breaks one. What it keeps is bounded
// (`state.ts`), and so is the work of one event.

import type { BreachView, LampView } from '../vocabulary/lamp.ts';
import type { Moment } from '../vocabulary/steps.ts';
import type { Traced } from '../vocabulary/trace.ts';
import type { ServerView } from '../vocabulary/view.ts';
import { onApplied, onView, type Trees } from './deliveries.ts';
import { rowsOf } from './ledger.ts';
import { onEstablished, onPhaseChanged, onProposed, onRoleChanged } from './primaries.ts';
import {
  makeClients,
  onAnswer,
  onAttached,
  onReplied,
  onTruncated,
  type Answer,
} from './promises.ts';
import { forget, makeState, restart, streamOf, type JudgeState, type Stream } from './state.ts';

export type { Answer } from './promises.ts';

export class InvariantJudge {
  readonly #state: JudgeState;
  readonly #trees: Trees = new Map();
  readonly #clients = makeClients();

  /** `ordered`: all servers' events come in the order in which they happened. */
  constructor({ ordered }: { readonly ordered: boolean }) {
    this.#state = makeState(ordered);
  }

  /** Another one means that there is something new to show. */
  get version(): number {
    return this.#state.ledger.version;
  }

  /** The first breach of each invariant, in the order in which they were found. */
  get breaches(): readonly BreachView[] {
    return this.#state.ledger.breaches;
  }

  trace(traced: Traced, moment: Moment): void {
    const state = this.#state;
    const stream = streamOf(state, traced.server);
    state.ledger.proof = { server: traced.server, moment, traced, answer: null };
    followOn(stream, traced);
    take(state, stream, traced);
  }

  view(view: ServerView, moment: Moment): void {
    this.#state.ledger.proof = { server: view.serverId, moment, traced: null, answer: null };
    onView(this.#state, this.#trees, view);
  }

  answered(answer: Answer, moment: Moment): void {
    const { client, request, zxid } = answer;
    const told = { client, request: request.kind, zxid };
    this.#state.ledger.proof = { server: null, moment, traced: null, answer: told };
    onAnswer(this.#state, this.#clients, answer);
  }

  lamp(): LampView {
    const { ledger, lag } = this.#state;
    return {
      ...{ invariants: rowsOf(ledger), first: ledger.breaches[0] ?? null },
      lagMillis: lag === null ? null : { ...lag },
    };
  }
}

/** A number that is not the next one says that part of the story is missing. */
function followOn(stream: Stream, { sequence, event }: Traced): void {
  if (event.kind === 'traceDropped') {
    // It may stand behind events that came later than the first of those it counts.
    forget(stream);
    if (stream.next === null || sequence >= stream.next) stream.next = sequence + 1;
    return;
  }
  if (event.kind !== 'serverStarted' && sequence !== stream.next) forget(stream);
  stream.next = sequence + 1;
}

function take(state: JudgeState, stream: Stream, { event, atMillis }: Traced): void {
  switch (event.kind) {
    case 'serverStarted':
      restart(stream, event.snapshotZxid);
      stream.leading = false;
      break;
    case 'snapshotInstalled':
      restart(stream, event.zxid);
      break;
    case 'serverHalted':
      onRoleChanged(state, stream, 'LOOKING');
      break;
    case 'roleChanged':
      onRoleChanged(state, stream, event.to);
      break;
    case 'phaseChanged':
      onPhaseChanged(state, stream, event, atMillis);
      break;
    case 'leaderEstablished':
      onEstablished(state, stream, event);
      break;
    case 'proposed':
      onProposed(state, stream, event);
      break;
    case 'applied':
      onApplied(state, stream, event, atMillis);
      break;
    case 'historyTruncated':
      onTruncated(state, stream, event);
      break;
    case 'sessionOpened':
    case 'sessionResumed':
      onAttached(stream, event.session);
      break;
    case 'replied':
      onReplied(state, stream, event);
      break;
    default:
      break;
  }
}
