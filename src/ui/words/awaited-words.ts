// Why a quorum is not there yet: who did not answer, and what is known to stand in the way.

import type { Standing, TraceEvent, VoterStanding } from '../../vocabulary/trace.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import type { Words } from './trace-words.ts';

export type AwaitedEvent = Extract<
  TraceEvent,
  { readonly kind: 'epochAwaited' | 'newLeaderAwaited' | 'commitAwaited' }
>;

export function awaitedWords(s: number, event: AwaitedEvent): Words {
  const missing = event.standings.filter(({ standing }) => standing !== 'answered');
  const why = missing.map((voter) => missingWords(event, voter)).join(m.clause_separator());
  return { line: awaitedLine(s, event), why };
}

function awaitedLine(s: number, event: AwaitedEvent): string {
  const { have, need } = event;
  switch (event.kind) {
    case 'epochAwaited':
      return event.epoch === null
        ? m.ev_epochAwaited_none({ s, have, need })
        : m.ev_epochAwaited({ s, epoch: event.epoch, have, need });
    case 'newLeaderAwaited':
      return m.ev_newLeaderAwaited({ s, epoch: event.epoch, have, need });
    case 'commitAwaited':
      return m.ev_commitAwaited({ s, zxid: formatZxid(event.zxid), have, need });
  }
}

function missingWords(event: AwaitedEvent, { server, ...voter }: VoterStanding): string {
  const reason = standingWords(voter);
  return event.kind === 'epochAwaited' && event.epoch === null
    ? m.not_registered({ server, reason })
    : m.not_acked({ server, reason });
}

export function standingWords({
  standing,
  silentMillis,
}: {
  readonly standing: Standing;
  readonly silentMillis: number | null;
}): string {
  switch (standing) {
    case 'answered':
      return m.standing_answered();
    case 'ownDisk':
      return m.standing_ownDisk();
    case 'asked':
      return m.standing_asked();
    case 'silent':
      return m.standing_silent({ millis: silentMillis ?? 0 });
    case 'joining':
      return m.standing_joining();
    case 'notCounted':
      return m.standing_notCounted();
    case 'notLinked':
      return m.standing_notLinked();
    case 'linkClosed':
      return m.standing_linkClosed();
    case 'cutOff':
      return m.standing_cutOff();
    case 'refused':
      return m.standing_refused();
  }
}
