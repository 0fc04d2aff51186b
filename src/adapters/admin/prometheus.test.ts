import { expect, test } from 'vitest';

import { metricsText } from './prometheus.ts';
import { makeSpread, observeSpread } from './spread.ts';

test('a gauge, a counter, a summary, and a number for each namespace', () => {
  expect(
    metricsText([
      ['version', '3.8.0'],
      ['znode_count', 5],
      ['avg_latency', { decimal: 0.25 }],
      ['proposal_count', 7],
      ['election_time', { summary: { count: 2, sum: 50, min: 20, max: 30 } }],
    ]).split('\n'),
  ).toEqual([
    ...['# HELP znode_count znode_count', '# TYPE znode_count gauge', 'znode_count 5'],
    ...['# HELP avg_latency avg_latency', '# TYPE avg_latency gauge', 'avg_latency 0.25'],
    ...['# HELP proposal_count proposal_count', '# TYPE proposal_count counter'],
    ...['proposal_count 7', '# HELP election_time election_time'],
    ...['# TYPE election_time summary', 'election_time_count 2', 'election_time_sum 50', ''],
  ]);
});

test('a namespace is a label, whatever it is called', () => {
  const name = 'quota_exceeded_error_per_namespace';
  const odd = 'a"b\\c\nd';
  const text = metricsText([
    [
      name,
      {
        byNamespace: [
          ['a', 3],
          [odd, 1],
        ],
      },
    ],
  ]);
  expect(text.split('\n').slice(1)).toEqual([
    `# TYPE ${name} counter`,
    `${name}{key="a"} 3`,
    `${name}{key="a\\"b\\\\c\\nd"} 1`,
    '',
  ]);
});

/** The text format 0.0.4: a HELP and a TYPE line, then samples of that name with labels and a number. */
const SAMPLE =
  /^([a-zA-Z_:][\w:]*)(?:\{([a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)+\})? (?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN)$/;

test('all that a server measures is what Prometheus reads: each name once, its samples behind it', () => {
  const reads = makeSpread();
  for (const millis of [1, 2, 3, 4]) observeSpread(reads, millis);
  const text = metricsText([
    ['znode_count', 5],
    ['readlatency', { summary: reads, spread: reads }],
    ['fsynctime', { summary: { count: 0, sum: 0, min: 0, max: 0 } }],
    ['quota_exceeded_error_per_namespace', { byNamespace: [['odd " name', 1]] }],
  ]);
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      ...['readlatency{quantile="0.5"} 2.5', 'readlatency{quantile="0.9"} 4'],
      ...['readlatency{quantile="0.99"} 4', 'readlatency_count 4', 'readlatency_sum 10'],
    ]),
  );
  expect(text.endsWith('\n')).toBe(true);
  const seen = new Set<string>();
  let [name, type] = ['', ''];
  for (const line of text.trimEnd().split('\n')) {
    const [, word, its, rest] = /^# (HELP|TYPE) (\S+) (\S+)$/.exec(line) ?? [];
    if (word === 'HELP') {
      expect(seen.has(its ?? ''), line).toBe(false);
      seen.add((name = its ?? ''));
    } else if (word === 'TYPE') {
      expect(its).toBe(name);
      type = rest ?? '';
      expect(['counter', 'gauge', 'summary']).toContain(type);
    } else {
      const [, sample = '', label] = SAMPLE.exec(line) ?? [];
      const own = type === 'summary' ? [name, `${name}_sum`, `${name}_count`] : [name];
      expect(own, line).toContain(sample);
      expect(label?.startsWith('quantile=') ?? false).toBe(type === 'summary' && sample === name);
    }
  }
});
