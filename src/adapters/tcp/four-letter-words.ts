// What the client port answers to four letters (ServerStats, NIOServerCnxn's commands): ruok, srvr and
// stat in Apache's shape. Every other word gets the sentence about the whitelist.

import { formatZxid } from '../../vocabulary/zxid.ts';
import type { RoleView, ServerView } from '../../vocabulary/view.ts';
import type { ClientCounts } from './client-door.ts';

/** Words that Apache knows; anything else at the start of a connection is a length. */
const KNOWN = new Set([
  ...['conf', 'cons', 'crst', 'dirs', 'dump', 'envi', 'gtmk', 'hash', 'icfg', 'isro', 'lead'],
  ...['lsnp', 'mntr', 'obsr', 'orst', 'ruok', 'srst', 'srvr', 'stat', 'stmk', 'sysp', 'wchc'],
  ...['wchp', 'wchs'],
]);

const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests\n';

const MODE: Readonly<Record<RoleView, string>> = {
  looking: 'looking',
  following: 'follower',
  leading: 'leader',
  observing: 'observer',
  down: 'down',
};

/** The text to send before closing, or null when these four bytes are no word. */
export function answerWord(
  word: string,
  view: ServerView | null,
  clients: readonly ClientCounts[],
  version: string,
): string | null {
  if (!KNOWN.has(word)) return null;
  if (word === 'ruok') return 'imok';
  if (word !== 'srvr' && word !== 'stat') {
    return `${word} is not executed because it is not in the whitelist.\n`;
  }
  if (view?.serving !== true) return NOT_SERVING;
  const listed = word === 'stat' ? ['Clients:', ...clients.map(clientLine), ''] : [];
  const lines = [`Zookeeper version: ${version}`, ...listed, ...summary(view, clients)];
  return `${lines.join('\n')}\n`;
}

const clientLine = (client: ClientCounts): string =>
  ` /${client.address}[1](queued=${String(client.queued)},recved=${String(client.received)},` +
  `sent=${String(client.sent)})`;

function summary(view: ServerView, clients: readonly ClientCounts[]): string[] {
  const total = (pick: (client: ClientCounts) => number): string =>
    String(clients.reduce((sum, client) => sum + pick(client), 0));
  return [
    `Received: ${total((client) => client.received)}`,
    `Sent: ${total((client) => client.sent)}`,
    `Connections: ${String(clients.length)}`,
    `Outstanding: ${total((client) => client.queued)}`,
    `Zxid: ${formatZxid(view.lastCommitted)}`,
    `Mode: ${MODE[view.role]}`,
    `Node count: ${String(view.nodeCount)}`,
  ];
}
