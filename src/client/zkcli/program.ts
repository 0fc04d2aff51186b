// A command of zkCli as a program: the requests that it asks, one after the other, and the lines that it
// prints of their answers, as Apache's zkCli 3.8 does. It never waits and never looks at a clock.

import { decodeUtf8 } from '../../base/utf8.ts';
import { ERROR_CODE, errorName } from '../../vocabulary/error-code.ts';
import { ADD_WATCH_MODE, WATCHER_TYPE } from '../../vocabulary/request.ts';
import type { ClientCommand } from '../../vocabulary/zkcli/command.ts';
import type { CommandResult } from '../../vocabulary/zkcli/outcome.ts';
import { EXIT_DONE, EXIT_REFUSED } from '../../vocabulary/zkcli/values.ts';
import { addAuth, getAcl, setAcl } from './acl-programs.ts';
import {
  ask,
  CliFailure,
  needPath,
  Printer,
  type Asking,
  type CliProgram,
  type Of,
  type SoftEnd,
} from './asking.ts';
import { clientAddresses } from './config-words.ts';
import type { DateWords } from './print.ts';
import { deleteQuota, listQuota, setQuota } from './quota.ts';
import { create, deleteAll, get, list, set, stat, sync } from './znode-programs.ts';
import { multi } from './multi-program.ts';

export type { CliProgram } from './asking.ts';

export interface CliHome {
  readonly date: DateWords;
  /** What `version` prints behind its colon. */
  readonly version: string;
}

/** Every request ends in a result, so a program ends too, unless its tree grows faster than it walks. */
export function* programOf(command: ClientCommand, home: CliHome): CliProgram {
  const printer = new Printer(home.date);
  try {
    const softly = yield* carryOut(command, printer, home);
    const { outcome, code } = softly ?? DONE;
    return { outcome, name: nameOf(code), lines: printer.lines, exitCode: EXIT_DONE };
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    printer.err(error.message);
    const { outcome, code } = error;
    return { outcome, name: nameOf(code), lines: printer.lines, exitCode: EXIT_REFUSED };
  }
}

const DONE: SoftEnd = { outcome: 'ok', code: ERROR_CODE.Ok };

const nameOf = (code: number): CommandResult['name'] =>
  code === ERROR_CODE.Ok ? null : (errorName(code) ?? 'SystemError');

function* carryOut(
  command: ClientCommand,
  printer: Printer,
  home: CliHome,
): Asking<SoftEnd | undefined> {
  switch (command.kind) {
    case 'create':
      yield* create(command, printer);
      return;
    case 'get':
      yield* get(command, printer);
      return;
    case 'set':
      yield* set(command, printer);
      return;
    case 'ls':
      yield* list(command, printer);
      return;
    case 'stat':
      yield* stat(command, printer);
      return;
    case 'delete': {
      const { path, version } = command;
      needPath(path);
      yield* ask({ kind: 'delete', path, version }, 'nothing', path);
      return;
    }
    case 'deleteall':
      return yield* deleteAll(command, printer);
    case 'sync':
      return yield* sync(command.path, printer);
    case 'addauth':
      return yield* addAuth(command);
    case 'multi':
      return yield* multi(command, printer);
    default:
      yield* carryOutRest(command, printer, home);
      return;
  }
}

type Rest = Exclude<
  ClientCommand,
  {
    kind:
      | ('create' | 'get' | 'set' | 'ls' | 'stat' | 'delete' | 'deleteall' | 'sync' | 'addauth')
      | 'multi';
  }
>;

function* carryOutRest(command: Rest, printer: Printer, home: CliHome): Asking<void> {
  switch (command.kind) {
    case 'getAcl':
      return yield* getAcl(command, printer);
    case 'setAcl':
      return yield* setAcl(command, printer);
    case 'getEphemerals': {
      const prefix = command.path ?? '/';
      needPath(prefix);
      const request = { kind: 'getEphemerals', prefix } as const;
      const { children } = yield* ask(request, 'children', prefix);
      return printer.out(`[${children.join(', ')}]`);
    }
    case 'getAllChildrenNumber': {
      const { kind, path } = command;
      needPath(path);
      return printer.out(String((yield* ask({ kind, path }, 'count', path)).count));
    }
    case 'whoami': {
      const { clients } = yield* ask({ kind: 'whoAmI' }, 'whoAmI', null);
      printer.out('Auth scheme: User', ...clients.map(({ scheme, user }) => `${scheme}: ${user}`));
      return;
    }
    case 'version':
      return printer.out(`ZooKeeper CLI version: ${home.version}`);
    case 'config':
      return yield* config(command, printer);
    case 'addWatch': {
      const { path } = command;
      const recursive = command.mode === 'PERSISTENT_RECURSIVE';
      needPath(path);
      const mode = ADD_WATCH_MODE[recursive ? 'persistentRecursive' : 'persistent'];
      yield* ask({ kind: 'addWatch', path, mode }, 'watchAdded', path);
      return;
    }
    case 'removewatches': {
      const { path } = command;
      needPath(path);
      const type = WATCHER_TYPE[command.type];
      yield* ask({ kind: 'removeWatches', path, type }, 'nothing', path);
      return;
    }
    case 'listquota':
      return yield* listQuota(command.path, printer);
    case 'setquota':
      return yield* setQuota(command, printer);
    case 'delquota':
      return yield* deleteQuota(command, printer);
    case 'reconfig':
      return yield* reconfig(command, printer);
  }
}

const CONFIG_PATH = '/zookeeper/config';

function* config(command: Of<'config'>, printer: Printer): Asking<void> {
  const { watch } = command;
  const request = { kind: 'getData', path: CONFIG_PATH, watch } as const;
  const answer = yield* ask(request, 'data', CONFIG_PATH);
  const text = answer.data === null ? 'null' : decodeUtf8(answer.data);
  printer.out(command.client === true ? clientAddresses(text) : text);
  if (command.stat === true) printer.stat(answer.stat);
}

function* reconfig(command: Of<'reconfig'>, printer: Printer): Asking<void> {
  // What was not said is null: an empty list of members would be one.
  const said = (words: string): string | null => (words === '' ? null : words);
  const [joining, leaving] = [said(command.joining), said(command.leaving)];
  const newMembers = said(command.members);
  const digits = command.version.replace(/^[+-]/, '');
  const configId = BigInt(`0x${digits}`) * (command.version.startsWith('-') ? -1n : 1n);
  const request = { kind: 'reconfig', joining, leaving, newMembers, configId } as const;
  const answer = yield* ask(request, 'data', null);
  printer.out('Committed new configuration:');
  printer.out(answer.data === null ? 'null' : decodeUtf8(answer.data));
  if (command.stat === true) printer.stat(answer.stat);
}
