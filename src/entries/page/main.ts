// The page: reads its link, and sits down in a room and offers window.tabkeeper, or opens the laboratory, or,
// where nothing is asked for, shows a newcomer what this is; each is loaded where it is asked for. With ?embed it
// shows the stage alone; the whole page never stands in a frame.

import { CATALOGUE } from '../../lessons/catalogue.ts';
import PartFailed from '../../ui/PartFailed.svelte';
import { isRecordingLink } from '../../ui/recording/link.ts';
import { isLessonLink } from './lesson-link.ts';
import { LabPlayground } from './lab.ts';
import {
  asLabLink,
  isBare,
  isRoomLink,
  NEW_ROOM,
  readLabLink,
  usualLab,
  type LabLink,
} from './mode.ts';
import type { Opened } from './open-lab.ts';
import { isFramed, show, wholePage } from './screen.ts';
import { keepForOffline, startLabWorker } from './trusted.ts';

/** An election has begun by then. */
const KEEP_AFTER_MILLIS = 2_000;

async function openLab(link: LabLink, opened: Opened = {}): Promise<void> {
  const { openLab: open } = await import('./open-lab.ts');
  await open(link, opened);
}

async function openRoom(): Promise<void> {
  const { openRoom: open } = await import('./open-room.ts');
  await open();
}

async function openRecording(): Promise<void> {
  const { openRecording: open } = await import('./open-recording.ts');
  await open((shared) => openLab(usualLab(), { file: { kind: 'run', ...shared } }));
}

/** Its worker begins while what draws it is loaded. */
async function openLanding(): Promise<void> {
  const opening = LabPlayground.open(startLabWorker());
  if (isFramed) {
    const { default: Embed } = await import('../../ui/embed/Embed.svelte');
    const lab = await opening;
    show(Embed, { playground: lab, lab, show: true, whole: wholePage });
    return;
  }
  const { default: Landing } = await import('../../ui/landing/Landing.svelte');
  const lab = await opening;
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
  if (globalThis.self !== globalThis.top && !isFramed) return openNothing();
  if (isRecordingLink(location.hash)) return openRecording();
  const lab = readLabLink(isLessonLink(location.hash) ? '#lab' : location.hash);
  if (lab !== null) return openLab(lab);
  if (isBare(location.hash)) return openLanding();
  if (isRoomLink(location.hash)) return openRoom();
  const strange = location.hash;
  return openLab(readLabLink(asLabLink(strange)) ?? usualLab(), { strange });
}

// That sentence is not loaded only then: where one part cannot be had, no other can.
const opening = open().catch((error: unknown) => {
  console.error(error);
  show(PartFailed, {});
});

// When the first picture moves, and not beside it: it is for the next visit.
if (!isFramed) {
  void opening.then(() => {
    setTimeout(keepForOffline, KEEP_AFTER_MILLIS);
  });
}

// Another room in the same tab is another page.
globalThis.addEventListener('hashchange', () => {
  location.reload();
});
// A page that comes back from the history has lost its lines: it starts anew from disk.
globalThis.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
