// A room's page: sits down and offers window.tabkeeper. Loaded where a link asks for a room: only here PeerJS is
// wanted.

import type { RoomLessonHands } from '../../ui/lesson/room/door.svelte.ts';
import { inviteLink, readAddress } from './boot.ts';
import { engineMark } from './engine-mark.ts';
import { newToken, offerRoom } from './hand-over.ts';
import { labLinkFrom, lessonOfRoom, takeLinkFrom, withLesson } from './mode.ts';
import { TabPlayground, type Watcher } from './playground.ts';
import { isFramed, loadApp, show } from './screen.ts';
import { makeScripting, type Scripting } from './scripting.ts';

declare global {
  var tabkeeper: Scripting;
}

export async function openRoom(): Promise<void> {
  // Scripts find window.tabkeeper as soon as this is there: nothing is waited for before.
  const first = lessonOfRoom(location.hash);
  const { address, problem } = readAddress();
  const playground = new TabPlayground(address);
  globalThis.tabkeeper = makeScripting(playground);
  const link = inviteLink(address);
  const room = link.slice(link.indexOf('#'));
  const token = newToken();
  if (isFramed) {
    const { default: Embed } = await import('../../ui/embed/Embed.svelte');
    show(Embed, { playground, whole: link });
  } else {
    const links = { live: null, lab: labLinkFrom(room), nextSeed: null, openWorld: null };
    const take = takeLinkFrom(room, token);
    const roomLessons = lessonsOf(playground, first);
    const given = { playground, engine: engineMark, links: { ...links, take }, roomLessons };
    show(await loadApp(), given);
  }
  await playground.open(problem);
  if (playground.seated) offerRoom(token, playground.takeEnsemble);
}

/** What judges a lesson is loaded when somebody goes to the lessons. */
const lessonsOf = (playground: TabPlayground, first: string | null): RoomLessonHands => ({
  first,
  load: async () => {
    const { LiveLessonDesk } = await import('./live-lesson.ts');
    const watch = (watcher: Watcher | null): void => {
      playground.watcher = watcher;
    };
    return new LiveLessonDesk({ hands: playground, watch });
  },
  remember: (id) => {
    // Not by the address's own fragment: that would be another page.
    history.replaceState(null, '', location.search + withLesson(location.hash, id));
  },
});
