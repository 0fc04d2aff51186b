// A chroot, the part of a connect string behind its servers (host:port/app): every path that a client names
// lies below it, and is told to the client without it. The servers know nothing of it. As in Apache's client the
// ensemble's own /zookeeper/config is the same from everywhere, since whoever asks for it wants that one.

import type {
  MultiOperation,
  MultiResult,
  ReadOperation,
  Request,
  Response,
} from '../vocabulary/request.ts';

/** '' is no chroot; else a whole path without a slash at its end. */
export type Chroot = string;

const CONFIG_PATH = '/zookeeper/config';

export function pathBelow(chroot: Chroot, path: string): string {
  if (chroot === '' || path === CONFIG_PATH) return path;
  return path === '/' ? chroot : `${chroot}${path}`;
}

/** As the client names it. A path from elsewhere stays as it is. */
export function pathWithout(chroot: Chroot, path: string): string {
  if (chroot === '') return path;
  if (path === chroot) return '/';
  return path.startsWith(`${chroot}/`) ? path.slice(chroot.length) : path;
}

/** The request as the servers get it. */
export function requestBelow(chroot: Chroot, request: Request): Request {
  if (chroot === '') return request;
  switch (request.kind) {
    case 'multi':
      return { ...request, operations: request.operations.map((one) => below(chroot, one)) };
    case 'multiRead':
      return { ...request, operations: request.operations.map((one) => below(chroot, one)) };
    case 'getEphemerals':
      return { ...request, prefix: pathBelow(chroot, request.prefix) };
    case 'delete':
      // What a client calls its root is refused by the servers, as the whole tree's is.
      if (request.path === '/') return request;
      return { ...request, path: pathBelow(chroot, request.path) };
    case 'setWatches':
    case 'setWatches2':
      throw new RangeError('a client library sets its watches again by itself');
    default:
      return 'path' in request ? { ...request, path: pathBelow(chroot, request.path) } : request;
  }
}

const below = <T extends MultiOperation | ReadOperation>(chroot: Chroot, operation: T): T => ({
  ...operation,
  path: pathBelow(chroot, operation.path),
});

/** The answer to `request` as the client gets it. */
export function responseWithout(chroot: Chroot, request: Request, response: Response): Response {
  if (chroot === '') return response;
  switch (response.kind) {
    case 'path':
    case 'pathAndStat':
      return { ...response, path: pathWithout(chroot, response.path) };
    case 'children': {
      // Names of children are no paths; what getEphemerals gives are.
      if (request.kind !== 'getEphemerals') return response;
      // The servers compare prefixes letter by letter: /app has what is below /apple, too.
      const own = response.children.filter(
        (path) => path === chroot || path.startsWith(`${chroot}/`),
      );
      return { ...response, children: own.map((path) => pathWithout(chroot, path)) };
    }
    case 'multi':
      return { ...response, results: response.results.map((one) => resultWithout(chroot, one)) };
    default:
      return response;
  }
}

const resultWithout = (chroot: Chroot, result: MultiResult): MultiResult =>
  result.kind === 'create' || result.kind === 'create2'
    ? { ...result, path: pathWithout(chroot, result.path) }
    : result;
