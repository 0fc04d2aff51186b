import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

describe('the pace of pictures', () => {
  it('is quick where a picture takes little, and rests where it takes long', () => {
    const pace = new Pace();
    pace.took(1);
    expect([pace.gatherMillis, pace.quietMillis]).toEqual([50, 500]);
    pace.took(30);
    expect(pace.gatherMillis).toBe(150);
    pace.took(300);
    expect([pace.gatherMillis, pace.quietMillis]).toEqual([400, 500]);
  });

  it('rests longer in a flood, and what can wait does not come sooner; afterwards it is quick again', () => {
    const pace = new Pace();
    pace.told(0, 0);
    pace.told(5_000, 1_000);
    expect(pace.isFlood).toBe(true);
    pace.took(30);
    expect(pace.gatherMillis).toBe(300);
    pace.took(300);
    expect([pace.gatherMillis, pace.quietMillis]).toEqual([1_000, 1_000]);
    pace.told(10, 2_000);
    expect(pace.isFlood).toBe(false);
    pace.took(5);
    expect([pace.gatherMillis, pace.quietMillis]).toEqual([50, 500]);
  });
});
