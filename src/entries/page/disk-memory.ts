// Which disk was last met on each seat of a room. A seat that comes back with another disk has lost its
// history: its server is a suspect until a leader that does not need it has synchronised it. Each page
// remembers all seats, its own too, and tells the others what it remembers, so that whoever kept a memory
// can tell. What is in the browser's storage may be cleared together with the disks: the page's own memory
// outlives that, and a tab's its reload. A memory only ever makes a suspect; it never makes a disk trusted.
//
// A suspect's disk takes the remembered one's place only once it is trusted again: until then the lost
// one may come back, and everybody still knows it. Each successor is of a later generation than the disk
// that was lost, so that one which comes back after its successor was trusted is told from it.

import type { KnownDisk, LostDisk } from '../../vocabulary/known-disk.ts';
import { keep } from './storage.ts';

export interface MetDisk {
  readonly diskId: string;
  readonly diskGeneration: number;
  readonly diskTrusted: boolean;
}

/** `lost`: the disk that was known there. */
export type DiskJudgement =
  { readonly kind: 'known' } | { readonly kind: 'amnesiac'; readonly lost: LostDisk };

const keyOf = (room: string, seat: number): string => `tabkeeper/${room}/${String(seat)}/disk`;

/** The same for the disk that this browser itself keeps for a seat. */
const ownKeyOf = (room: string, seat: number): string => `${keyOf(room, seat)}/own`;

/** What this page has met. What it remembers is not written anew into a storage that was cleared: there
 *  a room that everybody has left can begin anew. */
const met = new Map<string, string>();

/** Remembers a seat's disk when it is the first, or says that it is not the one that was there. */
export function judgeDisk(room: string, seat: number, disk: MetDisk): DiskJudgement {
  return judge(keyOf(room, seat), knownDisk(room, seat), disk);
}

/** The same for this tab's own seat, whose disk the tab itself remembers through a reload. */
export function judgeOwnDisk(room: string, seat: number, disk: MetDisk): DiskJudgement {
  const key = keyOf(room, seat);
  const judged = judge(key, knownDisk(room, seat) ?? read(sessionStorage.getItem(key)), disk);
  if (judged.kind === 'known') {
    rememberOwnDisk(room, seat, disk);
    remember(ownKeyOf(room, seat), disk.diskId);
  }
  return judged;
}

/** To be called again when this page ends. */
export function rememberOwnDisk(room: string, seat: number, disk: MetDisk): void {
  const { diskId, diskGeneration: generation } = disk;
  keep(sessionStorage, keyOf(room, seat), textOf({ diskId, generation }));
}

/** This browser does not keep the seat's disk after all: the seat was never its own. */
export function forgetOwnDisk(room: string, seat: number, diskId: string): void {
  forget(ownKeyOf(room, seat));
  if (knownDisk(room, seat)?.diskId === diskId) forget(keyOf(room, seat));
}

/** What another page remembers of a seat. It is news where nothing is remembered, or an earlier disk. */
export function learnDisk(room: string, { seat, diskId, generation }: KnownDisk): void {
  const known = knownDisk(room, seat);
  if (known !== null && known.generation >= generation) return;
  remember(keyOf(room, seat), textOf({ diskId, generation }));
}

/** What the seat's own page is told of the disk that was lost: it was there before, so it is the one that
 *  everybody knows. */
export function learnLostDisk(room: string, seat: number, lost: LostDisk): void {
  const known = knownDisk(room, seat);
  if (known !== null && known.generation > lost.generation) return;
  remember(keyOf(room, seat), textOf(lost));
}

/** All that is remembered of a room with so many seats. */
export function knownDisks(room: string, seats: number): readonly KnownDisk[] {
  const all = Array.from({ length: seats }, (_, index) => index + 1);
  return all.flatMap((seat) => {
    const known = knownDisk(room, seat);
    return known === null ? [] : { seat, ...known };
  });
}

/** Whether a disk was ever met there. */
export const hasMetDisk = (room: string, seat: number): boolean => knownDisk(room, seat) !== null;

/** Whether the disk that was last met there is kept by this very browser. */
export function keepsDisk(room: string, seat: number): boolean {
  const known = read(localStorage.getItem(keyOf(room, seat)));
  return known !== null && known.diskId === localStorage.getItem(ownKeyOf(room, seat));
}

/** What this page has met, unless another of this browser has met a later one. */
function knownDisk(room: string, seat: number): LostDisk | null {
  const key = keyOf(room, seat);
  const own = read(met.get(key) ?? null);
  const stored = read(localStorage.getItem(key));
  return own === null || (stored !== null && stored.generation > own.generation) ? stored : own;
}

function judge(key: string, known: LostDisk | null, disk: MetDisk): DiskJudgement {
  const { diskId, diskGeneration: generation } = disk;
  if (known !== null && known.diskId !== diskId && known.generation >= generation) {
    return { kind: 'amnesiac', lost: known };
  }
  if (disk.diskTrusted) remember(key, textOf({ diskId, generation }));
  return { kind: 'known' };
}

function remember(key: string, text: string): void {
  if (met.get(key) === text) return;
  met.set(key, text);
  keep(localStorage, key, text);
}

function forget(key: string): void {
  met.delete(key);
  localStorage.removeItem(key);
  sessionStorage.removeItem(key);
}

const textOf = ({ diskId, generation }: LostDisk): string => `${diskId} ${String(generation)}`;

function read(text: string | null): LostDisk | null {
  if (text === null) return null;
  const [diskId = '', generation = '0'] = text.split(' ');
  return { diskId, generation: Number.isSafeInteger(Number(generation)) ? Number(generation) : 0 };
}
