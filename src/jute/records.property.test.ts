// Every record is the same after bytes as before, and whatever else the bytes are, they are read or refused:
// nothing but a CodecError is ever thrown.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RequestKind } from '../vocabulary/request.ts';
import {
  decodeConnectRequest,
  decodeConnectResponse,
  decodeReply,
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponse,
  decodeWatcherEvent,
  encodeConnectRequest,
  encodeConnectResponse,
  encodeReply,
  encodeRequest,
  encodeWatcherEvent,
} from './client.ts';
import { decodeBallot, encodeBallot, frame, makeFrameStream, pushFrameBytes } from './election.ts';
import * as quorum from './quorum.ts';
import { CodecError, makeReader, type Reader } from './reader.ts';
import * as any from './records.fixture.ts';
import * as records from './records.ts';
import { decodeTree, encodeTree } from './snapshot.ts';
import { decodeTransaction, encodeTransaction } from './transaction.ts';
import { makeWriter, written, type Writer } from './writer.ts';

const RUNS = { numRuns: 40 };

/** Throws what is no refusal. */
function readOrRefused(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  try {
    decode(bytes);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
  }
}

function isRecord<T>(
  name: string,
  values: fc.Arbitrary<T>,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
): void {
  describe(name, () => {
    it('is the same after bytes as before, and gives the same bytes again', () => {
      fc.assert(
        fc.property(values, (value) => {
          const bytes = encode(value);
          const read = decode(bytes);
          expect(read).toEqual(value);
          expect(encode(read)).toEqual(bytes);
        }),
        RUNS,
      );
    });

    it('cut short, damaged or anything else: is read or refused', () => {
      const damage = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.nat() });
      fc.assert(
        fc.property(values, damage, fc.uint8Array({ maxLength: 64 }), (value, how, other) => {
          const bytes = encode(value);
          readOrRefused(decode, bytes.subarray(0, how.cut % (bytes.length + 1)));
          if (bytes.length > 0) bytes[how.at % bytes.length] = how.byte;
          readOrRefused(decode, bytes);
          readOrRefused(decode, other);
        }),
        RUNS,
      );
    });
  });
}

const writing =
  <T>(write: (writer: Writer, value: T) => void) =>
  (value: T): Uint8Array => {
    const writer = makeWriter();
    write(writer, value);
    return written(writer);
  };
const reading =
  <T>(read: (reader: Reader) => T) =>
  (bytes: Uint8Array): T =>
    read(makeReader(bytes));

describe('what several ports share', () => {
  isRecord('a list of ACLs', any.acls, writing(records.writeAcls), reading(records.readAcls));
  isRecord(
    ...(['Ids, or none', any.identities, writing(records.writeIdentities)] as const),
    reading(records.readIdentitiesOrNull),
  );
  isRecord('Stat', any.stat, writing(records.writeStat), reading(records.readStat));
  isRecord(
    ...(['StatPersisted', any.statPersisted, writing(records.writeStatPersisted)] as const),
    reading(records.readStatPersisted),
  );
});

describe('the client port', () => {
  isRecord('ConnectRequest', any.connectRequest, encodeConnectRequest, decodeConnectRequest);
  isRecord('ConnectResponse', any.connectResponse, encodeConnectResponse, decodeConnectResponse);
  for (const [kind, request] of Object.entries(any.REQUESTS)) {
    isRecord(
      ...([`the request ${kind}`, fc.record({ xid: any.int, request })] as const),
      (value) => encodeRequest(value.xid, value.request),
      (bytes) => {
        const { header, body } = decodeRequestHeader(bytes);
        const found = decodeRequestBody(header.type, body);
        if (found === null) throw new CodecError('a type that nobody knows');
        return { xid: header.xid, request: found };
      },
    );
  }
  for (const kind of Object.keys(any.RESPONSES) as RequestKind[]) {
    isRecord(
      `the reply to ${kind}`,
      fc.record({ header: any.replyHeader, response: any.RESPONSES[kind] }),
      ({ header, response }) => encodeReply(header, response),
      (bytes) => {
        const { header, body } = decodeReply(bytes);
        return { header, response: decodeResponse(kind, body) };
      },
    );
  }
  isRecord(
    ...(['a watch event', fc.record({ zxid: any.zxid, event: any.watcherEvent })] as const),
    ({ zxid, event }) => encodeWatcherEvent(zxid, event),
    (bytes) => {
      const { header, body } = decodeReply(bytes);
      return { zxid: header.zxid, event: decodeWatcherEvent(body) };
    },
  );
});

