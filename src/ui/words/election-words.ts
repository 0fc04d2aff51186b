// Fast leader election in words: each vote with the comparison that decided it.

import { namesNobody, type Vote } from '../../vocabulary/packet.ts';
import type { TraceEvent, VoteRule } from '../../vocabulary/trace.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import type { EventIn } from './event-kind.ts';
import { listOf, type Told } from './lists.ts';
import type { Words } from './trace-words.ts';

export function electionWords({ server: s, event }: Told<EventIn<'election'>>): Words {
  switch (event.kind) {
    case 'roundStarted': {
      const { leader, zxid, peerEpoch: epoch } = event.vote;
      if (namesNobody(event.vote)) {
        return { line: m.ev_roundStarted_none({ s, round: event.round }), why: m.no_vote_why() };
      }
      return {
        line: m.ev_roundStarted({ s, round: event.round, leader }),
        why: m.ev_roundStarted_why({ epoch, zxid: formatZxid(zxid), leader }),
      };
    }
    case 'ballotIgnored':
      return { line: m.ev_ballotIgnored({ s, from: event.from }), why: ignoredReason(event) };
    case 'voteChanged':
      return {
        line: m.ev_voteChanged({ s, leader: event.to.leader }),
        why: changedReason(event.rule, event.from, event.to),
      };
    case 'voteKept':
      return {
        line: m.ev_voteKept({ s, leader: event.mine.leader }),
        why: keptReason(event.rule, event.against, event.mine, event.theirs),
      };
    case 'voteCounted': {
      const { have, need, leader, voters } = event;
      return {
        line: m.ev_voteCounted({ s, have, need, leader }),
        why: m.ev_voteCounted_why({ voters: listOf(voters) }),
      };
    }
    case 'electionDecided':
      return {
        line: m.ev_electionDecided({ s, leader: event.leader }),
        why: event.how === 'quorumOfLooking' ? m.how_quorumOfLooking() : m.how_joinedEstablished(),
      };
  }
}

function ignoredReason(event: Extract<TraceEvent, { kind: 'ballotIgnored' }>): string {
  switch (event.reason) {
    case 'oldRound':
      return m.ignored_oldRound({ theirs: event.theirRound, mine: event.round });
    case 'notAVoter':
      return m.ignored_notAVoter({ from: event.from });
    case 'suspect':
      return m.ignored_suspect({ from: event.from });
    case 'observer':
      return m.ignored_observer({ from: event.from });
  }
}

function changedReason(rule: VoteRule, mine: Vote, theirs: Vote): string {
  if (namesNobody(mine)) return m.rule_any_vote();
  const epoch = theirs.peerEpoch;
  const zxid = formatZxid(theirs.zxid);
  switch (rule) {
    case 'epoch':
      return m.rule_epoch_higher({ theirs: epoch, mine: mine.peerEpoch });
    case 'zxid':
      return m.rule_zxid_higher({ epoch, theirs: zxid, mine: formatZxid(mine.zxid) });
    case 'id':
      return m.rule_id_higher({ epoch, zxid, theirs: theirs.leader, mine: mine.leader });
    case 'same':
      return m.rule_same();
  }
}

function keptReason(rule: VoteRule, against: number, mine: Vote, theirs: Vote): string {
  if (namesNobody(theirs)) return m.rule_no_vote({ against });
  const epoch = mine.peerEpoch;
  const zxid = formatZxid(mine.zxid);
  switch (rule) {
    case 'epoch':
      return m.rule_epoch_lower({ against, theirs: theirs.peerEpoch, mine: epoch });
    case 'zxid':
      return m.rule_zxid_lower({ against, epoch, theirs: formatZxid(theirs.zxid), mine: zxid });
    case 'id':
      return m.rule_id_lower({ against, epoch, zxid, theirs: theirs.leader, mine: mine.leader });
    case 'same':
      return m.rule_same();
  }
}
