// Starting, stopping, changing roles, and what went wrong outside.

import type { TraceEvent } from '../../vocabulary/trace.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import type { EventIn } from './event-kind.ts';
import { listOf, shorten, type Told } from './lists.ts';
import type { Words } from './trace-words.ts';

type RoleChanged = Extract<TraceEvent, { kind: 'roleChanged' }>;

export function lifeWords({ server: s, event }: Told<EventIn<'life'>>): Words {
  switch (event.kind) {
    case 'serverStarted':
      return startedWords(s, event);
    case 'serverHalted':
      return { line: m.ev_serverHalted({ s }), why: shorten(event.reason) };
    case 'readOnlyStarted':
      return {
        line: m.ev_readOnlyStarted({ s, zxid: formatZxid(event.zxid) }),
        why: m.ev_readOnlyStarted_why(),
      };
    case 'readOnlyEnded':
      return { line: m.ev_readOnlyEnded({ s }), why: m.ev_readOnlyEnded_why() };
    case 'roleChanged':
      return { line: roleLine(s, event), why: leaveReason(event.reason) };
    case 'configurationActivated': {
      const [voters, observers] = [listOf(event.voters), listOf(event.observers)];
      return {
        line: m.ev_configurationActivated({ s, version: event.version.toString(16) }),
        why: m.ev_configurationActivated_why({ voters, observers }),
      };
    }
    case 'snapshotTaken':
      return {
        line: m.ev_snapshotTaken({ s, zxid: formatZxid(event.zxid) }),
        why: m.bytes({ bytes: event.bytes }),
      };
    case 'learnerCutOff':
      return {
        line: m.ev_learnerCutOff({ s, server: event.server }),
        why: shorten(event.reason),
      };
    case 'badFrame':
      return {
        line: m.ev_badFrame({ s, from: event.from }),
        why: m.ev_badFrame_why({ reason: shorten(event.reason) }),
      };
    case 'diskFailed':
      return { line: m.ev_diskFailed({ s }), why: shorten(event.reason) };
    case 'traceDropped':
      return {
        line: m.ev_traceDropped({ s, count: event.count }),
        why: m.ev_traceDropped_why(),
      };
  }
}

function startedWords(s: number, event: Extract<TraceEvent, { kind: 'serverStarted' }>): Words {
  const { currentEpoch: epoch, lastZxid, logEntries: entries, snapshotZxid } = event;
  const line = m.ev_serverStarted({ s, epoch, zxid: formatZxid(lastZxid) });
  if (!event.trusted) return { line, why: m.ev_serverStarted_suspect() };
  if (entries === 0 && snapshotZxid === null) return { line, why: m.ev_serverStarted_fresh() };
  const why =
    snapshotZxid === null
      ? m.ev_serverStarted_why_none({ entries })
      : m.ev_serverStarted_why({ entries, snapshot: formatZxid(snapshotZxid) });
  return { line, why };
}

function roleLine(s: number, { to, leader }: RoleChanged): string {
  switch (to) {
    case 'LOOKING':
      return m.ev_role_looking({ s });
    case 'LEADING':
      return m.ev_role_leading({ s });
    case 'FOLLOWING':
      return m.ev_role_following({ s, leader: leader ?? '?' });
    case 'OBSERVING':
      return m.ev_role_observing({ s, leader: leader ?? '?' });
  }
}

function leaveReason(reason: RoleChanged['reason']): string {
  switch (reason) {
    case 'quorumLost':
      return m.reason_quorumLost();
    case 'leaderSilent':
      return m.reason_leaderSilent();
    case 'leaderLinkClosed':
      return m.reason_leaderLinkClosed();
    case 'leaderUnreachable':
      return m.reason_leaderUnreachable();
    case 'initLimitExceeded':
      return m.reason_initLimitExceeded();
    case 'counterUsedUp':
      return m.reason_counterUsedUp();
    case 'oldEpoch':
      return m.reason_oldEpoch();
    case 'protocolError':
      return m.reason_protocolError();
    case 'trustRegained':
      return m.reason_trustRegained();
    case 'reconfigured':
      return m.reason_reconfigured();
    case 'electionWon':
      return m.reason_electionWon();
    case 'electionLost':
      return m.reason_electionLost();
    case 'started':
      return m.reason_started();
  }
}
