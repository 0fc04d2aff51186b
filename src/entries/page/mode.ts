// Live or laboratory: which of the two this page's link asks for, and the links that lead from one to the
// other. The room that a tab leaves is kept in the laboratory's link, so that the way back is known.

import { entryOf } from '../../lessons/catalogue.ts';
import { liveTermsOf } from '../../lessons/live.ts';
import type { LinkField } from '../../vocabulary/playground.ts';
import type { LabOptions } from '../../vocabulary/steps.ts';

const SEED_DEFAULT = 1;
const SEED_MAX = 999_999;
const SEATS_DEFAULT = 5;
const SEATS_MAX = 9;
const TOKEN = /^[0-9a-f]{32}$/;

export interface LabLink {
  readonly options: LabOptions;
  /** The fragment of the room that was left, or of a new one. */
  readonly back: string;
  /** The lesson that it asks for. */
  readonly lesson: string | null;
  /** Names the page of a live room whose state the world begins with. */
  readonly take: string | null;
  /** What it says and cannot mean: the usual stands in the place of each. */
  readonly wrong: readonly LinkField[];
}

const FIELDS = ['seed', 'seats', 'observers', 'back', 'lesson', 'take'] as const;

/** Null if the link does not ask for the laboratory. What is not valid in it is as if it were missing, and
 *  named. */
export function readLabLink(fragment: string): LabLink | null {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  if (!fields.has('lab')) return null;
  const back = fields.get('back') ?? '';
  const seed = readNumber(fields.get('seed'), SEED_MAX);
  const seats = readNumber(fields.get('seats'), SEATS_MAX);
  const participants = seats ?? SEATS_DEFAULT;
  const observers = readNumber(fields.get('observers'), SEATS_MAX - participants);
  const lesson = entryOf(fields.get('lesson') ?? '')?.id ?? null;
  const take = TOKEN.exec(fields.get('take') ?? '')?.[0] ?? null;
  const read = { seed, seats, observers: fields.get('observers') === '0' ? 0 : observers };
  const said = { ...read, back: back.startsWith('room=') ? back : null, lesson, take };
  return {
    options: { seed: seed ?? SEED_DEFAULT, participants, observers: observers ?? 0 },
    back: said.back === null ? NEW_ROOM : `#${back}`,
    ...{ lesson, take },
    wrong: FIELDS.flatMap((field) => {
      const value = fields.get(field);
      return value === null || said[field] !== null ? [] : [{ field, value }];
    }),
  };
}

/** The laboratory that is opened where nothing more is asked for. */
export const usualLab = (): LabLink => ({
  options: { seed: SEED_DEFAULT, participants: SEATS_DEFAULT, observers: 0 },
  ...{ back: NEW_ROOM, lesson: null, take: null, wrong: [] },
});

/** The link of a new room, and of no other. */
export const NEW_ROOM = '#new';

/** Nothing is asked for: neither a room nor the laboratory. */
export const isBare = (fragment: string): boolean => fragment.replace(/^#/, '') === '';

/** A room, or what can only be meant for one. */
export const isRoomLink = (fragment: string): boolean => {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const says = (names: readonly string[]): boolean => names.some((name) => fields.has(name));
  if (fragment === NEW_ROOM || says(['room', 'key'])) return true;
  // What has seats has them of a room, unless it asks for what no room has.
  return says(['seats', 'seat']) && !says(['seed', 'observers', 'take', 'run']);
};

const LESSON_FIELD = /&lesson=[^&]*/;

/** The lesson that a room's link asks for; null: none that a room can have. */
export function lessonOfRoom(fragment: string): string | null {
  const id = new URLSearchParams(fragment.replace(/^#/, '')).get('lesson') ?? '';
  return liveTermsOf(id) === null ? null : id;
}

/** The same room with a lesson, or with none. */
export const withLesson = (fragment: string, id: string | null): string =>
  fragment.replace(LESSON_FIELD, '') + (id === null ? '' : `&lesson=${id}`);

/** Neither room nor laboratory: what it says of a laboratory counts all the same. */
export const asLabLink = (fragment: string): string => `#lab&${fragment.replace(/^#/, '')}`;

/** The stage alone, to stand in another page. */
export const isEmbed = (query: string): boolean => new URLSearchParams(query).has('embed');

export function labLink({ seed, participants, observers }: LabOptions, back: string): string {
  const others = observers === 0 ? '' : `&observers=${String(observers)}`;
  const world = `#lab&seed=${String(seed)}&seats=${String(participants)}${others}`;
  const room = back.replace(/^#/, '');
  return !room.startsWith('room=') ? world : `${world}&back=${encodeURIComponent(room)}`;
}

/** The same laboratory with a lesson, or with none. */
export function lessonLinkOf({ options, back }: LabLink, lesson: string | null): string {
  const link = labLink(options, back);
  return lesson === null ? link : `${link}&lesson=${lesson}`;
}

/** What the link comes to, without what it cannot mean. */
export const trueLink = (link: LabLink): string =>
  withTake(lessonLinkOf(link, link.lesson), link.take);

/** From a live room: the usual world. */
export const labLinkFrom = (room: string): string =>
  labLink({ seed: SEED_DEFAULT, participants: SEATS_DEFAULT, observers: 0 }, room);

/** From a live room: a world that goes on from its present state, which that page is asked for. */
export const takeLinkFrom = (room: string, token: string): string =>
  withTake(labLinkFrom(room), token);

const withTake = (link: string, token: string | null): string =>
  token === null ? link : `${link}&take=${token}`;

/** Another world of the same laboratory. */
export const worldLink = (options: LabOptions, { back }: LabLink): string =>
  labLink({ ...options, seed: Math.min(SEED_MAX, Math.max(1, options.seed)) }, back);

/** The same laboratory with the next seed; what was taken from a room stays taken. */
export const nextSeedLink = ({ options, back, take }: LabLink): string =>
  withTake(labLink({ ...options, seed: (options.seed % SEED_MAX) + 1 }, back), take);

function readNumber(text: string | null, max: number): number | null {
  if (text === null || !/^[1-9][0-9]{0,5}$/.test(text)) return null;
  const value = Number(text);
  return value <= max ? value : null;
}
