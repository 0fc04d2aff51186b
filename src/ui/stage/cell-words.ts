// What a cell of the logs says: its zxid, and how it stands there.

import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import type { MatrixCell } from './log-matrix.ts';

export function cellWords(cell: MatrixCell): string {
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
