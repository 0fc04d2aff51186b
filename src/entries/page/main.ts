// The page: reads its link, shows the interface, and either sits down in a room and offers
// window.tabkeeper, or opens the laboratory.

import { mount } from 'svelte';

import App from '../../ui/App.svelte';
import { inviteLink, readAddress } from './boot.ts';
import { LabPlayground } from './lab.ts';
import { labLinkFrom, lessonLinkOf, nextSeedLink, readLabLink, type LabLink } from './mode.ts';
import { readRunLink, runLink, runOf } from './run-link.ts';
import { TabPlayground } from './playground.ts';
import { makeScripting, type Scripting } from './scripting.ts';
import { keepForOffline, startLabWorker } from './trusted.ts';

declare global {
  var tabkeeper: Scripting;
}

const target = document.getElementById('app') ?? document.body;

function openRoom(): void {
  const { address, problem } = readAddress();
  const playground = new TabPlayground(address);
  globalThis.tabkeeper = makeScripting(playground);
  const link = inviteLink(address);
  const lab = labLinkFrom(link.slice(link.indexOf('#')));
  mount(App, { target, props: { playground, links: { live: null, lab, nextSeed: null } } });
  void playground.open(problem);
}

async function openLab(link: LabLink): Promise<void> {
  const lab = await LabPlayground.open(startLabWorker());
  const links = { live: link.back, lab: null, nextSeed: nextSeedLink(link) };
  const lessonLink = {
    first: link.lesson,
    remember: (id: string | null) => {
      // Not by the address's own fragment: that would be another page.
      history.replaceState(null, '', lessonLinkOf(link, id));
    },
  };
  const shared = await readRunLink(location.hash);
  const share = () => runLink(location.origin + location.pathname, runOf(lab.lab()));
  const runs = { share, badLink: shared.kind === 'bad' };
  mount(App, { target, props: { playground: lab, lab, links, lessonLink, runs } });
  if (link.lesson !== null) return;
  if (shared.kind === 'run') lab.openRun(shared.run);
  else {
    lab.open(link.options);
    lab.begin();
  }
}

const labWanted = readLabLink(location.hash);
if (labWanted === null) openRoom();
else void openLab(labWanted);

// After the first picture: it is for the next visit.
globalThis.addEventListener('load', keepForOffline);

// Another room in the same tab is another page.
globalThis.addEventListener('hashchange', () => {
  location.reload();
});
// A page that comes back from the history has lost its lines: it starts anew from disk.
globalThis.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
