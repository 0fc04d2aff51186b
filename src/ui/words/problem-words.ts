// What stands in a tab's way, and what to do about it.

import type { Meanwhile, RoomProblem } from '../../vocabulary/playground.ts';
import { m } from '../paraglide/messages.js';
import { listOf, shorten } from './lists.ts';

export interface ProblemWords {
  readonly line: string;
  readonly remedy: string;
  /** 'note': the tab goes on. 'stop': this tab holds no server. */
  readonly weight: 'note' | 'stop';
  /** What works all the same: the words of a link to the laboratory. */
  readonly lab?: string;
}

/** Whose seat it is. */
type SeatProblem = Extract<
  RoomProblem,
  { kind: 'seatTaken' | 'roomFull' | 'seatLost' | 'seatHeld' | 'roomApart' | 'nameHeld' }
>;

function seatWords(problem: SeatProblem): ProblemWords {
  switch (problem.kind) {
    case 'seatTaken':
      return note(m.problem_seatTaken(problem), m.problem_seatTaken_fix());
    case 'roomFull':
      return problem.observer > 0
        ? note(m.problem_roomFull_observer(problem), m.guide_observer_text())
        : stop(m.problem_roomFull(), m.problem_roomFull_fix());
    case 'seatLost':
      return stop(m.problem_seatLost(problem), m.problem_seatLost_fix());
    case 'seatHeld':
      return stop(m.problem_seatHeld(problem), m.problem_seatHeld_fix());
    case 'roomApart':
      return note(m.problem_roomApart(problem), m.problem_roomApart_fix());
    case 'nameHeld':
      return note(m.problem_nameHeld(problem), m.problem_nameHeld_fix());
  }
}

type BrowserProblem = Extract<RoomProblem, { kind: 'noWebRtc' | 'browserTooOld' | 'insecure' }>;

/** What a tab needs of its browser, and does not get. */
function browserWords(problem: BrowserProblem): ProblemWords {
  switch (problem.kind) {
    case 'noWebRtc':
      return stop(m.problem_noWebRtc(), m.problem_noWebRtc_fix());
    case 'browserTooOld': {
      const missing = shorten(problem.missing);
      return stop(m.problem_browserTooOld({ missing }), m.problem_browserTooOld_fix());
    }
    case 'insecure': {
      const words = stop(
        m.problem_insecure({ origin: shorten(problem.origin) }),
        m.problem_insecure_fix(),
      );
      return { ...words, lab: m.problem_insecure_lab() };
    }
  }
}

export function problemWords(problem: RoomProblem): ProblemWords {
  switch (problem.kind) {
    case 'seatTaken':
    case 'roomFull':
    case 'seatLost':
    case 'seatHeld':
    case 'roomApart':
    case 'nameHeld':
      return seatWords(problem);
    case 'strangers':
      return problem.reason === 'wrongKey'
        ? note(m.problem_strangers_key(), m.problem_strangers_fix())
        : note(m.problem_strangers_seats(), m.problem_strangers_fix());
    case 'wrongKey':
      return stop(m.problem_wrongKey(), m.problem_wrongKey_fix());
    case 'badLink': {
      const { field, value } = problem;
      return stop(m.problem_badLink({ field, value: shorten(value) }), m.problem_badLink_fix());
    }
    case 'otherSeats':
      return stop(
        m.problem_otherSeats(problem),
        m.problem_otherSeats_fix({ theirs: problem.theirs }),
      );
    case 'noSignalling':
      return signallingWords(problem.meanwhile);
    case 'noWebRtc':
    case 'browserTooOld':
    case 'insecure':
      return browserWords(problem);
    case 'diskUnavailable':
      return stop(
        m.problem_diskUnavailable({ reason: shorten(problem.reason) }),
        problem.reason.startsWith('VersionError')
          ? m.problem_diskUnavailable_newer()
          : m.problem_diskUnavailable_fix(),
      );
    case 'diskFailed':
      return stop(
        m.problem_diskFailed({ reason: shorten(problem.reason) }),
        m.problem_diskFailed_fix(),
      );
    case 'storageBlocked':
      return stop(m.problem_storageBlocked(), m.problem_storageBlocked_fix());
    case 'diskGone':
      return stop(
        m.problem_diskGone({ reason: shorten(problem.reason) }),
        m.problem_diskGone_fix(),
      );
    case 'serverHalted':
      return stop(
        m.problem_serverHalted({ reason: shorten(problem.reason) }),
        m.problem_serverHalted_fix(),
      );
    case 'pageBroke':
      return stop(m.problem_page({ reason: shorten(problem.reason) }), m.problem_page_fix());
    case 'unreadable': {
      const pages = problem.pages.map(({ seat, times }) =>
        m.problem_unreadable_page({ seat, times }),
      );
      return note(m.problem_unreadable({ pages: listOf(pages) }), m.problem_unreadable_fix());
    }
    default:
      return labWords(problem);
  }
}

