import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { TraceSearch, type Found } from './trace-search.ts';

const traceOf = (count: number, from = 0): Traced[] =>
  Array.from({ length: count }, (_, index): Traced => {
    const sequence = from + index;
    const event = { kind: 'proposalLogged', zxid: makeZxid(1, sequence), count: 1 } as const;
    return { server: serverId(1), sequence, atMillis: sequence, event };
  });

describe('a search', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const searched = () => {
    const told: Found[] = [];
    let looks = 0;
    const textOf = ({ sequence }: Traced): string => {
      looks += 1;
      // As long as a text really takes.
      vi.setSystemTime(Date.now() + 1);
      vi.advanceTimersByTime(1);
      return `event ${String(sequence)}`;
    };
    const search = new TraceSearch(textOf, (found) => told.push(found));
    return { search, told, looks: () => looks };
  };

  it('looks again where every event has another text by now', () => {
    const told: Found[] = [];
    let language = 'en';
    const search = new TraceSearch(
      ({ sequence }) => `${language} ${String(sequence)}`,
      (found) => told.push(found),
    );
    search.goOn(traceOf(20));
    search.look('en 1');
    vi.runAllTimers();
    expect(told.at(-1)?.hits?.size).toBe(11);
    language = 'zh';
    search.again();
    vi.runAllTimers();
    expect(told.at(-1)).toEqual({ hits: new Set(), done: true });
  });

  it('finds all, over several pieces, and looks at each event once', () => {
    const { search, told, looks } = searched();
    const trace = traceOf(1_000);
    search.goOn(trace);
    search.look('event 9');
    expect(told.at(-1)?.done ?? false).toBe(false);
    vi.runAllTimers();
    expect(told.at(-1)?.done).toBe(true);
    expect(told.at(-1)?.hits?.size).toBe(111);
    expect(looks()).toBe(1_000);
    // More came behind: only that is looked at.
    search.goOn([...trace, ...traceOf(10, 9_000)]);
    vi.runAllTimers();
    expect(told.at(-1)?.hits?.size).toBe(121);
    expect(looks()).toBe(1_010);
  });

  it('looks at an earlier part that is told later, piece by piece', () => {
    const { search, told, looks } = searched();
    let trace = traceOf(4_000, 8_000);
    search.goOn(trace);
    search.look('event');
    vi.runAllTimers();
    for (const from of [4_000, 0]) {
      trace = [...traceOf(4_000, from), ...trace];
      search.goOn(trace);
      vi.runAllTimers();
    }
    expect(looks()).toBe(12_000);
    expect(told.at(-1)?.hits?.size).toBe(12_000);
  });

  it('forgets what the trace has forgotten', () => {
    const { search, told } = searched();
    const trace = traceOf(200);
    search.goOn(trace);
    search.look('event 1');
    vi.runAllTimers();
    search.goOn(trace.slice(150));
    vi.runAllTimers();
    expect(told.at(-1)?.hits?.size).toBe(50);
  });

  it('ends with an empty text, and begins anew with another', () => {
    const { search, told } = searched();
    search.goOn(traceOf(300));
    search.look('event 2');
    search.look('');
    vi.runAllTimers();
    expect(told.at(-1)).toEqual({ hits: null, done: true });
    search.look('event 299');
    vi.runAllTimers();
    expect(told.at(-1)?.hits?.size).toBe(1);
  });
});
