// Both ends of a line prove that they know the room's secret before anything else is read. The proof
// binds the secret to this very connection (both DTLS fingerprints), to fresh numbers of both sides
// and to the room's configuration, and says which end made it: it cannot be replayed, mirrored, or
// carried through somebody in between.

export interface ProofEnd {
  readonly seat: number;
  /** Names the page's life: a reload is another page. */
  readonly page: string;
  readonly nonce: string;
  readonly fingerprint: string;
}

export interface ProofTerms {
  readonly room: string;
  readonly seats: number;
  readonly dialler: ProofEnd;
  readonly acceptor: ProofEnd;
}

export type ProofSide = 'dialler' | 'acceptor';

const NONCE_BYTES = 16;

export function roomKey(secret: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(`tabkeeper secret ${secret}`);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']);
}

export function newNonce(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
}

export async function makeProof(
  key: CryptoKey,
  side: ProofSide,
  terms: ProofTerms,
): Promise<string> {
  const signed = await crypto.subtle.sign('HMAC', key, textOf(side, terms));
  return toHex(new Uint8Array(signed));
}

/** False for a proof of other terms, of the other side, or without the secret. */
export async function checkProof(
  key: CryptoKey,
  side: ProofSide,
  terms: ProofTerms,
  proof: string,
): Promise<boolean> {
  const bytes = fromHex(proof);
  return bytes !== null && crypto.subtle.verify('HMAC', key, bytes, textOf(side, terms));
}

/** The DTLS certificate fingerprint of a session description, or null where it has none, or several: a
 *  browser may accept any of them, and only one can be vouched for. */
export function fingerprintOf(description: RTCSessionDescription | null): string | null {
  const lines = (description?.sdp ?? '').matchAll(/^a=fingerprint:(\S+ [0-9A-Fa-f:]+)\s*$/gm);
  const [found, ...others] = new Set([...lines].map(([, text = '']) => text.toLowerCase()));
  return others.length > 0 ? null : (found ?? null);
}

function textOf(side: ProofSide, terms: ProofTerms): Uint8Array<ArrayBuffer> {
  const { room, seats, dialler, acceptor } = terms;
  const ends = [dialler, acceptor].map((end) => [end.seat, end.page, end.nonce, end.fingerprint]);
  return new TextEncoder().encode(JSON.stringify(['tabkeeper line 1', side, room, seats, ...ends]));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.byteLength; at += 1) {
    bytes[at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
  }
  return bytes;
}
