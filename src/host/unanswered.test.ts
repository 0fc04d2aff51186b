import { describe, expect, it } from 'vitest';
import { Unanswered } from './unanswered.ts';

const MEBIBYTE = 1024 * 1024;

const opened = (): Unanswered => {
  const requests = new Unanswered();
  requests.asked(44);
  requests.answered();
  return requests;
};

describe('requests without an answer', () => {
  it('are 64 KiB at most until there is a session', () => {
    const requests = new Unanswered();
    requests.asked(44);
    requests.asked(60 * 1024);
    expect(requests.isFull).toBe(false);
    requests.asked(4 * 1024);
    expect(requests.isFull).toBe(true);
    requests.answered();
    expect(requests).toMatchObject({ isFull: false, hasRoom: true });
  });

  it('are a thousand at most, and read on at half of them', () => {
    const requests = opened();
    for (let count = 0; count < 999; count += 1) requests.asked(10);
    expect(requests.isFull).toBe(false);
    requests.asked(10);
    expect(requests.isFull).toBe(true);
    for (let count = 0; count < 500; count += 1) requests.answered();
    expect(requests).toMatchObject({ isFull: false, hasRoom: false });
    requests.answered();
    expect(requests.hasRoom).toBe(true);
  });

  it('are 8 MiB at most, however few', () => {
    const requests = opened();
    for (let count = 0; count < 8; count += 1) requests.asked(MEBIBYTE);
    expect(requests.isFull).toBe(true);
    for (let count = 0; count < 4; count += 1) requests.answered();
    expect(requests.hasRoom).toBe(false);
    requests.answered();
    expect(requests.hasRoom).toBe(true);
  });
});