function signallingWords(meanwhile: Meanwhile): ProblemWords {
  switch (meanwhile) {
    case 'here':
      return note(m.problem_noSignalling_here(), m.problem_noSignalling_here_fix());
    case 'linked':
      return note(m.problem_noSignalling(), m.problem_noSignalling_fix());
    case 'waits':
      return note(m.problem_noSignalling_waits(), m.problem_noSignalling_waits_fix());
  }
}

type LabLinkProblem = Extract<
  RoomProblem,
  { readonly kind: 'labFields' | 'strangeLink' | 'badLesson' }
>;

/** Of a link that asked a laboratory for what it cannot be: another world is there instead. */
function labLinkWords(problem: LabLinkProblem): ProblemWords {
  switch (problem.kind) {
    case 'labFields': {
      const fields = listOf(problem.fields.map(({ field, value }) => `${field}=${value}`));
      return note(m.problem_labFields({ fields }), m.problem_labFields_fix());
    }
    case 'strangeLink':
      return note(
        m.problem_strangeLink({ link: shorten(problem.link) }),
        m.problem_strangeLink_fix(),
      );
    case 'badLesson': {
      const { complaint } = problem;
      const reason = complaint === '' ? m.lesson_link_bad() : m.lesson_unfit({ complaint });
      return note(m.lesson_failed({ reason }), '');
    }
  }
}

const labWords = (problem: LabLinkProblem | Taken | LabBroke): ProblemWords => {
  switch (problem.kind) {
    case 'labBroke':
      return stop(m.problem_lab({ reason: shorten(problem.reason) }), m.problem_lab_fix());
    case 'labFields':
    case 'strangeLink':
    case 'badLesson':
      return labLinkWords(problem);
    default:
      return takenWords(problem);
  }
};

type LabBroke = Extract<RoomProblem, { readonly kind: 'labBroke' }>;
type Taken = Extract<RoomProblem, { readonly kind: `tak${string}` }>;

/** Of a laboratory's world that goes on from a live room. */
function takenWords(problem: Taken): ProblemWords {
  switch (problem.kind) {
    case 'taking':
      return note(m.problem_taking(), m.problem_taking_fix());
    case 'takenUnread':
      return note(
        m.problem_takenUnread({ servers: listOf(problem.servers) }),
        m.problem_takenUnread_fix(),
      );
    case 'takenSessions':
      return note(m.problem_takenSessions(problem), m.problem_takenSessions_fix());
    case 'takenTooLarge': {
      const sizes = { size: mebibytes(problem.bytes), most: mebibytes(problem.most) };
      return note(m.problem_takenTooLarge(sizes), m.problem_takenTooLarge_fix());
    }
    case 'takenUnsteady':
      return note(m.problem_takenUnsteady(), m.problem_takenUnsteady_fix());
    case 'takenUnanswered':
      return note(m.problem_takenUnanswered(), m.problem_takenUnanswered_fix());
    case 'takenDamaged':
      return note(m.problem_takenDamaged(), m.problem_takenDamaged_fix());
  }
}

/** More than one is never called one. */
const mebibytes = (bytes: number): string =>
  `${String(Math.ceil((bytes / 1024 / 1024) * 10) / 10)} MiB`;

const note = (line: string, remedy: string): ProblemWords => ({ line, remedy, weight: 'note' });
const stop = (line: string, remedy: string): ProblemWords => ({ line, remedy, weight: 'stop' });
