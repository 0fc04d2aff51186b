import { expect, test } from 'vitest';

import { overwriteGetLocale } from '../paraglide/runtime.js';
import { feedKind } from './event-kind.ts';
import type { TraceKind } from '../../vocabulary/trace.ts';
import { referenceOf } from './references.ts';

const TOLD: readonly TraceKind[] = [
  ...(['voteChanged', 'epochProposed', 'syncDecided', 'committed'] as const),
  ...(['epochAwaited', 'newLeaderAwaited', 'commitAwaited'] as const),
];

test.each(TOLD)('%s is told with a class, its method and a section', (kind) => {
  expect(feedKind({ kind } as never)).not.toBeNull();
  const reference = referenceOf(kind);
  for (const place of reference?.apache ?? ['none']) expect(place).toMatch(/^[A-Z]\w+\.[a-z]\w+$/);
  expect(reference?.paper()).toMatch(/^(Zab \(DSN 2011\)|ZooKeeper \(ATC 2010\)): \w/);
});

test('what is no decision of ZooKeeper has none', () => {
  expect(referenceOf('traceDropped')).toBeNull();
});

test('what the paper gives no title is named in the language that is read', () => {
  const paper = referenceOf('committed')?.paper;
  overwriteGetLocale(() => 'zh-CN');
  expect(paper?.()).toBe('Zab (DSN 2011): 第 3 阶段，广播 broadcast');
  overwriteGetLocale(() => 'en');
  expect(paper?.()).toBe('Zab (DSN 2011): phase 3, broadcast');
});
