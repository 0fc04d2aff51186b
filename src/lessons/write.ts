// Short words for what lessons are written in. All of it is plain data.

import type { Match, Pattern, Predicate } from '../vocabulary/fact.ts';
import type { ScriptLine } from '../vocabulary/lesson.ts';
import type { ClientCommand } from '../vocabulary/playground.ts';
import type { LabStep } from '../vocabulary/steps.ts';
import type { MultiPart } from '../vocabulary/zkcli/command.ts';

export const fact = (kind: string, where: Pattern['where'] = {}): Pattern => ({ kind, where });

export const eventually = (of: Pattern, unless?: Pattern): Predicate =>
  unless === undefined
    ? { kind: 'eventually', fact: of }
    : { kind: 'eventually', fact: of, unless };

export const never = (of: Pattern): Predicate => ({ kind: 'never', fact: of });

export const exactly = (times: number, of: Pattern): Predicate => ({
  ...{ kind: 'count', fact: of, min: times, max: times },
});

export const atLeast = (times: number, of: Pattern, distinct?: string): Predicate =>
  distinct === undefined
    ? { kind: 'count', fact: of, min: times }
    : { kind: 'count', fact: of, min: times, distinct };

export const sequence = (...facts: readonly Pattern[]): Predicate => ({ kind: 'sequence', facts });

export const before = (first: Pattern, then: Pattern, ...by: readonly string[]): Predicate => ({
  ...{ kind: 'before', first, then, by },
});

export const now = (of: Pattern, min = 1, max?: number): Predicate =>
  max === undefined ? { kind: 'now', fact: of, min } : { kind: 'now', fact: of, min, max };

export const sameTree = (min: number): Predicate => ({ kind: 'sameTree', min });
export const all = (...of: readonly Predicate[]): Predicate => ({ kind: 'all', of });
export const any = (...of: readonly Predicate[]): Predicate => ({ kind: 'any', of });

/** A server that serves now, with this or that besides. */
export const serving = (where: Readonly<Record<string, Match>> = {}): Pattern =>
  fact('server', { serving: true, ...where });

export const act = (step: LabStep): ScriptLine => ({ do: 'step', step });
export const wait = (millis: number): ScriptLine => ({ do: 'wait', millis });
export const until = (holds: Predicate, withinMillis = 10_000): ScriptLine => ({
  ...{ do: 'until', holds, withinMillis },
});
export const mark = (name: string): ScriptLine => ({ do: 'mark', name });
export const back = (name: string): ScriptLine => ({ do: 'back', name });

export const open = (server: number): LabStep => ({ kind: 'openServer', server });
export const crash = (server: number): LabStep => ({ kind: 'crash', server, silent: false });
export const openClient = (server: number | null, timeoutMillis = 2_000): LabStep => ({
  ...{ kind: 'openClient', server, timeoutMillis },
});
export const run = (client: number, command: ClientCommand): LabStep => ({
  ...{ kind: 'command', client, command },
});

export const create = (
  path: string,
  flags: { readonly ephemeral?: true; readonly sequential?: true } = {},
): ClientCommand => ({
  ...{ kind: 'create', path, data: '' },
  ...{ ephemeral: flags.ephemeral ?? false, sequential: flags.sequential ?? false },
});
export const set = (path: string, data: string, version = -1): ClientCommand => ({
  ...{ kind: 'set', path, data, version },
});
export const get = (path: string, watch = false): ClientCommand => ({ kind: 'get', path, watch });
export const ls = (path: string, watch = false): ClientCommand => ({ kind: 'ls', path, watch });
export const stat = (path: string, watch = false): ClientCommand => ({
  ...{ kind: 'stat', path, watch },
});
export const multi = (...parts: readonly MultiPart[]): ClientCommand => ({ kind: 'multi', parts });
export const check = (path: string, version = -1): MultiPart => ({ kind: 'check', path, version });
export const remove = (path: string): ClientCommand => ({ kind: 'delete', path, version: -1 });

/** Servers come up one after the other, and these lines end when as many serve under one leader. */
export const upAndServing = (servers: readonly number[]): readonly ScriptLine[] => [
  ...servers.map((server) => act(open(server))),
  until(now(serving(), servers.length)),
];

/** A client with a session at this server. */
export const client = (number: number, server: number, timeoutMillis?: number): ScriptLine[] => [
  act(openClient(server, timeoutMillis)),
  until(now(fact('client', { client: number, state: 'SyncConnected' }))),
];

/** Runs a command and goes on when it is answered. */
export const runAndWait = (number: number, command: ClientCommand): ScriptLine[] => [
  act(run(number, command)),
  until({ kind: 'eventually', fact: fact('answered', { client: number }) }),
];
