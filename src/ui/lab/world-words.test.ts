import { describe, expect, it } from 'vitest';

import { m } from '../paraglide/messages.js';
import { worldWords, type Said } from './world-words.ts';

const options = { seed: 1, participants: 3, observers: 0 };
const view: Said['view'] = { shared: null, running: false, full: false, options };
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

  it('says what is most pressing', () => {
    const full = { ...said, view: { ...view, full: true }, refused: 2 };
    expect(worldWords(full)).toBe(m.lab_full());
    expect(worldWords({ ...full, waits: true })).toBe(m.lesson_bet_first());
  });
});
