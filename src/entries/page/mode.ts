// Live or laboratory: which of the two this page's link asks for, and the links that lead from one to the
// other. The room that a tab leaves is kept in the laboratory's link, so that the way back is known.

import type { LabOptions } from '../../vocabulary/steps.ts';

const SEED_DEFAULT = 1;
const SEED_MAX = 999_999;
const SEATS_DEFAULT = 5;
const SEATS_MAX = 9;
const LESSON = /^[a-z][a-z0-9-]{1,40}$/;
const TOKEN = /^[0-9a-f]{32}$/;

export interface LabLink {
  readonly options: LabOptions;
  /** The fragment of the room that was left, or of a new one. */
  readonly back: string;
  /** The lesson that it asks for. */
  readonly lesson: string | null;
  /** Names the page of a live room whose state the world begins with. */
  readonly take: string | null;
}

/** Null if the link does not ask for the laboratory. What is not valid in it is as if it were missing. */
export function readLabLink(fragment: string): LabLink | null {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  if (!fields.has('lab')) return null;
  const back = fields.get('back') ?? '';
  const seed = readNumber(fields.get('seed'), SEED_MAX) ?? SEED_DEFAULT;
  const participants = readNumber(fields.get('seats'), SEATS_MAX) ?? SEATS_DEFAULT;
  const observers = readNumber(fields.get('observers'), SEATS_MAX - participants) ?? 0;
  return {
    options: { seed, participants, observers },
    back: back.startsWith('room=') ? `#${back}` : NEW_ROOM,
    lesson: LESSON.exec(fields.get('lesson') ?? '')?.[0] ?? null,
    take: TOKEN.exec(fields.get('take') ?? '')?.[0] ?? null,
  };
}

/** The laboratory that is opened where nothing more is asked for. */
export const usualLab = (): LabLink => ({
  options: { seed: SEED_DEFAULT, participants: SEATS_DEFAULT, observers: 0 },
  ...{ back: NEW_ROOM, lesson: null, take: null },
});

/** The link of a new room, and of no other. */
export const NEW_ROOM = '#new';

/** Nothing is asked for: neither a room nor the laboratory. */
export const isBare = (fragment: string): boolean => fragment.replace(/^#/, '') === '';

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
