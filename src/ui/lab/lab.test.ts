import { describe, expect, it } from 'vitest';
import { SPEED_MAX, SPEED_MIN } from '../../vocabulary/lab.ts';
import { momentText } from './moment.ts';
import { SPEEDS, speedOf, speedSign, speedWords, stopOf } from './speed.ts';

describe('the laboratory in words', () => {
  it('has stops from the slowest speed to the fastest, each bigger than the one before', () => {
    expect(SPEEDS[0]).toBe(SPEED_MIN);
    expect(SPEEDS.at(-1)).toBe(SPEED_MAX);
    expect([...SPEEDS].sort((a, b) => a - b)).toEqual([...SPEEDS]);
  });

  it('finds each stop again, and the nearest for what lies between or outside', () => {
    SPEEDS.forEach((speed, at) => {
      expect(stopOf(speed)).toBe(at);
      expect(speedOf(at)).toBe(speed);
    });
    expect(speedOf(stopOf(0.9))).toBe(1);
    expect(speedOf(stopOf(1e-9))).toBe(SPEED_MIN);
    expect(speedOf(99)).toBe(SPEED_MAX);
  });

  it('says a speed as a ratio', () => {
    const words = SPEEDS.map(speedWords);
    expect(new Set(words).size).toBe(SPEEDS.length);
    expect(words[0]).toContain('1000');
    expect(words.at(-1)).toContain('10');
    const signs = SPEEDS.map(speedSign);
    expect(new Set(signs).size).toBe(SPEEDS.length);
    expect([signs[0], speedSign(0.2), speedSign(1), signs.at(-1)]).toEqual([
      ...['1/1000×', '1/5×', '1×', '10×'],
    ]);
  });

  it('reads a moment to the millisecond', () => {
    expect(momentText(0)).toBe('0:00.000');
    expect(momentText(61_007.9)).toBe('1:01.007');
    expect(momentText(3_599_999)).toBe('59:59.999');
    expect(momentText(3_723_004)).toBe('1:02:03.004');
    expect(momentText(86_400_000)).toBe('24:00:00.000');
  });
});
