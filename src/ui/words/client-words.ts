// Sessions, requests and watches in words.

import { errorName } from '../../vocabulary/error-code.ts';
import { formatSessionId } from '../../vocabulary/ids.ts';
import type { EventName } from '../../vocabulary/request.ts';
import type { TraceEvent } from '../../vocabulary/trace.ts';
import { m } from '../paraglide/messages.js';
import type { EventIn } from './event-kind.ts';
import { listOf, operation, shorten, type Told } from './lists.ts';
import type { Words } from './trace-words.ts';

type RequestEvent = Extract<
  TraceEvent,
  { kind: 'requestReceived' | 'replied' | 'quotaExceeded' | 'watchSet' | 'watchFired' }
>;

export function clientWords({ server: s, event }: Told<EventIn<'clients'>>): Words {
  switch (event.kind) {
    case 'clientRefused':
      return { line: m.ev_clientRefused({ s }), why: refusedReason(event.reason) };
    case 'sessionOpened':
    case 'sessionResumed': {
      const words = { s, session: formatSessionId(event.session) };
      return {
        line:
          event.kind === 'sessionOpened' ? m.ev_sessionOpened(words) : m.ev_sessionResumed(words),
        why: m.ev_session_timeout({ millis: event.timeoutMillis }),
      };
    }
    case 'sessionExpired':
      return {
        line: m.ev_sessionExpired({ s, session: formatSessionId(event.session) }),
        why: m.ev_sessionExpired_why({ millis: Math.round(event.silentMillis) }),
      };
    case 'sessionClosed':
      return {
        line: m.ev_sessionClosed({ s, session: formatSessionId(event.session) }),
        why:
          event.ephemerals.length === 0
            ? null
            : m.ev_sessionClosed_why({ paths: listOf(event.ephemerals) }),
      };
    case 'sessionMoved':
      return { line: m.ev_sessionMoved({ s, session: formatSessionId(event.session) }), why: null };
    default:
      return requestWords({ server: s, event });
  }
}

function requestWords({ server: s, event }: Told<RequestEvent>): Words {
  switch (event.kind) {
    case 'requestReceived':
      return { line: m.ev_requestReceived({ s, op: operation(event.op, event.path) }), why: null };
    case 'replied': {
      const { op, err } = event;
      if (err === 0) return { line: m.ev_replied({ s, op }), why: null };
      return { line: m.ev_replied_err({ s, op, error: errorName(err) ?? String(err) }), why: null };
    }
    case 'quotaExceeded': {
      const { value, limit } = event;
      const words = { s, path: shorten(event.path), subject: shorten(event.subject) };
      return {
        line: event.refused ? m.ev_quotaRefused(words) : m.ev_quotaExceeded(words),
        why:
          event.what === 'count'
            ? m.ev_quota_count({ value, limit })
            : m.ev_quota_bytes({ value, limit }),
      };
    }
    case 'watchSet':
      return {
        line: m.ev_watchSet({ s, path: shorten(event.path), kind: watchKind(event.watch) }),
        why: isLasting(event.watch) ? m.watch_lasting() : m.watch_one_shot(),
      };
    case 'watchFired':
      return {
        line: m.ev_watchFired({ s, path: shorten(event.path), event: eventWord(event.event) }),
        why: m.ev_watchFired_why(),
      };
  }
}

type WatchKind = Extract<TraceEvent, { kind: 'watchSet' }>['watch'];

const isLasting = (kind: WatchKind): boolean =>
  kind === 'persistent' || kind === 'persistentRecursive';

function watchKind(kind: WatchKind): string {
  switch (kind) {
    case 'data':
      return m.watchkind_data();
    case 'exists':
      return m.watchkind_exists();
    case 'child':
      return m.watchkind_child();
    case 'persistent':
      return m.watchkind_persistent();
    case 'persistentRecursive':
      return m.watchkind_persistentRecursive();
  }
}

export function eventWord(event: EventName): string {
  switch (event) {
    case 'NodeCreated':
      return m.event_NodeCreated();
    case 'NodeDeleted':
      return m.event_NodeDeleted();
    case 'NodeDataChanged':
      return m.event_NodeDataChanged();
    case 'NodeChildrenChanged':
      return m.event_NodeChildrenChanged();
    case 'DataWatchRemoved':
      return m.event_DataWatchRemoved();
    case 'ChildWatchRemoved':
      return m.event_ChildWatchRemoved();
    case 'PersistentWatchRemoved':
      return m.event_PersistentWatchRemoved();
    case 'None':
      return m.event_None();
  }
}

function refusedReason(reason: Extract<TraceEvent, { kind: 'clientRefused' }>['reason']): string {
  switch (reason) {
    case 'notServing':
      return m.refused_notServing();
    case 'aheadOfServer':
      return m.refused_aheadOfServer();
    case 'readOnlyServer':
      return m.refused_readOnlyServer();
    case 'expired':
      return m.refused_expired();
    case 'wrongPassword':
      return m.refused_wrongPassword();
    case 'badFrame':
      return m.refused_badFrame();
    case 'overloaded':
      return m.refused_overloaded();
  }
}
