// The journey of a write in words.

import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import { awaitedWords } from './awaited-words.ts';
import type { EventIn } from './event-kind.ts';
import { listOf, operation, type Told } from './lists.ts';
import type { Words } from './trace-words.ts';

export function broadcastWords({ server: s, event }: Told<EventIn<'broadcast'>>): Words {
  switch (event.kind) {
    case 'requestForwarded':
      return {
        line: m.ev_requestForwarded({ s, op: event.op }),
        why: m.ev_requestForwarded_why(),
      };
    case 'proposed': {
      const op = operation(event.op, event.path);
      return { line: m.ev_proposed({ s, zxid: formatZxid(event.zxid), op }), why: null };
    }
    case 'proposalLogged':
      return {
        line: m.ev_proposalLogged({ s, zxid: formatZxid(event.zxid) }),
        why: m.ev_proposalLogged_why(),
      };
    case 'ackCounted': {
      const { server, have, need } = event;
      const zxid = formatZxid(event.zxid);
      return { line: m.ev_ackCounted({ s, server, zxid, have, need }), why: null };
    }
    case 'commitAwaited':
      return awaitedWords(s, event);
    case 'committed':
      return {
        line: m.ev_committed({ s, zxid: formatZxid(event.zxid) }),
        why: m.ev_committed_why({ voters: listOf(event.voters) }),
      };
    case 'applied': {
      const op = operation(event.op, event.path);
      return {
        line: m.ev_applied({ s, zxid: formatZxid(event.zxid), op }),
        why: event.err === 0 ? null : m.ev_applied_err({ err: event.err }),
      };
    }
  }
}
