import { describe, expect, it } from 'vitest';
import type { ConnectionEvents, ServerConnections } from '../../client/connecting.ts';
import { serverId } from '../../vocabulary/ids.ts';
import { Reach } from './reach.ts';

function network(): {
  connections: ServerConnections;
  opened: ConnectionEvents[];
  closed: number[];
} {
  const opened: ConnectionEvents[] = [];
  const closed: number[] = [];
  const connect: ServerConnections['connect'] = (server, events) => {
    opened.push(events);
    return { send: () => undefined, close: () => void closed.push(server) };
  };
  return { connections: { connect }, opened, closed };
}

const listening = () => {
  const heard: string[] = [];
  const events: ConnectionEvents = {
    ...{ onOpen: () => void heard.push('open'), onFrame: () => undefined },
    onClosed: () => void heard.push('closed'),
  };
  return { heard, events };
};

describe('how far a client of this page reaches', () => {
  it('breaks what is open, once, and opens nothing while it is cut off', async () => {
    const { connections, opened, closed } = network();
    const reach = new Reach(connections);
    const first = listening();
    reach.connect(serverId(1), first.events);
    reach.limit(null);
    opened[0]?.onClosed();
    expect(first.heard).toEqual(['closed']);
    expect(closed).toEqual([1]);
    const second = listening();
    reach.connect(serverId(2), second.events);
    expect(second.heard).toEqual([]);
    await Promise.resolve();
    expect(second.heard).toEqual(['closed']);
    expect(opened).toHaveLength(1);
  });

  it('lets it reach the one server that it may, and all again', () => {
    const { connections, opened } = network();
    const reach = new Reach(connections);
    reach.limit(serverId(2));
    reach.connect(serverId(2), listening().events);
    reach.connect(serverId(3), listening().events);
    expect(opened).toHaveLength(1);
    reach.limit('all');
    reach.connect(serverId(3), listening().events);
    expect(opened).toHaveLength(2);
  });

  it('says nothing after an own close', () => {
    const { connections, closed } = network();
    const reach = new Reach(connections);
    const one = listening();
    reach.connect(serverId(1), one.events).close();
    reach.limit(null);
    expect(one.heard).toEqual([]);
    expect(closed).toEqual([1]);
  });
});
