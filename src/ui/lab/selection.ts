// What is selected in a laboratory, as a shared run carries it.

import { formatSessionId, serverId, sessionId } from '../../vocabulary/ids.ts';
import type { RunFollowed, RunSelection } from '../../vocabulary/lab-run.ts';
import { formatZxid, zxidOf } from '../../vocabulary/zxid.ts';
import type { Choice } from '../state/choice.svelte.ts';
import type { Selection } from '../state/selection.ts';

/** What is no single event. */
type Lasting = Exclude<Selection, { readonly traced: unknown }>;

export interface Selected {
  readonly choice: Pick<Choice, 'view' | 'server' | 'session' | 'path' | 'compared'>;
  readonly selection: { readonly current: Selection | null };
}

export function selectionOf({ choice, selection: { current } }: Selected): RunSelection {
  const { view, server, session, path, compared } = choice;
  const about = { view, server, session, path, compared };
  if (current === null) return { ...about, event: null, followed: null };
  if ('traced' in current) {
    const { server: id, sequence, atMillis } = current.traced;
    return { ...about, event: { server: id, sequence, atMillis }, followed: null };
  }
  return { ...about, event: null, followed: textOf(current) };
}

function textOf(selection: Lasting): RunFollowed {
  switch (selection.kind) {
    case 'server':
      return selection;
    case 'zxid':
      return { kind: 'zxid', id: formatZxid(selection.zxid) };
    case 'session':
      return { kind: 'session', id: formatSessionId(selection.session) };
    case 'znode':
      return { kind: 'path', path: selection.path };
    case 'watch':
      return { kind: 'watch', id: formatSessionId(selection.session), path: selection.path };
  }
}

export function followedOf(followed: RunFollowed): Lasting {
  switch (followed.kind) {
    case 'server':
      return { kind: 'server', server: serverId(followed.server) };
    case 'zxid':
      return { kind: 'zxid', zxid: zxidOf(BigInt(followed.id)) };
    case 'session':
      return { kind: 'session', session: sessionId(BigInt(followed.id)) };
    case 'path':
      return { kind: 'znode', path: followed.path };
    case 'watch': {
      const { id, path } = followed;
      return { kind: 'watch', session: sessionId(BigInt(id)), path };
    }
  }
}
