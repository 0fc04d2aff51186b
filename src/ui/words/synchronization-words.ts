// Discovery and synchronization in words: the new epoch, and why DIFF, TRUNC or SNAP.

import type { TraceEvent } from '../../vocabulary/trace.ts';
import { formatZxid, ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import { awaitedWords } from './awaited-words.ts';
import type { EventIn } from './event-kind.ts';
import { listOf, shorten, type Told } from './lists.ts';
import type { Words } from './trace-words.ts';

type HistoryEvent = Extract<
  TraceEvent,
  {
    kind:
      | 'syncDecided'
      | 'historyTruncated'
      | 'snapshotInstalled'
      | 'newLeaderAcked'
      | 'newLeaderAwaited'
      | 'leaderEstablished'
      | 'synchronised';
  }
>;

export function synchronizationWords({ server: s, event }: Told<EventIn<'sync'>>): Words {
  switch (event.kind) {
    case 'epochAccepted':
      return { line: m.ev_epochAccepted({ s, epoch: event.epoch }), why: m.ev_epochAccepted_why() };
    case 'currentEpochSaved':
      return { line: m.ev_currentEpochSaved({ s, epoch: event.epoch }), why: null };
    case 'epochProposed': {
      const { epoch, have, need } = event;
      const accepted = listOf(event.accepted.map((pair) => m.accepted_pair(pair)));
      return {
        line: m.ev_epochProposed({ s, epoch }),
        why: m.ev_epochProposed_why({ have, need, accepted }),
      };
    }
    case 'epochAcked': {
      const { server, have, need, currentEpoch: epoch } = event;
      return {
        line: m.ev_epochAcked({ server, have, need }),
        why: event.counted
          ? m.ev_epochAcked_why({ epoch, zxid: formatZxid(event.lastZxid) })
          : m.ev_epochAcked_uncounted(),
      };
    }
    case 'epochAwaited':
      return awaitedWords(s, event);
    case 'learnerRefused':
      return { line: m.ev_learnerRefused({ s, server: event.server }), why: shorten(event.reason) };
    default:
      return historyWords({ server: s, event });
  }
}

function historyWords({ server: s, event }: Told<HistoryEvent>): Words {
  switch (event.kind) {
    case 'syncDecided':
      return {
        line: m.ev_syncDecided({ s, server: event.server, mode: event.mode }),
        why: syncReason(event),
      };
    case 'historyTruncated':
      return {
        line: m.ev_historyTruncated({ s, zxid: formatZxid(event.to) }),
        why: m.ev_historyTruncated_why({ count: event.removed.length }),
      };
    case 'snapshotInstalled':
      return {
        line: m.ev_snapshotInstalled({ s, zxid: formatZxid(event.zxid) }),
        why: m.bytes({ bytes: event.bytes }),
      };
    case 'newLeaderAcked':
      return { line: m.ev_newLeaderAcked(event), why: null };
    case 'newLeaderAwaited':
      return awaitedWords(s, event);
    case 'leaderEstablished':
      return {
        line: m.ev_leaderEstablished({ s, epoch: event.epoch }),
        why: heldWords(event),
      };
    case 'synchronised':
      return {
        line: m.ev_synchronised({ s, leader: event.leader }),
        why: m.ev_synchronised_why({ epoch: event.epoch }),
      };
  }
}

function heldWords(event: Extract<TraceEvent, { kind: 'leaderEstablished' }>): string {
  const supporters = listOf(event.supporters);
  return event.lastZxid === ZXID_ZERO
    ? m.ev_leaderEstablished_empty({ supporters })
    : m.ev_leaderEstablished_why({ supporters, zxid: formatZxid(event.lastZxid) });
}

function syncReason(event: Extract<TraceEvent, { kind: 'syncDecided' }>): string {
  const learner = formatZxid(event.learnerZxid);
  const min = formatZxid(event.committedMin);
  const max = formatZxid(event.committedMax);
  const count = event.proposals;
  switch (event.rule) {
    case 'sameZxid':
      return m.sync_sameZxid({ learner });
    case 'aheadOfLeader':
      return m.sync_aheadOfLeader({ learner, max });
    case 'insideWindow':
      return m.sync_insideWindow({ learner, min, max, count });
    case 'divergedInsideWindow':
      return m.sync_divergedInsideWindow({ learner, target: formatZxid(event.target), count });
    case 'newEpochOnly':
      return m.sync_newEpochOnly();
    case 'behindWindow':
      return m.sync_behindWindow({ learner, min });
    case 'notInHistory':
      return m.sync_notInHistory({ learner });
  }
}
