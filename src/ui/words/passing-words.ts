// What the feed leaves out, in words: packets and ballots on their way, phases, connections, and who is heard.

import { namesNobody } from '../../vocabulary/packet.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import type { EventIn } from './event-kind.ts';
import { listOf, type Told } from './lists.ts';
import { phaseWord } from './role-words.ts';
import type { Words } from './trace-words.ts';

export function passingWords({ server: s, event }: Told<EventIn<null>>): Words {
  const id = String(s);
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
    case 'phaseChanged':
      return {
        line: m.ev_phaseChanged({ s, phase: phaseWord(event.phase), epoch: event.epoch }),
        why: null,
      };
    case 'quorumChecked': {
      const { have, need, servers } = event;
      return {
        line: m.ev_quorumChecked({ s, have, need }),
        why: m.ev_quorumChecked_why({ servers: listOf(servers) }),
      };
    }
    case 'clientConnected':
      return { line: m.ev_clientConnected({ s }), why: null };
  }
}
