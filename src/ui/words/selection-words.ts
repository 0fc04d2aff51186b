// What is selected, in words: what it is, and which one.

import { formatSessionId, type SessionId } from '../../vocabulary/ids.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import { eventWords } from './trace-words.ts';
import type { Selection, Thread } from '../state/selection.ts';
import type { RoomView } from '../../vocabulary/playground.ts';
import type { OutsideClient } from '../state/outside.ts';
import { sessionFace } from '../state/sessions.ts';

interface Known {
  readonly room: Pick<RoomView, 'sessions'>;
  readonly outside: readonly OutsideClient[];
}

export function selectionWords(selection: Selection, known: Known): string {
  switch (selection.kind) {
    case 'server':
      return m.selected_server({ id: selection.server });
    case 'zxid':
      return m.selected_zxid({ zxid: formatZxid(selection.zxid) });
    case 'znode':
      return m.selected_znode({ path: selection.path });
    case 'session': {
      const { session } = selection;
      return m.selected_session({ name: nameOf(session, known), id: formatSessionId(session) });
    }
    case 'watch':
      return m.selected_watch({ name: nameOf(selection.session, known), path: selection.path });
    case 'packet':
    case 'event':
      return eventWords(selection.traced).line;
  }
}

const nameOf = (session: SessionId, { room, outside }: Known): string =>
  sessionFace(session, { sessions: room.sessions, outside }).name;

/** As short as a button wants it. */
export function threadText(thread: Thread): string {
  switch (thread.kind) {
    case 'zxid':
      return formatZxid(thread.zxid);
    case 'session':
      return formatSessionId(thread.session);
    case 'znode':
      return thread.path;
    case 'watch':
      return m.selected_watch_short({ path: thread.path });
  }
}
