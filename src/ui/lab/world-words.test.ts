import { describe, expect, it } from 'vitest';

import { m } from '../paraglide/messages.js';
import { keptWords, worldWords, type Said } from './world-words.ts';

const options = { seed: 1, participants: 3, observers: 0 };
const view: Said['view'] = {
  ...{ shared: null, opening: null, running: false, keptFrom: 0, full: false, options },
};
const runs = { badLink: false, engineChanged: true, recorded: false };
const said: Said = { view, waits: false, refused: 0, runs };

describe('what the bar says of its world', () => {
  it('says nothing of a world that is in order', () => {
    expect(worldWords(said)).toBe('');
    expect(worldWords({ ...said, runs: null })).toBe('');
  });

  it('says of steps that lead elsewhere whether there is a recording of them', () => {
    const other = { ...said, view: { ...view, shared: 'other' as const } };
    expect(worldWords(other)).toBe(m.run_other());
    expect(worldWords({ ...other, runs: { ...runs, engineChanged: false } })).toBe(m.run_altered());
    expect(worldWords({ ...other, runs: { ...runs, recorded: true } })).toBe(m.run_again());
    expect(m.run_again()).not.toMatch(/no recording/);
  });

  it('says how far a shared run is played, not at every moment, and that one was stopped', () => {
    const playing = (playedMillis: number): string =>
      worldWords({
        ...said,
        view: { ...view, opening: { why: 'run', playedMillis, ofMillis: 1_800_000 } },
      });
    expect(playing(760_000)).toBe('Playing the shared run: 12:30 of 30:00');
    expect(playing(899_999)).toBe(playing(750_000));
    expect(worldWords({ ...said, view: { ...view, shared: 'part' } })).toBe(m.run_part());
  });

  it('says how far a long way back is played, of hours no more often than of minutes', () => {
    const playing = (playedMillis: number): string =>
      worldWords({
        ...said,
        view: { ...view, opening: { why: 'back', playedMillis, ofMillis: 36_000_000 } },
      });
    expect(playing(7_500_000)).toBe('Playing the world again up to there: 1:40:00 of 10:00:00');
    expect(playing(8_999_999)).toBe(playing(6_000_000));
  });

  it('says what is kept once that is not everything, where nothing is more pressing', () => {
    const long = { ...view, keptFrom: 1 };
    expect(worldWords({ ...said, view: long })).toMatch(/^Kept: the last 30 minutes/);
    expect(keptWords(long)).toBe(worldWords({ ...said, view: long }));
    expect(worldWords({ ...said, view: { ...long, full: true } })).toBe(m.lab_full());
    expect(keptWords(view)).toBe('');
  });

  it('says what is most pressing', () => {
    const full = { ...said, view: { ...view, full: true }, refused: 2 };
    expect(worldWords(full)).toBe(m.lab_full());
    expect(worldWords({ ...full, waits: true })).toBe(m.lesson_bet_first());
  });
});
