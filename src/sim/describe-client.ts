// What clients ask and hear, in words, for the transcripts.

import { errorName } from '../vocabulary/error-code.ts';
import type { Request } from '../vocabulary/request.ts';
import { formatZxid } from '../vocabulary/zxid.ts';
import type { RequestResult } from '../client/client.ts';
import type { ClientHappening } from './observation.ts';

export function sayOfClient(what: ClientHappening): string {
  switch (what.kind) {
    case 'asked':
      return `asks ${sayRequest(what.request)}`;
    case 'answered':
      return `is answered ${sayRequest(what.request)}: ${sayResult(what.result)}`;
    case 'recipe':
      return `${what.view.says}: ${what.view.recipe} under ${what.view.root}`;
    case 'called':
      return what.provider === null
        ? `calls ${what.address ?? 'nobody'} in vain`
        : `calls ${what.address ?? 'nobody'}, and client ${String(what.provider)} answers`;
    case 'watchHeard':
      return `hears ${what.event.type} ${what.event.path}`;
    case 'stateHeard':
      return what.server === null
        ? `is ${what.state}`
        : `is ${what.state} at ${String(what.server)}`;
  }
}

function sayRequest(request: Request): string {
  const path = 'path' in request ? ` ${request.path}` : '';
  const watch = 'watch' in request && request.watch ? ' with a watch' : '';
  return `${request.kind}${path}${watch}`;
}

function sayResult(result: RequestResult): string {
  switch (result.outcome) {
    case 'ok':
      return `ok at ${formatZxid(result.zxid)}`;
    case 'failed':
      return errorName(result.code) ?? String(result.code);
    case 'unknown':
      return 'unknown, it may have happened';
  }
}
