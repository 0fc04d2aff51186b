// The programs of the commands about who may do what.

import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { OPEN_ACL, type Acl } from '../../vocabulary/stat.ts';
import { readAclWords } from './acl-words.ts';
import {
  ask,
  bytesOf,
  CliFailure,
  needPath,
  walk,
  type Asking,
  type Of,
  type Printer,
  type SoftEnd,
} from './asking.ts';
import { aclLines, errorLine, keeperMessage } from './print.ts';

/** An ACL without any entry is refused before it is sent, and then no path is named. */
export function aclToSend(text: string | undefined, printer: Printer): readonly Acl[] {
  if (text === undefined) return OPEN_ACL;
  const acl = readAcl(text, printer);
  if (acl.length > 0) return acl;
  printer.err(keeperMessage(ERROR_CODE.InvalidACL, null));
  throw new CliFailure(errorLine(ERROR_CODE.InvalidACL, null), ERROR_CODE.InvalidACL);
}

const readAcl = (text: string, printer: Printer): Acl[] =>
  readAclWords(text, (line) => {
    printer.err(line);
  });

export function* getAcl(command: Of<'getAcl'>, printer: Printer): Asking<void> {
  const { path } = command;
  needPath(path);
  const answer = yield* ask({ kind: 'getACL', path }, 'acl', path);
  for (const entry of answer.acl) printer.out(...aclLines(entry));
  if (command.stat === true) printer.stat(answer.stat);
}

export function* setAcl(command: Of<'setAcl'>, printer: Printer): Asking<void> {
  const { path, version } = command;
  const acl = readAcl(command.acl, printer);
  needPath(path);
  if (command.recursive === true) {
    yield* setAclBelow(path, acl, version, printer);
    return;
  }
  if (acl.length === 0) {
    throw new CliFailure(errorLine(ERROR_CODE.InvalidACL, null), ERROR_CODE.InvalidACL);
  }
  const answer = yield* ask({ kind: 'setACL', path, acl, version }, 'stat', path);
  if (command.stat === true) printer.stat(answer.stat);
}

/** What is refused on the way is said all together, without a line's end, and the rest goes on. */
function* setAclBelow(
  root: string,
  acl: readonly Acl[],
  version: number,
  printer: Printer,
): Asking<void> {
  let said = '';
  yield* walk(root, false, function* (path) {
    if (acl.length === 0) said += keeperMessage(ERROR_CODE.InvalidACL, null);
    else {
      const result = yield { kind: 'setACL', path, acl, version };
      if (result.outcome !== 'ok') said += keeperMessage(result.code, path);
    }
  });
  if (said !== '') printer.out(said);
}

/** A refusal ends the session, which says so itself. */
export function* addAuth({ scheme, auth }: Of<'addauth'>): Asking<SoftEnd | undefined> {
  const result = yield { kind: 'auth', scheme, auth: auth === null ? null : bytesOf(auth) };
  return result.outcome === 'ok' ? undefined : result;
}
