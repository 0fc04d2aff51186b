// A room's page: sits down and offers window.tabkeeper. Loaded where a link asks for a room: only here PeerJS is
// wanted.

import { inviteLink, readAddress } from './boot.ts';
import { engineMark } from './engine-mark.ts';
import { newToken, offerRoom } from './hand-over.ts';
import { labLinkFrom, takeLinkFrom } from './mode.ts';
import { TabPlayground } from './playground.ts';
import { isFramed, loadApp, show } from './screen.ts';
import { makeScripting, type Scripting } from './scripting.ts';

declare global {
  var tabkeeper: Scripting;
}

export async function openRoom(): Promise<void> {
  // Scripts find window.tabkeeper as soon as this is there: nothing is waited for before.
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
    show(await loadApp(), { playground, engine: engineMark, links: { ...links, take } });
  }
  await playground.open(problem);
  if (playground.seated) offerRoom(token, playground.takeEnsemble);
}
