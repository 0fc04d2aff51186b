// The little shell's commands as requests, and answers as results the interface shows.

import { ERROR_CODE, errorName } from '../../vocabulary/error-code.ts';
import type { ClientCommand, CommandResult } from '../../vocabulary/playground.ts';
import { CREATE_FLAG, type Request, type Response } from '../../vocabulary/request.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import { KeeperError } from './client-session.ts';

export function createFlags(ephemeral: boolean, sequential: boolean): number {
  if (ephemeral) return sequential ? CREATE_FLAG.ephemeralSequential : CREATE_FLAG.ephemeral;
  return sequential ? CREATE_FLAG.persistentSequential : CREATE_FLAG.persistent;
}

export function requestOf(command: ClientCommand): Request {
  const { path } = command;
  switch (command.kind) {
    case 'create': {
      const flags = createFlags(command.ephemeral, command.sequential);
      const data = new TextEncoder().encode(command.data);
      return { kind: 'create2', path, data, acl: OPEN_ACL, flags };
    }
    case 'get':
      return { kind: 'getData', path, watch: command.watch };
    case 'set': {
      const data = new TextEncoder().encode(command.data);
      return { kind: 'setData', path, data, version: command.version };
    }
    case 'ls':
      return { kind: 'getChildren2', path, watch: command.watch };
    case 'stat':
      return { kind: 'exists', path, watch: command.watch };
    case 'delete':
      return { kind: 'delete', path, version: command.version };
    case 'sync':
      return { kind: 'sync', path };
  }
}

export function resultOf(response: Response): CommandResult {
  const nothing = { outcome: 'ok', path: null, data: null, stat: null, children: null } as const;
  switch (response.kind) {
    case 'path':
      return { ...nothing, path: response.path };
    case 'pathAndStat':
      return { ...nothing, path: response.path, stat: response.stat };
    case 'stat':
      return { ...nothing, stat: response.stat };
    case 'data': {
      const data = response.data === null ? null : new TextDecoder().decode(response.data);
      return { ...nothing, data, stat: response.stat };
    }
    case 'children':
      return { ...nothing, children: response.children };
    case 'childrenAndStat':
      return { ...nothing, children: response.children, stat: response.stat };
    default:
      return nothing;
  }
}

export function failureOf(error: unknown): CommandResult {
  if (!(error instanceof KeeperError)) {
    return { outcome: 'failed', name: 'SystemError', code: ERROR_CODE.SystemError };
  }
  const { outcome, code } = error;
  return { outcome, name: errorName(code) ?? 'SystemError', code };
}
