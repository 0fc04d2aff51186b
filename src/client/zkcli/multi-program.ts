// A multi as a program: zkCli 3.8 has none, so what it prints is in zkCli's manner, not in its words.

import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import type { MultiOperation, MultiResult } from '../../vocabulary/request.ts';
import type { MultiPart } from '../../vocabulary/zkcli/command.ts';
import {
  ask,
  bytesOf,
  CliFailure,
  needPath,
  type Asking,
  type Of,
  type Printer,
  type SoftEnd,
} from './asking.ts';
import { errorLine } from './print.ts';
import { createFlags } from './znode-programs.ts';

export function* multi({ parts }: Of<'multi'>, printer: Printer): Asking<SoftEnd | undefined> {
  for (const part of parts) needPath(part.path, part.kind === 'create' && part.sequential);
  const operations = parts.map(operationOf);
  const { results } = yield* ask({ kind: 'multi', operations }, 'multi', null);
  const stoppedAt = results.findIndex(isFailure);
  const stopped = results[stoppedAt];
  if (stopped?.kind === 'error') {
    const path = parts[stoppedAt]?.path ?? null;
    throw new CliFailure(errorLine(stopped.err, path), stopped.err);
  }
  for (const one of results) if ('path' in one) printer.err(`Created ${one.path}`);
  return undefined;
}

/** What came before it was rolled back and says Ok; what stands behind it was not even tried. */
const isFailure = (result: MultiResult): boolean =>
  result.kind === 'error' && result.err !== ERROR_CODE.Ok;

function operationOf(part: MultiPart): MultiOperation {
  switch (part.kind) {
    case 'create': {
      const { path, ephemeral, sequential } = part;
      const data = part.data === null ? null : bytesOf(part.data);
      return {
        kind: 'create',
        path,
        data,
        acl: OPEN_ACL,
        flags: createFlags(ephemeral, sequential),
      };
    }
    case 'set':
      return { kind: 'setData', path: part.path, data: bytesOf(part.data), version: part.version };
    case 'delete':
    case 'check':
      return { kind: part.kind, path: part.path, version: part.version };
  }
}
