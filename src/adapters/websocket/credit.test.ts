import { expect, test } from 'vitest';

import { CreditedReceiver, CreditedSender } from './credit.ts';
import { DATA_BYTES_MAX, WINDOW_BYTES } from './frames.ts';

test('a window is sent, in pieces; the rest waits for credit, in order', () => {
  const sent: Uint8Array[] = [];
  const sender = new CreditedSender((bytes) => sent.push(bytes));
  const all = Uint8Array.from({ length: WINDOW_BYTES + 1_000 }, (_, at) => at % 251);
  sender.send(all.subarray(0, 10));
  sender.send(all.subarray(10));
  expect(sender.heldBytes).toBe(1_000);
  expect(sent.every(({ length }) => length > 0 && length <= DATA_BYTES_MAX)).toBe(true);
  expect(sender.grant(400)).toBe(true);
  expect(sender.heldBytes).toBe(600);
  expect(sender.grant(WINDOW_BYTES)).toBe(true);
  expect(sender.heldBytes).toBe(0);
  expect(Buffer.concat(sent)).toEqual(Buffer.from(all));
});

test('credit for what was never sent is against the rules', () => {
  const sender = new CreditedSender(() => undefined);
  sender.send(new Uint8Array(10));
  expect(sender.grant(10)).toBe(true);
  expect(sender.grant(1)).toBe(false);
});

test('who sends more than a window is found out; what was taken may come again', () => {
  const reports: number[] = [];
  const receiver = new CreditedReceiver((bytes) => reports.push(bytes));
  expect(receiver.arrived(WINDOW_BYTES)).toBe(true);
  receiver.taken(100);
  expect(reports).toEqual([]);
  receiver.taken(WINDOW_BYTES / 2);
  expect(reports).toEqual([WINDOW_BYTES / 2 + 100]);
  expect(receiver.arrived(WINDOW_BYTES / 2 + 100)).toBe(true);
  expect(receiver.arrived(1)).toBe(false);
});
