// The laboratory's page: its world as the link asks for it, the lesson or the shared run that the link brings
// along, and what its address says of them from then on. Loaded where a link asks for any of it.

import type { Lesson } from '../../vocabulary/lesson.ts';
import type { LabOptions } from '../../vocabulary/steps.ts';
import { engineMark } from './engine-mark.ts';
import { inspectEvent } from './inspect.ts';
import { LabPlayground } from './lab.ts';
import { lessonLink as linkOfLesson, readLessonLink } from './lesson-link.ts';
import { linkProblems, mendedLink } from './link-problems.ts';
import { lessonLinkOf, nextSeedLink, worldLink, type LabLink } from './mode.ts';
import { showRecording } from './open-recording.ts';
import { readRunLink, type ReadRunLink } from './run-link.ts';
import { isFramed, loadApp, show, wholePage } from './screen.ts';
import { openShared, sharedRuns } from './shared-run.ts';
import { startLabWorker } from './trusted.ts';

type GivenLesson = Awaited<ReturnType<typeof readLessonLink>>;

export interface Opened {
  readonly file?: ReadRunLink | null;
  /** The fragment, where it says neither room nor laboratory. */
  readonly strange?: string | null;
}

export async function openLab(
  link: LabLink,
  { file = null, strange = null }: Opened = {},
): Promise<void> {
  const [given, shared] = await Promise.all([
    readLessonLink(location.hash),
    file ?? readRunLink(location.hash),
  ]);
  const lesson = given?.lesson ?? null;
  /** Nothing else brings a world of its own: then the first picture is of the one that was asked for. */
  const isPlain = link.lesson === null && lesson === null && shared.kind !== 'run';
  const plain = isPlain && link.take === null ? link.options : null;
  const [lab, App] = await Promise.all([
    LabPlayground.open(startLabWorker(), inspectEvent, plain),
    isFramed ? null : loadApp(),
  ]);
  const page = location.origin + location.pathname;
  const runs = sharedRuns(page, lab, shared);
  const by = { link, run: shared, lesson: given, strange, framed: isFramed };
  lab.say(linkProblems(by));
  const mended = mendedLink(by);
  if (mended !== null) history.replaceState(null, '', location.search + mended);
  const whole = {
    ...{ playground: lab, engine: engineMark, lab, links: linksOf(link), runs },
    lessonLink: lessonLinkFrom(link, page, given),
  };
  let close = (): void => undefined;
  if (App === null) {
    const { default: Embed } = await import('../../ui/embed/Embed.svelte');
    const framed = {
      playground: lab,
      lab,
      lesson: link.lesson,
      own: lesson,
      runs,
      whole: wholePage,
    };
    close = show(Embed, framed);
  } else close = show(App, whole);
  if (link.lesson !== null || lesson !== null) return;
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
    lab.begin();
  }
}

const linksOf = (link: LabLink) => ({
  ...{ live: link.back, lab: null, take: null, nextSeed: nextSeedLink(link) },
  openWorld: (options: LabOptions) => {
    const wanted = worldLink(options, link);
    // The same world again is no other address.
    if (location.hash === wanted) location.reload();
    else location.hash = wanted;
  },
});

/** What the page's address says of the lesson that is open. */
function lessonLinkFrom(link: LabLink, page: string, given: GivenLesson) {
  let open: string | null = null;
  return {
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
}
