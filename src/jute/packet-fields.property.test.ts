import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { serverId, sessionId } from '../vocabulary/ids.ts';
import { PACKET_TYPE, type PacketName, type QuorumPacket } from '../vocabulary/packet.ts';
import type { Transaction } from '../vocabulary/transaction.ts';
import { WIRE_BYTES_MAX, type WireField } from '../vocabulary/wire.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { encodeBallot, frame } from './election.ts';
import { ballotFields, packetFields } from './packet-fields.ts';
import {
  encodeEpoch,
  encodeLearnerInfo,
  encodePacket,
  encodePacketHead,
  encodeRequestPacketData,
  encodeRevalidate,
  encodeRevalidated,
  encodeTouches,
  makePacketStream,
  pushPacketBytes,
} from './quorum.ts';
import { encodeTransaction, transactionType } from './transaction.ts';
import { bytesOfWire, wireOf } from './wire.ts';

const NAMES = Object.keys(PACKET_TYPE) as PacketName[];
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const bytes = fc.uint8Array({ maxLength: 400 });
const session = long.map(sessionId);
const data = fc.option(bytes);
const path = fc.string();
const acl = fc.array(fc.record({ perms: int, scheme: fc.string(), id: fc.string() }), {
  maxLength: 3,
});
const as = <Kind extends string>(...kinds: Kind[]) => fc.constantFrom(...kinds);
const simple = fc.oneof(
  fc.record({
    ...{ kind: as('create', 'create2'), path, data, acl },
    ...{ ephemeral: fc.boolean(), parentCVersion: int },
  }),
  fc.record({ kind: as('createContainer'), path, data, acl, parentCVersion: int }),
  fc.record({ kind: as('createTTL'), path, data, acl, parentCVersion: int, ttlMillis: long }),
  fc.record({ kind: as('delete', 'deleteContainer'), path }),
  fc.record({ kind: as('setData'), path, data, version: int }),
  fc.record({ kind: as('setACL'), path, acl, version: int }),
  fc.record({ kind: as('check'), path, version: int }),
  fc.record({ kind: as('error'), err: int }),
);
const transaction: fc.Arbitrary<Transaction> = fc.oneof(
  simple,
  fc.record({ kind: as('createSession'), timeoutMillis: int }),
  fc.record({ kind: as('closeSession'), paths: fc.array(path, { maxLength: 4 }) }),
  fc.record({ kind: as('multi'), parts: fc.array(simple, { maxLength: 3 }) }),
);
const digest = fc.option(
  fc.record({ version: int, treeDigest: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
);
const record = fc
  .tuple(session, int, long, fc.maxSafeNat(), transaction, digest)
  .map(([clientId, cxid, zxid, time, txn, digested]) => {
    const header = { clientId, cxid, zxid: zxidOf(zxid), time, type: transactionType(txn) };
    return encodeTransaction({ header, transaction: txn, digest: digested });
  });
const touch = fc.record({ sessionId: session, timeoutMillis: int });

/** What a packet of this type carries when its data is the record that belongs there. */
const DATA: Partial<Record<PacketName, fc.Arbitrary<Uint8Array>>> = {
  ...{ PROPOSAL: record, INFORM: record },
  FOLLOWERINFO: fc
    .record({ serverId: fc.nat(255).map(serverId), protocolVersion: int, configVersion: long })
    .map(encodeLearnerInfo),
  ...{ LEADERINFO: int.map(encodeEpoch), ACKEPOCH: int.map(encodeEpoch) },
  REQUEST: fc
    .record({ sessionId: session, cxid: int, type: int, body: bytes })
    .map(encodeRequestPacketData),
  REVALIDATE: fc.oneof(
    touch.map(encodeRevalidate),
    fc.record({ sessionId: session, valid: fc.boolean() }).map(encodeRevalidated),
  ),
  PING: fc.array(touch, { maxLength: 5 }).map(encodeTouches),
};

const authinfo = fc.option(
  fc.array(fc.record({ scheme: fc.string(), id: fc.string() }), { maxLength: 2 }),
);
const packetOf = (type: PacketName, content: fc.Arbitrary<Uint8Array | null>) =>
  fc.record({
    type: fc.constant(type),
    zxid: long.map(zxidOf),
    data: content,
    authinfo,
    snapshot: type === 'SNAP' ? bytes : fc.constant(null),
  }) satisfies fc.Arbitrary<QuorumPacket>;

function expectCovered(fields: readonly WireField[], length: number): void {
  let at = 0;
  for (const { from, to } of fields) {
    expect(from).toBe(at);
    expect(to).toBeGreaterThan(from);
    at = to;
  }
  expect(at).toBe(length);
}

describe('the fields of a packet', () => {
  it.each(NAMES)('of %s cover every byte exactly once, whatever its data is', (type) => {
    fc.assert(
      fc.property(packetOf(type, data), fc.nat(500), (packet, cut) => {
        const whole = encodePacket(packet);
        expectCovered(packetFields(whole, whole.length), whole.length);
        const part = whole.subarray(0, cut);
        expectCovered(packetFields(part, whole.length), part.length);
      }),
    );
  });

  it.each(Object.entries(DATA))('of %s are named to the last byte', (type, content) => {
    fc.assert(
      fc.property(packetOf(type as PacketName, content), (packet) => {
        const whole = encodePacket(packet);
        const fields = packetFields(whole, whole.length);
        expectCovered(fields, whole.length);
        expect(fields[0]?.value).toBe(`${String(PACKET_TYPE[packet.type])} (${type})`);
        expect(fields.map(({ name }) => name).filter((name) => /^(data|…)$/.test(name))).toEqual(
          [],
        );
      }),
    );
  });

  it('go along as the first bytes that cross, and come back as they were', () => {
    const any = fc.constantFrom(...NAMES).chain((type) => packetOf(type, data));
    fc.assert(
      fc.property(any, (packet) => {
        const whole = encodePacket(packet);
        const head = whole.slice(0, WIRE_BYTES_MAX);
        expect(encodePacketHead(packet, WIRE_BYTES_MAX)).toEqual(head);
        expect(bytesOfWire(wireOf(packet))).toEqual(head);
      }),
    );
  });

  it('of a packet that came are those that were sent, null told from empty', () => {
    const any = fc
      .constantFrom(...NAMES.filter((name) => name !== 'SNAP'))
      .chain((type) => packetOf(type, data));
    fc.assert(
      fc.property(any, (packet) => {
        const [received] = pushPacketBytes(makePacketStream(), encodePacket(packet));
        expect(received && wireOf(received)).toBe(wireOf(packet));
      }),
    );
  });

  it.each(['0', 'zz', 'AB', 'ab'.repeat(WIRE_BYTES_MAX + 1), 7])('are none of %j', (wire) => {
    expect(bytesOfWire(wire)).toBeNull();
  });
});

describe('the fields of a ballot', () => {
  it('cover every byte exactly once and end with its configuration', () => {
    const ballot = fc.record({
      state: as('LOOKING', 'FOLLOWING', 'LEADING', 'OBSERVING'),
      vote: fc.record({
        leader: fc.nat(255).map(serverId),
        zxid: long.map(zxidOf),
        peerEpoch: long,
      }),
      ...{ round: long, config: fc.string({ minLength: 1 }) },
    });
    fc.assert(
      fc.property(ballot, (one) => {
        const whole = frame(encodeBallot(one));
        const fields = ballotFields(whole);
        expectCovered(fields, whole.length);
        expect(fields.at(-1)?.name).toBe('config');
        expect(fields[1]?.value).toContain(one.state);
      }),
    );
  });
});
