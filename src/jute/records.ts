// Small records that several ports share: ACL, Id, Stat, StatPersisted (zookeeper.jute, data module).

import type { Acl, Stat } from '../vocabulary/stat.ts';
import type { Identity } from '../vocabulary/packet.ts';
import type { StatPersisted } from '../vocabulary/tree-image.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import {
  readInt,
  readLong,
  readMillis,
  readString,
  readVector,
  remaining,
  type Reader,
} from './reader.ts';
import {
  writeInt,
  writeLong,
  writeMillis,
  writeString,
  writeVector,
  type Writer,
} from './writer.ts';

const ACL_BYTES_MIN = 12;
const IDENTITY_BYTES_MIN = 8;

export function writeAcl(writer: Writer, acl: Acl): void {
  writeInt(writer, acl.perms);
  writeString(writer, acl.scheme);
  writeString(writer, acl.id);
}

export const readAcl = (reader: Reader): Acl => ({
  perms: readInt(reader),
  scheme: readString(reader),
  id: readString(reader),
});

export const writeAcls = (writer: Writer, acls: readonly Acl[] | null): void =>
  writeVector(writer, acls, writeAcl);

export const readAcls = (reader: Reader): Acl[] => readVector(reader, ACL_BYTES_MIN, readAcl);

export const writeIdentities = (writer: Writer, ids: readonly Identity[] | null): void =>
  writeVector(writer, ids, (to, id) => {
    writeString(to, id.scheme);
    writeString(to, id.id);
  });

export const readIdentities = (reader: Reader): Identity[] =>
  readVector(reader, IDENTITY_BYTES_MIN, (from) => ({
    scheme: readString(from),
    id: readString(from),
  }));

/** Null where the sender wrote -1. */
export function readIdentitiesOrNull(reader: Reader): Identity[] | null {
  const isNull = remaining(reader) >= 4 && reader.view.getInt32(reader.offset) === -1;
  const identities = readIdentities(reader);
  return isNull ? null : identities;
}

export function writeStat(writer: Writer, stat: Stat): void {
  writeLong(writer, stat.czxid);
  writeLong(writer, stat.mzxid);
  writeMillis(writer, stat.ctime);
  writeMillis(writer, stat.mtime);
  writeInt(writer, stat.version);
  writeInt(writer, stat.cversion);
  writeInt(writer, stat.aversion);
  writeLong(writer, stat.ephemeralOwner);
  writeInt(writer, stat.dataLength);
  writeInt(writer, stat.numChildren);
  writeLong(writer, stat.pzxid);
}

export const readStat = (reader: Reader): Stat => ({
  czxid: zxidOf(readLong(reader)),
  mzxid: zxidOf(readLong(reader)),
  ctime: readMillis(reader),
  mtime: readMillis(reader),
  version: readInt(reader),
  cversion: readInt(reader),
  aversion: readInt(reader),
  ephemeralOwner: readLong(reader),
  dataLength: readInt(reader),
  numChildren: readInt(reader),
  pzxid: zxidOf(readLong(reader)),
});

export function writeStatPersisted(writer: Writer, stat: StatPersisted): void {
  writeLong(writer, stat.czxid);
  writeLong(writer, stat.mzxid);
  writeMillis(writer, stat.ctime);
  writeMillis(writer, stat.mtime);
  writeInt(writer, stat.version);
  writeInt(writer, stat.cversion);
  writeInt(writer, stat.aversion);
  writeLong(writer, stat.ephemeralOwner);
  writeLong(writer, stat.pzxid);
}

export function readStatPersisted(reader: Reader): StatPersisted {
  const czxid = zxidOf(readLong(reader));
  return {
    czxid,
    mzxid: zxidOf(sameAs(czxid, readLong(reader))),
    ctime: readMillis(reader),
    mtime: readMillis(reader),
    version: readInt(reader),
    cversion: readInt(reader),
    aversion: readInt(reader),
    ephemeralOwner: sameAs(0n, readLong(reader)),
    pzxid: zxidOf(sameAs(czxid, readLong(reader))),
  };
}

/** Of two that are equal the one that is kept already: a bigint is an object, and most nodes never change. */
const sameAs = (kept: bigint, read: bigint): bigint => (read === kept ? kept : read);
