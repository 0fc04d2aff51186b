// The little shell's commands as requests, for clients in virtual time.

import { encodeUtf8 } from '../base/utf8.ts';
import type { ClientCommand } from '../vocabulary/playground.ts';
import { CREATE_FLAG, type Request } from '../vocabulary/request.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';

export function requestOfCommand(command: ClientCommand): Request {
  const { path } = command;
  switch (command.kind) {
    case 'create': {
      const data = encodeUtf8(command.data);
      return { kind: 'create2', path, data, acl: OPEN_ACL, flags: flagsOf(command) };
    }
    case 'get':
      return { kind: 'getData', path, watch: command.watch };
    case 'set':
      return { kind: 'setData', path, data: encodeUtf8(command.data), version: command.version };
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

function flagsOf({ ephemeral, sequential }: ClientCommand & { kind: 'create' }): number {
  if (ephemeral) return sequential ? CREATE_FLAG.ephemeralSequential : CREATE_FLAG.ephemeral;
  return sequential ? CREATE_FLAG.persistentSequential : CREATE_FLAG.persistent;
}
