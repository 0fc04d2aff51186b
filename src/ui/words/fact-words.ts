// What a lesson's goal asks for, in words: a condition over one fact of a run.

import type { Match, Pattern } from '../../vocabulary/fact.ts';
import { m } from '../paraglide/messages.js';
import { shorten } from './lists.ts';
import { phaseWord } from './role-words.ts';

export function factWords(pattern: Pattern): string {
  const { kind, where } = pattern;
  const said = (name: string): string => word(where[name]);
  switch (kind) {
    case 'started':
      return m.fact_started({ server: said('server') });
    case 'crashed':
      return where['server'] === undefined
        ? m.fact_crashed_any()
        : m.fact_crashed({ server: said('server') });
    case 'diskLost':
      return m.fact_disk_lost({ server: said('server') });
    case 'phaseChanged':
      return m.fact_phase({ server: said('server'), phase: phaseOf(where['phase']) });
    case 'leaderEstablished':
      return leads(where['server']);
    case 'historyTruncated':
      return m.fact_truncated({ server: said('server') });
    case 'roleChanged':
      return where['server'] === undefined
        ? m.fact_quorum_lost_any()
        : m.fact_quorum_lost({ server: said('server') });
    case 'syncDecided':
      return where['learner'] === undefined
        ? m.fact_sync_any({ mode: said('mode') })
        : m.fact_sync({ server: said('learner'), mode: said('mode') });
    case 'committed':
      return m.fact_committed({ what: request(where), count: atLeast(where['votersCount']) });
    case 'answered':
      return answered(where);
    default:
      return clientWords(pattern);
  }
}

function clientWords({ kind, where }: Pattern): string {
  const client = word(where['client']);
  switch (kind) {
    case 'watchHeard':
      return m.fact_watch({ client, event: word(where['event']), path: word(where['path']) });
    case 'stateHeard': {
      const state = word(where['state']);
      const server = where['server'];
      return server === null
        ? m.fact_state({ client, state })
        : m.fact_state_at({ client, state, server: word(server) });
    }
    case 'sessionExpired':
      return where['client'] === undefined ? m.fact_expired_any() : m.fact_expired({ client });
    case 'sessionClosed':
      return m.fact_closed({ client });
    case 'recipe':
      return recipe(where);
    default:
      return kind;
  }
}

function recipe({ client, recipe: name, root, says }: Pattern['where']): string {
  const fields = { client: word(client), root: word(root) };
  const isOver = says === 'released';
  switch (name) {
    case 'barrier':
      return isOver ? m.fact_no_wait(fields) : m.fact_passed(fields);
    case 'doubleBarrier':
      return isOver ? m.fact_outside(fields) : m.fact_inside(fields);
    case 'queuePut':
      return m.fact_put(fields);
    case 'queueTake':
      return isOver ? m.fact_no_taker(fields) : m.fact_took(fields);
    case 'member':
      return isOver ? m.fact_no_member(fields) : m.fact_member(fields);
    case 'master':
      return isOver ? m.fact_no_candidate(fields) : m.fact_master(fields);
    case 'provider':
      return isOver ? m.fact_no_provider(fields) : m.fact_provider(fields);
    case 'consumer':
      return isOver ? m.fact_no_consumer(fields) : m.fact_consumer(fields);
    case 'nextId':
      return m.fact_id(fields);
    default:
      return isOver ? m.fact_released(fields) : m.fact_holds(fields);
  }
}

function leads(server: Match | undefined): string {
  if (server === undefined) return m.fact_leads_any();
  return typeof server === 'object' && server !== null && 'not' in server
    ? m.fact_leads_other({ server: word(server.not) })
    : m.fact_leads({ server: word(server) });
}

function answered(where: Pattern['where']): string {
  const client = word(where['client']);
  const what = request(where);
  if (where['client'] === undefined) return m.fact_failed_any();
  switch (where['outcome']) {
    case 'ok':
      return m.fact_answered({ client, what });
    case 'failed':
      return m.fact_failed({ client, what, error: word(where['error']) });
    default:
      return m.fact_unknown({ client, what });
  }
}

function request({ op, path }: Pattern['where']): string {
  return typeof path === 'string' ? `${word(op)} ${shorten(path)}` : word(op);
}

function phaseOf(phase: Match | undefined): string {
  switch (phase) {
    case 'election':
    case 'discovery':
    case 'synchronization':
    case 'broadcast':
      return phaseWord(phase);
    default:
      return word(phase);
  }
}

const atLeast = (count: Match | undefined): string =>
  typeof count === 'object' && count !== null && 'min' in count ? String(count.min) : word(count);

const word = (value: Match | undefined): string =>
  typeof value === 'object' || value === undefined ? '…' : shorten(String(value));
