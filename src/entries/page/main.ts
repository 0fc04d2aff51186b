// The page: reads its link, shows the interface, and sits down in a room and offers window.tabkeeper, or
// opens the laboratory, or, where nothing is asked for, shows a newcomer what this is. With ?embed it shows
// the stage alone; the whole page never stands in a frame.

import { mount, unmount, type Component } from 'svelte';

import { CATALOGUE } from '../../lessons/catalogue.ts';
import { inviteLink, readAddress } from './boot.ts';
import { isRecordingLink } from '../../ui/recording/link.ts';
import { isLessonLink, lessonLink as linkOfLesson, readLessonLink } from './lesson-link.ts';
import { newToken, offerRoom } from './hand-over.ts';
import type { Lesson } from '../../vocabulary/lesson.ts';
import type { Recording } from '../../vocabulary/recording.ts';
import type { LabOptions } from '../../vocabulary/steps.ts';
import { LabPlayground } from './lab.ts';
import {
  asLabLink,
  isBare,
  isEmbed,
  isRoomLink,
  labLinkFrom,
  lessonLinkOf,
  NEW_ROOM,
  nextSeedLink,
  readLabLink,
  takeLinkFrom,
  usualLab,
  worldLink,
  type LabLink,
} from './mode.ts';
import { engineMark } from './engine-mark.ts';
import { inspectEvent } from './inspect.ts';
import { linkProblems, mendedLink } from './link-problems.ts';
import { readRunLink, type ReadRunLink } from './run-link.ts';
import { openShared, sharedRuns } from './shared-run.ts';
import { TabPlayground } from './playground.ts';
import { makeScripting, type Scripting } from './scripting.ts';
import { keepForOffline, startLabWorker } from './trusted.ts';

declare global {
  var tabkeeper: Scripting;
}

const target = document.getElementById('app') ?? document.body;
const embed = isEmbed(location.search);
/** This very page with all of its parts. */
const wholePage = location.origin + location.pathname + location.hash;

/** Returns the way to take it away again. */
const show = <Props extends Record<string, unknown>>(
  component: Component<Props>,
  props: Props,
): (() => void) => {
  const shown = mount(component, { target, props });
  return () => {
    void unmount(shown);
  };
};

/** What draws the whole screen is loaded where it is wanted: a newcomer's first picture does without. */
const loadApp = async () => (await import('../../ui/App.svelte')).default;

type Notice = 'engine' | 'altered';

async function showRecording(
  recording: Recording,
  why: Notice | null = null,
  again: (() => void) | null = null,
): Promise<() => void> {
  if (embed) {
    const { default: Recorded } = await import('../../ui/embed/Recorded.svelte');
    const props = { recording, inspect: inspectEvent, why, ownEngine: engineMark };
    return show(Recorded, { ...props, whole: wholePage });
  }
  const { default: Viewer } = await import('../../ui/recording/Viewer.svelte');
  return show(Viewer, { recording, inspect: inspectEvent, why, ownEngine: engineMark, again });
}

async function openRecording(): Promise<void> {
  const { default: OpenRecording } = await import('../../ui/recording/OpenRecording.svelte');
  const close = show(OpenRecording, {
    onopen: async (recording: Recording) => {
      const { run } = recording;
      if (run === null) await showRecording(recording);
      else await openLab(usualLab(), { file: { kind: 'run', run, recording } });
      close();
    },
  });
}

async function openRoom(): Promise<void> {
  // Scripts find window.tabkeeper as soon as the page has loaded: nothing is waited for before.
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
    const take = takeLinkFrom(room, token);
    show(await loadApp(), { playground, engine: engineMark, links: { ...links, take } });
  }
  await playground.open(problem);
  if (playground.seated) offerRoom(token, playground.takeEnsemble);
}

/** `strange`: the fragment, where it says neither room nor laboratory. */
async function openLab(
  link: LabLink,
  { file = null, strange = null }: { file?: ReadRunLink | null; strange?: string | null } = {},
): Promise<void> {
  const [lab, App] = await Promise.all([
    LabPlayground.open(startLabWorker()),
    embed ? null : loadApp(),
  ]);
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
  const shared = file ?? (await readRunLink(location.hash));
  const runs = sharedRuns(page, lab, shared);
  const by = { link, run: shared, lesson: given, strange, framed: embed };
  lab.say(linkProblems(by));
  const mended = mendedLink(by);
  if (mended !== null) history.replaceState(null, '', location.search + mended);
  const whole = { playground: lab, engine: engineMark, lab, links, lessonLink, runs };
  let close = (): void => undefined;
  if (App === null) {
    const { default: Embed } = await import('../../ui/embed/Embed.svelte');
    const own = given?.lesson ?? null;
    const framed = { playground: lab, lab, lesson: link.lesson, own, runs, whole: wholePage };
    close = show(Embed, framed);
  } else close = show(App, whole);
  if (link.lesson !== null || (given?.lesson ?? null) !== null) return;
  if (shared.kind === 'run') {
    openShared(lab, shared, (recording) => {
      const again = (): void => {
        void shown.then((closeViewer) => {
          closeViewer();
          if (App !== null) show(App, whole);
          // What was told of it is told once more.
          lab.seek(lab.lab().now);
        });
      };
      const shown = showRecording(recording, runs.engineChanged ? 'engine' : 'altered', again);
      // What cannot be shown leaves the page as it is.
      shown.then(close, console.error);
    });
  } else if (link.take !== null) {
    const { beginTaken } = await import('./begin-taken.ts');
    await beginTaken(lab, link, link.take);
  } else {
    lab.open(link.options);
    lab.begin();
  }
}

async function openLanding(): Promise<void> {
  const lab = await LabPlayground.open(startLabWorker());
  if (embed) {
    const { default: Embed } = await import('../../ui/embed/Embed.svelte');
    show(Embed, { playground: lab, lab, show: true, whole: wholePage });
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
  show(Framed, { whole: wholePage });
}

function open(): Promise<void> {
  if (globalThis.self !== globalThis.top && !embed) return openNothing();
  if (isRecordingLink(location.hash)) return openRecording();
  const lab = readLabLink(isLessonLink(location.hash) ? '#lab' : location.hash);
  if (lab !== null) return openLab(lab);
  if (isBare(location.hash)) return openLanding();
  if (isRoomLink(location.hash)) return openRoom();
  const strange = location.hash;
  return openLab(readLabLink(asLabLink(strange)) ?? usualLab(), { strange });
}

open().catch(async (error: unknown) => {
  console.error(error);
  const { default: PartFailed } = await import('../../ui/PartFailed.svelte');
  show(PartFailed, {});
});

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
