// A watch event as zkCli prints it, whenever it comes.

import type { WatcherEvent } from '../request.ts';

/** The session's own events have no path. */
export const watchLines = ({ state, type, path }: WatcherEvent): readonly string[] => [
  ...['', 'WATCHER::', ''],
  `WatchedEvent state:${state} type:${type} path:${type === 'None' ? 'null' : path}`,
];