/** The one packet that these bytes are. */
function onePacket(bytes: Uint8Array): ReturnType<typeof quorum.pushPacketBytes>[number] {
  const [packet] = quorum.pushPacketBytes(quorum.makePacketStream(), bytes);
  if (packet === undefined) throw new CodecError('no whole packet');
  return packet;
}

describe('the ports between servers', () => {
  isRecord('a ballot', any.ballot, encodeBallot, decodeBallot);
  isRecord('LearnerInfo', any.learnerInfo, quorum.encodeLearnerInfo, quorum.decodeLearnerInfo);
  isRecord('an epoch', any.int, quorum.encodeEpoch, quorum.decodeEpoch);
  isRecord(
    ...(['who is designated', fc.record({ leader: any.server, proposal: any.bytes })] as const),
    ({ leader, proposal }) => quorum.encodeDesignated(leader, proposal),
    quorum.decodeDesignated,
  );
  isRecord('touches', fc.array(any.touch), quorum.encodeTouches, quorum.decodeTouches);
  isRecord('a REVALIDATE', any.touch, quorum.encodeRevalidate, quorum.decodeRevalidate);
  isRecord(
    ...(['its answer', fc.record({ sessionId: any.session, valid: fc.boolean() })] as const),
    ...([quorum.encodeRevalidated, quorum.decodeRevalidated] as const),
  );
  isRecord(
    ...(['a forwarded request', any.forwarded] as const),
    ...([quorum.encodeRequestPacketData, quorum.decodeRequestPacketData] as const),
  );
  isRecord('a packet', any.packet, quorum.encodePacket, onePacket);
  isRecord('a SNAP with its tree', any.snap, quorum.encodePacket, onePacket);
});

describe('the log and the snapshot', () => {
  for (const [kind, transaction] of any.TRANSACTIONS) {
    isRecord(`the transaction ${kind}`, transaction, encodeTransaction, decodeTransaction);
  }
  isRecord('a tree', any.tree, encodeTree, decodeTree);
});

/** The same bytes in pieces. */
function* cut(bytes: Uint8Array, places: readonly number[]): Generator<Uint8Array> {
  const ends = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.slice(from, end);
    from = end;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

describe('a stream gives the same however its bytes were cut', () => {
  const places = fc.array(fc.nat(), { maxLength: 6 });

  it('of packets, snapshots between them', () => {
    const packets = fc.array(fc.oneof(any.packet, any.snap), { maxLength: 4 });
    fc.assert(
      fc.property(packets, places, (sent, where) => {
        const stream = quorum.makePacketStream();
        const pieces = [...cut(joined(sent.map(quorum.encodePacket)), where)];
        const read = pieces.flatMap((piece) => quorum.pushPacketBytes(stream, piece));
        expect(read).toEqual(sent);
      }),
      RUNS,
    );
  });

  it('of frames', () => {
    fc.assert(
      fc.property(fc.array(any.bytes, { maxLength: 5 }), places, (sent, where) => {
        const stream = makeFrameStream(12);
        const pieces = [...cut(joined(sent.map(frame)), where)];
        expect(pieces.flatMap((piece) => pushFrameBytes(stream, piece))).toEqual(sent);
      }),
      RUNS,
    );
  });
});
