import { describe, expect, it } from 'vitest';

import type { ToolName } from '../chaos/tools.ts';
import { putAway, type Holding } from './put-away.ts';

function holding(tool: ToolName | null): { done: string[]; hands: Holding } {
  const done: string[] = [];
  const chaos = {
    tool,
    take(taken: ToolName | null) {
      this.tool = taken;
      done.push('tool');
    },
  };
  return { done, hands: { chaos, selection: { clear: () => done.push('selection') } } };
}

describe('Escape', () => {
  it('puts the tool away first, and what is selected the next time', () => {
    const { done, hands } = holding('cut');
    putAway(hands, false);
    expect(done).toEqual(['tool']);
    putAway(hands, false);
    expect(done).toEqual(['tool', 'selection']);
  });

  it('leaves what is selected while somebody types, and puts the tool away even then', () => {
    const { done, hands } = holding('cut');
    putAway(hands, true);
    putAway(hands, true);
    expect(done).toEqual(['tool']);
  });
});
