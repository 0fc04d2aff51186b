// One line for any event, also for those that the feed does not tell: packets and ballots on their way.

import type { Traced } from '../../vocabulary/trace.ts';
import { namesNobody } from '../../vocabulary/packet.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import { traceWords, type Words } from '../words/trace-words.ts';

export function eventWords(traced: Traced): Words {
  const told = traceWords(traced);
  if (told !== null) return told;
  const { server, event } = traced;
  const id = String(server);
  switch (event.kind) {
    case 'packetSent':
    case 'packetReceived': {
      const facts = {
        id,
        type: event.type,
        zxid: formatZxid(event.zxid),
        peer: String(event.peer),
      };
      const line = event.kind === 'packetSent' ? m.space_sent(facts) : m.space_received(facts);
      return { line, why: null };
    }
    case 'ballotSent':
    case 'ballotReceived': {
      const peer = String(event.kind === 'ballotSent' ? event.to : event.from);
      const { vote } = event.ballot;
      const facts = { id, peer, leader: namesNobody(vote) ? '–' : String(vote.leader) };
      const line = event.kind === 'ballotSent' ? m.space_voted(facts) : m.space_heard_vote(facts);
      return { line, why: null };
    }
    default:
      return { line: `${id}: ${event.kind}`, why: null };
  }
}

/** What a search looks through. */
export const searchText = (traced: Traced): string => {
  const { line, why } = eventWords(traced);
  const zxid = 'zxid' in traced.event ? formatZxid(traced.event.zxid) : '';
  const path = 'path' in traced.event ? (traced.event.path ?? '') : '';
  return `${line} ${why ?? ''} ${traced.event.kind} ${zxid} ${path}`.toLowerCase();
};
