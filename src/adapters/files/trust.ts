// Amnesia is seen. A server's history lives in <dataDir>/version-2; a random identity stands in there
// and, once more, in <dataDir> itself. If the outer one is there and the inner one is not the same, the
// history that this server once had is gone: it starts as a suspect, until its engine says otherwise.
// What this cannot see: the loss of the whole of <dataDir>, which is a new server to everybody.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { readTextIfThere, removeDurably, writeAtomically } from './directory.ts';

export const IDENTITY = 'tabkeeper.identity';
const SUSPECT = 'tabkeeper.suspect';

/** Compares both identities and makes what is missing durable. False for a suspect. */
export async function readTrust(dataDirectory: string, historyDirectory: string): Promise<boolean> {
  const outer = await readTextIfThere(join(dataDirectory, IDENTITY));
  const inner = await readTextIfThere(join(historyDirectory, IDENTITY));
  if (outer !== null && outer !== inner) {
    await saveTrust(historyDirectory, false);
    await writeAtomically(join(historyDirectory, IDENTITY), outer);
    return false;
  }
  if (outer === null) {
    // The inner one first: a crash in between leaves a history without a witness, not a lost one.
    const identity = inner ?? randomUUID();
    if (inner === null) await writeAtomically(join(historyDirectory, IDENTITY), identity);
    await writeAtomically(join(dataDirectory, IDENTITY), identity);
  }
  return (await readTextIfThere(join(historyDirectory, SUSPECT))) === null;
}

export async function saveTrust(historyDirectory: string, trusted: boolean): Promise<void> {
  const path = join(historyDirectory, SUSPECT);
  if (trusted) await removeDurably(path);
  else await writeAtomically(path, 'this server lost its history and may not vote yet\n');
}
