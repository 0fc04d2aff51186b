// A laboratory run as a link: its JSON, deflated, in base64url. Whoever opens it gets the same run, or is
// told that it is another one, or that the link is none.

import { LAB_RUN_VERSION, readRun, type LabRun } from '../../vocabulary/lab-run.ts';
import type { LabView } from '../../vocabulary/lab.ts';

const FIELD = 'run';
const LINK_CHARACTERS_MAX = 60_000;
const JSON_BYTES_MAX = 2 * 1024 * 1024;

/** The run of the present branch up to the present moment. */
export function runOf({ options, branches, branch, now, hash }: LabView): LabRun {
  const steps = branches.find(({ id }) => id === branch)?.steps ?? [];
  const done = steps.filter(({ at }) => at.events <= now.events && at.millis <= now.millis);
  return { version: LAB_RUN_VERSION, options, steps: done, end: now, hash };
}

/** Null where the run is too long for a link. */
export async function runLink(page: string, run: LabRun): Promise<string | null> {
  const bytes = new TextEncoder().encode(JSON.stringify(run));
  if (bytes.length > JSON_BYTES_MAX) return null;
  const packed = await through(bytes, new CompressionStream('deflate-raw'), JSON_BYTES_MAX);
  if (packed === null) return null;
  let text = '';
  for (const byte of packed) text += String.fromCharCode(byte);
  const word = btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return word.length > LINK_CHARACTERS_MAX ? null : `${page}#lab&${FIELD}=${word}`;
}

export type ReadRunLink =
  | { readonly kind: 'none' }
  | { readonly kind: 'bad' }
  | { readonly kind: 'run'; readonly run: LabRun };

export async function readRunLink(fragment: string): Promise<ReadRunLink> {
  const word = new URLSearchParams(fragment.replace(/^#/, '')).get(FIELD);
  if (word === null) return { kind: 'none' };
  if (word.length > LINK_CHARACTERS_MAX || !/^[A-Za-z0-9_-]+$/.test(word)) return { kind: 'bad' };
  try {
    const packed = atob(word.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(packed, (char) => char.charCodeAt(0));
    const json = await through(bytes, new DecompressionStream('deflate-raw'), JSON_BYTES_MAX);
    const run = json === null ? null : readRun(JSON.parse(new TextDecoder().decode(json)));
    return run === null ? { kind: 'bad' } : { kind: 'run', run };
  } catch {
    return { kind: 'bad' };
  }
}

/** Null when more comes out than that: a link of a few bytes must not fill the memory. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  bytesMax: number,
): Promise<Uint8Array | null> {
  const source = new Blob([bytes]).stream().pipeThrough(stream);
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = source.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const piece = next.value as Uint8Array;
    length += piece.byteLength;
    if (length > bytesMax) {
      await reader.cancel();
      return null;
    }
    pieces.push(piece);
  }
  return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
