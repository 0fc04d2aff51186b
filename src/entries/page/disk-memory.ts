// Which disk was last met on each seat of a room. A seat that comes back with another disk has lost its
// history: its server is a suspect until a leader that does not need it has synchronised it. Each page
// remembers all seats, its own too, so that whoever kept a memory can tell. What is in the browser's
// storage may be cleared together with the disks: the page's own memory outlives that, and a tab's its
// reload. A memory only ever makes a suspect; it never makes a disk trusted.
//
// A suspect's disk takes the remembered one's place only once it is trusted again: until then the lost
// one may come back, and everybody still knows it. Each successor is of a later generation than the disk
// that was lost, so that one which comes back after its successor was trusted is told from it.

import { keep } from './storage.ts';

export interface MetDisk {
  readonly diskId: string;
  readonly diskGeneration: number;
  readonly diskTrusted: boolean;
}

/** `generation`: of the disk that was known there. */
export type DiskJudgement =
  { readonly kind: 'known' } | { readonly kind: 'amnesiac'; readonly generation: number };

interface Remembered {
  readonly diskId: string;
  readonly generation: number;
}

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
  keep(sessionStorage, keyOf(room, seat), textOf(disk));
}

/** This browser does not keep the seat's disk after all. */
export function forgetOwnDisk(room: string, seat: number): void {
  met.delete(ownKeyOf(room, seat));
  localStorage.removeItem(ownKeyOf(room, seat));
}

/** Whether a disk was ever met there. */
export const hasMetDisk = (room: string, seat: number): boolean => knownDisk(room, seat) !== null;

/** Whether the disk that was last met there is kept by this very browser. */
export function keepsDisk(room: string, seat: number): boolean {
  const known = read(localStorage.getItem(keyOf(room, seat)));
  return known !== null && known.diskId === localStorage.getItem(ownKeyOf(room, seat));
}

const knownDisk = (room: string, seat: number): Remembered | null =>
  read(met.get(keyOf(room, seat)) ?? localStorage.getItem(keyOf(room, seat)));

function judge(key: string, known: Remembered | null, disk: MetDisk): DiskJudgement {
  if (known !== null && known.diskId !== disk.diskId && known.generation >= disk.diskGeneration) {
    return { kind: 'amnesiac', generation: known.generation };
  }
  if (disk.diskTrusted) remember(key, textOf(disk));
  return { kind: 'known' };
}

function remember(key: string, text: string): void {
  if (met.get(key) === text) return;
  met.set(key, text);
  keep(localStorage, key, text);
}

const textOf = ({ diskId, diskGeneration }: MetDisk): string =>
  `${diskId} ${String(diskGeneration)}`;

function read(text: string | null): Remembered | null {
  if (text === null) return null;
  const [diskId = '', generation = '0'] = text.split(' ');
  return { diskId, generation: Number(generation) };
}
