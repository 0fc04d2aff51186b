// What every command's program is made of: asking one request after the other, printing, and giving up
// with zkCli's words. A program is a generator: it yields requests and is handed their results; who
// carries them (a tab, a Node process, virtual time) is not its business.

import { encodeUtf8 } from '../../base/utf8.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import type { Request, Response } from '../../vocabulary/request.ts';
import {
  errLine,
  outLine,
  type ClientCommand,
  type CliLine,
} from '../../vocabulary/zkcli/command.ts';
import type { CommandResult } from '../../vocabulary/zkcli/outcome.ts';
import type { RequestResult } from '../state.ts';
import { malformedPath } from './path-words.ts';
import { errorLine, statLines, type DateWords } from './print.ts';
import type { Stat } from '../../vocabulary/stat.ts';

export type CliProgram = Generator<Request, CommandResult, RequestResult>;
/** A part of a program. */
export type Asking<T> = Generator<Request, T, RequestResult>;

/** An end that zkCli does not count as a failure of its own. */
export interface SoftEnd {
  readonly outcome: CommandResult['outcome'];
  readonly code: number;
}

/** Ends a program: thrown and caught inside it. */
export class CliFailure extends Error {
  readonly code: number;
  readonly outcome: 'failed' | 'unknown';

  constructor(text: string, code: number, outcome: 'failed' | 'unknown' = 'failed') {
    super(text);
    this.code = code;
    this.outcome = outcome;
  }
}

/** Of this kind of request this kind of answer comes. */
type ResponseOf<Kind extends Response['kind']> = Extract<Response, { kind: Kind }>;

/** Throws the failure that zkCli prints. `path` is what it names. */
export function* ask<Kind extends Response['kind']>(
  request: Request,
  kind: Kind,
  path: string | null,
): Asking<ResponseOf<Kind>> {
  const result = yield request;
  if (result.outcome !== 'ok') {
    throw new CliFailure(errorLine(result.code, path), result.code, result.outcome);
  }
  const { response } = result;
  if (response.kind === kind) return response as ResponseOf<Kind>;
  throw new CliFailure(
    errorLine(ERROR_CODE.MarshallingError, path),
    ERROR_CODE.MarshallingError,
    'unknown',
  );
}

/** Null where there is none. */
export function* askExists(path: string, watch: boolean): Asking<Stat | null> {
  try {
    return (yield* ask({ kind: 'exists', path, watch }, 'stat', path)).stat;
  } catch (error) {
    if (isNoNode(error)) return null;
    throw error;
  }
}

export const isNoNode = (error: unknown): boolean =>
  error instanceof CliFailure && error.code === ERROR_CODE.NoNode;

/** Names in order. */
export function* askChildren(path: string, watch = false): Asking<string[]> {
  const request = { kind: 'getChildren', path, watch } as const;
  const { children } = yield* ask(request, 'children', path);
  return [...children].sort((a, b) => (a < b ? -1 : 1));
}

/** What no server is asked about. */
export function needPath(path: string, sequential = false): void {
  const problem = malformedPath(sequential ? `${path}1` : path);
  if (problem !== null) throw new CliFailure(problem, ERROR_CODE.BadArguments);
}

export const bytesOf = (text: string): Uint8Array => encodeUtf8(text);

export class Printer {
  readonly lines: CliLine[] = [];
  readonly #date: DateWords;

  constructor(date: DateWords) {
    this.#date = date;
  }

  out(...texts: readonly string[]): void {
    for (const text of texts) this.lines.push(outLine(text));
  }

  err(text: string): void {
    this.lines.push(errLine(text));
  }

  stat(stat: Stat): void {
    this.out(...statLines(stat, this.#date));
  }
}

type OfKind<Kind extends ClientCommand['kind']> = Extract<ClientCommand, { readonly kind: Kind }>;
export type { OfKind as Of };

export const below = (path: string, name: string): string =>
  path === '/' ? `/${name}` : `${path}/${name}`;

/** Visits a znode, its children, and then what is below each of them, as zkCli walks. What is deleted
 *  meanwhile is passed over. */
export function* walk(
  root: string,
  watch: boolean,
  visit: (path: string) => Asking<void>,
): Asking<void> {
  yield* ask({ kind: 'getData', path: root, watch }, 'data', root);
  yield* visit(root);
  const open = [root];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const names = yield* childrenOrNone(path, watch);
    const paths = names.map((name) => below(path ?? root, name));
    for (const each of paths) yield* visit(each);
    for (const each of paths.reverse()) open.push(each);
  }
}

export function* childrenOrNone(path: string, watch = false): Asking<string[]> {
  try {
    return yield* askChildren(path, watch);
  } catch (error) {
    if (isNoNode(error)) return [];
    throw error;
  }
}
