// The programs of the commands that make, read, change and delete znodes.

import { decodeUtf8 } from '../../base/utf8.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { CREATE_FLAG, type Request } from '../../vocabulary/request.ts';
import type { RequestResult } from '../state.ts';
import { aclToSend } from './acl-programs.ts';
import {
  ask,
  askChildren,
  askExists,
  below,
  bytesOf,
  CliFailure,
  needPath,
  walk,
  type Asking,
  type Of,
  type Printer,
  type SoftEnd,
} from './asking.ts';
import { errorLine, keeperMessage } from './print.ts';

export function* create(command: Of<'create'>, printer: Printer): Asking<void> {
  const { path, ephemeral, sequential, container = false, ttlMillis } = command;
  const acl = aclToSend(command.acl, printer);
  needPath(path, sequential);
  const data = command.data === null ? null : bytesOf(command.data);
  const fields = { path, data, acl };
  const flags = createFlags(ephemeral, sequential);
  const request: Request =
    ttlMillis !== undefined
      ? {
          ...{ kind: 'createTTL', ...fields, ttlMillis: BigInt(ttlMillis) },
          flags: CREATE_FLAG[sequential ? 'persistentSequentialTTL' : 'persistentTTL'],
        }
      : container
        ? { kind: 'createContainer', ...fields, flags: CREATE_FLAG.container }
        : { kind: 'create2', ...fields, flags };
  try {
    const made = yield* ask(request, 'pathAndStat', path);
    printer.err(`Created ${made.path}`);
  } catch (error) {
    const { code } = error as CliFailure;
    if (code === ERROR_CODE.EphemeralOnLocalSession) {
      printer.err('Unable to create ephemeral node on a local session');
    } else if (code === ERROR_CODE.InvalidACL) printer.err(keeperMessage(code, path));
    throw error;
  }
}

export function createFlags(ephemeral: boolean, sequential: boolean): number {
  if (ephemeral) return CREATE_FLAG[sequential ? 'ephemeralSequential' : 'ephemeral'];
  return CREATE_FLAG[sequential ? 'persistentSequential' : 'persistent'];
}

export function* get(command: Of<'get'>, printer: Printer): Asking<void> {
  const { path, watch } = command;
  needPath(path);
  const answer = yield* ask({ kind: 'getData', path, watch }, 'data', path);
  printer.out(answer.data === null ? 'null' : decodeUtf8(answer.data));
  if (command.stat === true) printer.stat(answer.stat);
}

export function* set(command: Of<'set'>, printer: Printer): Asking<void> {
  const { path, data, version } = command;
  needPath(path);
  const request = { kind: 'setData', path, data: bytesOf(data), version } as const;
  const answer = yield* ask(request, 'stat', path);
  if (command.stat === true) printer.stat(answer.stat);
}

export function* list(command: Of<'ls'>, printer: Printer): Asking<void> {
  const { path, watch } = command;
  needPath(path);
  if (command.recursive === true) {
    yield* walk(path, watch, function* (each) {
      printer.out(each);
    });
    return;
  }
  const request = { kind: 'getChildren2', path, watch } as const;
  const answer = yield* ask(request, 'childrenAndStat', path);
  const names = [...answer.children].sort((a, b) => (a < b ? -1 : 1));
  printer.out(`[${names.join(', ')}]`);
  if (command.stat === true) printer.stat(answer.stat);
}

export function* stat({ path, watch }: Of<'stat'>, printer: Printer): Asking<void> {
  needPath(path);
  const found = yield* askExists(path, watch);
  if (found === null) throw new CliFailure(errorLine(ERROR_CODE.NoNode, path), ERROR_CODE.NoNode);
  printer.stat(found);
}

const BATCH = 1_000;

/** Leaves first, in transactions of so many; a batch of none or less is all of them at once. */
export function* deleteAll(
  { path, batch = BATCH }: Of<'deleteall'>,
  printer: Printer,
): Asking<SoftEnd | undefined> {
  needPath(path);
  const tree = [path];
  for (const each of tree) {
    const names = yield* askChildren(each);
    for (const name of names) tree.push(below(each, name));
  }
  const left = tree.reverse();
  while (left.length > 0) {
    const paths = left.splice(0, batch > 0 ? batch : left.length);
    const operations = paths.map((one) => ({ kind: 'delete', path: one, version: -1 }) as const);
    const result = yield { kind: 'multi', operations };
    const end = endOfMulti(result);
    if (end === null) continue;
    printer.err('Failed to delete some node(s) in the subtree!');
    return end;
  }
  return undefined;
}

function endOfMulti(result: RequestResult): SoftEnd | null {
  if (result.outcome !== 'ok') return { outcome: result.outcome, code: result.code };
  const { response } = result;
  if (response.kind !== 'multi') return { outcome: 'unknown', code: ERROR_CODE.MarshallingError };
  for (const each of response.results) {
    if (each.kind === 'error' && each.err !== ERROR_CODE.Ok) {
      return { outcome: 'failed', code: each.err };
    }
  }
  return null;
}

export function* sync(path: string, printer: Printer): Asking<SoftEnd | undefined> {
  needPath(path);
  const result = yield { kind: 'sync', path };
  if (result.outcome === 'ok') {
    printer.out('Sync is OK');
    return undefined;
  }
  printer.out(`Sync has failed. rc=${String(result.code)}`);
  return result;
}
