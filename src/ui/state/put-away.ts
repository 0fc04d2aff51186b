// What Escape puts away, one thing at a time: the tool in hand, and only without one what is selected.

import type { ToolName } from '../chaos/tools.ts';

export interface Holding {
  readonly chaos: {
    readonly tool: ToolName | null;
    readonly take: (tool: ToolName | null) => void;
  };
  readonly selection: { readonly clear: () => void };
}

/** `typing`: a field has the keyboard. There the key is about what is typed, and a tool is put away alone. */
export function putAway({ chaos, selection }: Holding, typing: boolean): void {
  if (chaos.tool !== null) chaos.take(null);
  else if (!typing) selection.clear();
}
