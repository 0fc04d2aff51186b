import { describe, expect, it } from 'vitest';
import { freePlace } from './free-place.ts';
import { middle, stageLayout, trimmed } from './layout.ts';

describe('where a sign stands on a link', () => {
  const layout = stageLayout(5, { width: 680, height: 338 });
  const [first, second, third, , fifth] = layout.seats;
  const way = trimmed(fifth!, second!, 7, layout);

  it('is beside the words of a seat that the link passes behind', () => {
    expect(layout.compact).toBe(true);
    const inTheWay = middle(way.from, way.to);
    expect(Math.abs(inTheWay.x - first!.x)).toBeLessThan(44);
    const place = freePlace(way.from, way.to, layout);
    expect(Math.abs(place.x - first!.x)).toBeGreaterThan(60);
    expect(place.y).toBeCloseTo(inTheWay.y, 0);
  });

  it('is in the middle where that is free, and where nothing is', () => {
    const free = trimmed(first!, third!, 7, layout);
    expect(freePlace(free.from, free.to, layout)).toEqual(middle(free.from, free.to));
    const beside = { x: first!.x - 10, y: first!.y };
    const crowded = { from: beside, to: { x: first!.x + 10, y: first!.y } };
    expect(freePlace(crowded.from, crowded.to, layout)).toEqual(first);
  });
});
