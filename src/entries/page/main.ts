// The page: reads its link, shows the interface, and sits down in a room and offers window.tabkeeper, or
// opens the laboratory, or, where nothing is asked for, shows a newcomer what this is. With ?embed it shows
// the stage alone; the whole page never stands in a frame.

import { mount, type Component } from 'svelte';

import { CATALOGUE } from '../../lessons/catalogue.ts';
import App from '../../ui/App.svelte';
import { beginTaken } from './begin-taken.ts';
import { inviteLink, readAddress } from './boot.ts';
import { isLessonLink, lessonLink as linkOfLesson, readLessonLink } from './lesson-link.ts';
import { newToken, offerRoom } from './hand-over.ts';
import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LabOptions } from '../../vocabulary/steps.ts';
import { LabPlayground } from './lab.ts';
import {
  isBare,
  isEmbed,
  labLinkFrom,
  lessonLinkOf,
  NEW_ROOM,
  nextSeedLink,
  readLabLink,
  takeLinkFrom,
  worldLink,
  type LabLink,
} from './mode.ts';
import { readRunLink, runLink, runOf } from './run-link.ts';
import { TabPlayground } from './playground.ts';
import { makeScripting, type Scripting } from './scripting.ts';
import { keepForOffline, startLabWorker } from './trusted.ts';

declare global {
  var tabkeeper: Scripting;
}

const target = document.getElementById('app') ?? document.body;
const embed = isEmbed(location.search);
/** This very page with all of its parts. */
const whole = location.origin + location.pathname + location.hash;

const show = <Props extends Record<string, unknown>>(
  component: Component<Props>,
  props: Props,
): void => {
  mount(component, { target, props });
};

async function openRoom(): Promise<void> {
  const { address, problem } = readAddress();
  const playground = new TabPlayground(address);
  globalThis.tabkeeper = makeScripting(playground);
  const link = inviteLink(address);
  const room = link.slice(link.indexOf('#'));
  const token = newToken();
  if (embed) {
    const { default: Embed } = await import('../../ui/embed/Embed.svelte');
    show(Embed, { playground, whole: link });
  } else {
    const links = { live: null, lab: labLinkFrom(room), nextSeed: null, openWorld: null };
    show(App, { playground, links: { ...links, take: takeLinkFrom(room, token) } });
  }
  await playground.open(problem);
  if (playground.seated) offerRoom(token, playground.takeEnsemble);
}

async function openLab(link: LabLink): Promise<void> {
  const lab = await LabPlayground.open(startLabWorker());
  const links = {
    ...{ live: link.back, lab: null, take: null, nextSeed: nextSeedLink(link) },
    openWorld: (options: LabOptions) => {
      const wanted = worldLink(options, link);
      // The same world again is no other address.
      if (location.hash === wanted) location.reload();
      else location.hash = wanted;
    },
  };
  const page = location.origin + location.pathname;
  const given = await readLessonLink(location.hash);
  let open: string | null = null;
  const lessonLink = {
    ...{ first: link.lesson, given },
    share: (lesson: Lesson) => linkOfLesson(page, lesson),
    remember: (id: string | null, own: Lesson | null) => {
      open = id;
      // Not by the address's own fragment: that would be another page.
      history.replaceState(null, '', lessonLinkOf(link, own === null ? id : null));
      if (own === null) return;
      void linkOfLesson(page, own).then((whole) => {
        // One that is too long for a link is not there after a reload.
        if (whole !== null && open === id) history.replaceState(null, '', whole);
      });
    },
  };
  const shared = await readRunLink(location.hash);
  const share = () => runLink(page, runOf(lab.lab()));
  const runs = { share, badLink: shared.kind === 'bad' };
  if (embed) {
    const { default: Embed } = await import('../../ui/embed/Embed.svelte');
    show(Embed, {
      ...{ playground: lab, lab, lesson: link.lesson, whole },
      own: given?.lesson ?? null,
    });
  } else show(App, { playground: lab, lab, links, lessonLink, runs });
  if (link.lesson !== null || (given?.lesson ?? null) !== null) return;
  if (shared.kind === 'run') lab.openRun(shared.run);
  else if (link.take !== null) await beginTaken(lab, link, link.take);
  else {
    lab.open(link.options);
    lab.begin();
  }
}

async function openLanding(): Promise<void> {
  const lab = await LabPlayground.open(startLabWorker());
  if (embed) {
    const { default: Embed } = await import('../../ui/embed/Embed.svelte');
    show(Embed, { playground: lab, lab, show: true, whole });
    return;
  }
  const { default: Landing } = await import('../../ui/landing/Landing.svelte');
  const lesson = `#lab&lesson=${CATALOGUE[0]?.id ?? ''}`;
  show(Landing, { playground: lab, lab, links: { lesson, room: NEW_ROOM, lab: '#lab' } });
}

/** A page of another site could lie over the whole one and have its buttons pressed. Nothing of it is made
 *  there: without this script there is no page. */
async function openNothing(): Promise<void> {
  const { default: Framed } = await import('../../ui/embed/Framed.svelte');
  show(Framed, { whole });
}

function open(): Promise<void> {
  if (globalThis.self !== globalThis.top && !embed) return openNothing();
  const lab = readLabLink(isLessonLink(location.hash) ? '#lab' : location.hash);
  if (lab !== null) return openLab(lab);
  return isBare(location.hash) ? openLanding() : openRoom();
}

void open();

// After the first picture: it is for the next visit.
if (!embed) globalThis.addEventListener('load', keepForOffline);

// Another room in the same tab is another page.
globalThis.addEventListener('hashchange', () => {
  location.reload();
});
// A page that comes back from the history has lost its lines: it starts anew from disk.
globalThis.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
