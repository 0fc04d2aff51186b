// Null in a request (a length of -1): where it means something, where it is no request, and where nobody
// looks. As Apache's servers, which fail where they look into what is not there.

import type { Acl } from '../vocabulary/stat.ts';
import {
  CodecError,
  readBuffer,
  readInt,
  readString,
  readStringOrNull,
  readVector,
  type Reader,
} from './reader.ts';

const STRING_BYTES_MIN = 4;
const ACL_BYTES_MIN = 12;

/** Where Apache's servers look into the text, null is no request. Elsewhere it reads as "", which is as
 *  good as any other path that is not there. */
export function readPath(reader: Reader): string {
  const path = readStringOrNull(reader);
  if (path === null) throw new CodecError('a path that is null');
  return path;
}

/** The schemes whose ids are looked into; the id of `auth` means nothing. */
const SCHEMES_WITH_ID: ReadonlySet<string> = new Set(['world', 'digest', 'ip']);

function readAclEntry(reader: Reader): Acl {
  const perms = readInt(reader);
  const scheme = readString(reader);
  const id = readStringOrNull(reader);
  if (id === null && SCHEMES_WITH_ID.has(scheme)) throw new CodecError('an id that is null');
  return { perms, scheme, id: id ?? '' };
}

export const readAsked = (reader: Reader): Acl[] => readVector(reader, ACL_BYTES_MIN, readAclEntry);

export function readPaths(reader: Reader): string[] {
  const isNull = readInt(reader) === -1;
  if (isNull) throw new CodecError('a list that is null');
  reader.offset -= STRING_BYTES_MIN;
  return readVector(reader, STRING_BYTES_MIN, readPath);
}

export function readToken(reader: Reader): Uint8Array {
  const token = readBuffer(reader);
  if (token === null) throw new CodecError('a token that is null');
  return token;
}
