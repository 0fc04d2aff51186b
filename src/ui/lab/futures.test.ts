import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import type { BranchView, StepAt, TracedAt } from '../../vocabulary/lab.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { firstPair, isPairOf, passagesOf, stepsApart, type Passage } from './futures.ts';

/** Server 1 says a number. */
const says = (what: number, millis = what): TracedAt => ({
  ...{ server: serverId(1), sequence: millis, atMillis: millis },
  event: { kind: 'epochAccepted', epoch: what },
  moment: { millis, events: millis },
});

const told = (...numbers: number[]): TracedAt[] => numbers.map((what) => says(what));

/** "=1 2" for what both say, "1|2" for what only left and only right say. */
const words = (passages: readonly Passage[]): string[] => {
  const numbers = (events: readonly { readonly traced: TracedAt }[]): string =>
    events
      .map(({ traced: { event } }) => (event.kind === 'epochAccepted' ? event.epoch : '?'))
      .join(' ');
  return passages.map((passage) =>
    passage.kind === 'same'
      ? `=${numbers(passage.pairs.map(({ left }) => left))}`
      : `${numbers(passage.left)}|${numbers(passage.right)}`,
  );
};

const branch = (id: number, parent: number | null, steps: readonly StepAt[] = []): BranchView => ({
  ...{ id, steps, hash: '', end: { millis: 10, events: 10 } },
  parent: parent === null ? null : { branch: parent, at: { millis: 1, events: 1 } },
});

describe('two futures side by side', () => {
  it.each([
    [told(1, 2, 3), told(1, 2, 3), ['=1 2 3']],
    [told(1, 2, 3), told(), ['1 2 3|']],
    [told(), told(4), ['|4']],
    [told(1, 2, 5), told(1, 3, 4, 5), ['=1', '2|3 4', '=5']],
    [told(7, 1, 2), told(1, 2, 8), ['7|', '=1 2', '|8']],
    [told(), told(), []],
  ])('are passages that both told and passages that one did', (left, right, expected) => {
    expect(words(passagesOf(left, right))).toEqual(expected);
  });

  it('hold the same event together though it comes later in one of them', () => {
    const [passage] = passagesOf([says(1, 100)], [says(1, 350)]);
    expect(passage).toMatchObject({
      kind: 'same',
      pairs: [{ left: { traced: { atMillis: 100 } }, right: { traced: { atMillis: 350 } } }],
    });
  });

  it('tell apart what another server says, and leave out what the feed does not tell', () => {
    const other = { ...says(1), server: serverId(2) };
    expect(words(passagesOf(told(1), [other]))).toEqual(['1|1']);
    const quiet: TracedAt = {
      ...says(2),
      event: { kind: 'phaseChanged', phase: 'broadcast', epoch: 1 },
    };
    expect(passagesOf([quiet], [])).toEqual([]);
  });

  it('lose nothing and invent nothing, whatever they are', () => {
    const future = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 30 });
    fc.assert(
      fc.property(future, future, (left, right) => {
        const passages = passagesOf(told(...left), told(...right));
        const side = (which: 'left' | 'right'): string[] =>
          passages.flatMap((passage) =>
            passage.kind === 'same'
              ? passage.pairs.map((pair) => pair[which].key)
              : passage[which].map(({ key }) => key),
          );
        expect(side('left')).toEqual(left.map((_, at) => String(at)));
        expect(side('right')).toEqual(right.map((_, at) => String(at)));
        const keys = passages.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const passage of passages) {
          if (passage.kind === 'differs') continue;
          for (const pair of passage.pairs) {
            expect(pair.left.traced.event).toEqual(pair.right.traced.event);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the branches that are compared', () => {
  it('are the one that we are in and the one that it left', () => {
    const branches = [branch(1, null), branch(2, 1), branch(3, 2)];
    expect(firstPair(branches, 3)).toEqual({ left: 2, right: 3 });
    expect(firstPair(branches, 1)).toEqual({ left: 1, right: 3 });
    expect(firstPair([branch(1, null)], 1)).toBeNull();
  });

  it('are no pair any more when another world has begun', () => {
    expect(isPairOf({ left: 1, right: 2 }, [branch(1, null), branch(2, 1)])).toBe(true);
    expect(isPairOf({ left: 1, right: 2 }, [branch(1, null)])).toBe(false);
  });

  it('have steps in common, and steps of their own', () => {
    const at = (millis: number, step: LabStep): StepAt => ({
      ...{ at: { millis, events: millis }, step },
    });
    const open = at(0, { kind: 'openServer', server: 1 });
    const crash = at(5, { kind: 'crash', server: 1, silent: false });
    const later = at(6, { kind: 'crash', server: 1, silent: false });
    // What crosses from a worker is a copy.
    const branches = [branch(1, null, [open, crash]), branch(2, 1, [{ ...open }, later])];
    expect(stepsApart(branches, { left: 1, right: 2 })).toEqual({ left: [crash], right: [later] });
    expect(stepsApart(branches, { left: 2, right: 2 })).toEqual({ left: [], right: [] });
  });
});
