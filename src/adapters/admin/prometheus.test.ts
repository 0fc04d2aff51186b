import { expect, test } from 'vitest';

import { metricsText } from './prometheus.ts';

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
