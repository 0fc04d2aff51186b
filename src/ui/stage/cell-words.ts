// What a cell of the logs says: its zxid, and how it stands there.

import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import type { Acks } from './ack-pips.ts';
import type { MatrixCell } from './log-matrix.ts';

/** `acks`: of a proposal that waits for its quorum, in its leader's log. */
export const cellWords = (cell: MatrixCell, acks: Acks | null = null): string =>
  acks === null ? stateWords(cell) : m.cell_acks({ words: stateWords(cell), ...acks });

function stateWords(cell: MatrixCell): string {
  const text = { zxid: formatZxid(cell.zxid) };
  switch (cell.state) {
    case 'committed':
      return m.cell_committed(text);
    case 'logged':
      return m.cell_logged(text);
    case 'proposed':
      return m.cell_proposed(text);
    case 'covered':
      return m.cell_covered(text);
    case 'missing':
      return m.cell_missing(text);
    case 'truncated':
      return cell.by === 'TRUNC' ? m.cell_truncated(text) : m.cell_replaced(text);
  }
}
