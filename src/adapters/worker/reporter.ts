// What a server's worker tells its page about itself: trace events, gathered for some milliseconds and
// bounded, the picture of the server when it changed, and the tree while somebody looks at it.

import type { Host } from '../../host/host.ts';
import type { HostTraced } from '../../host/trace-buffer.ts';
import { wireOfCarried } from '../../jute/wire.ts';
import type { ConnectionId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent, TraceKind } from '../../vocabulary/trace.ts';
import { isUpkeep } from '../../vocabulary/upkeep.ts';
import type { OutsideClientView, ServerView } from '../../vocabulary/view.ts';
import type { FromWorker } from './messages.ts';

const TRACE_PERIOD_MILLIS = 40;
/** Of signs of life alone: each page of the room is told of them. */
const TRACE_QUIET_MILLIS = 250;
/** Of the kinds that every write repeats, in the long run: a person cannot follow a fraction of them, and the servers'
 *  work goes first. */
const REPEATING_PER_MILLI = 0.75;
/** And at once: of ten writes a leader of five tells some 240. What somebody does by hand or in a lesson is told
 *  whole. */
const REPEATING_AT_ONCE = 300;
/** Of one period, of signs of life: they wait for longer, and take no room from what happens. */
const UPKEEP_EVENTS_MAX = 120;
/** Of one period, of all kinds. */
const TRACE_EVENTS_MAX = 600;
const REPEATING: ReadonlySet<TraceKind> = new Set<TraceKind>([
  ...(['packetSent', 'packetReceived', 'requestForwarded', 'proposed', 'proposalLogged'] as const),
  ...(['ackCounted', 'committed', 'applied', 'requestReceived', 'replied'] as const),
  ...(['watchSet', 'watchFired', 'quotaExceeded'] as const),
]);
const VIEW_PERIOD_MILLIS = 80;
/** Also where nothing else happens: sessions and queues change silently. */
const VIEW_QUIET_MILLIS = 1_000;
const TREE_PERIOD_MILLIS = 200;

type AddressOf = (connection: ConnectionId) => string | null;

export class Reporter {
  readonly #post: (message: FromWorker) => void;
  #host: Host | null = null;
  #addressOf: AddressOf = () => null;
  #events: Traced[] = [];
  #repeatingRoom = REPEATING_AT_ONCE;
  #roomAt = 0;
  #upkeep = 0;
  #dropped: Traced | null = null;
  #droppedCount = 0;
  #changed = true;
  #hasNews = false;
  #treeChanged = true;
  #treeWatched = false;
  #traceAt = 0;
  #viewAt = 0;
  #treeAt = 0;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  /** `addressOf` knows which connections come from outside. */
  attach(host: Host, addressOf: AddressOf): void {
    this.#host = host;
    this.#addressOf = addressOf;
  }

  watchTree(on: boolean): void {
    this.#treeWatched = on;
    this.#treeChanged = true;
  }

  trace(events: readonly HostTraced[]): void {
    this.#makeRoom(performance.now());
    for (const traced of events) {
      if (!isUpkeep(traced.event)) {
        this.#changed = true;
        this.#hasNews = true;
      }
      if (changesTree(traced)) this.#treeChanged = true;
      if (this.#hasRoom(traced.event)) this.#events.push(withWire(traced));
      else {
        this.#dropped ??= bare(traced);
        this.#droppedCount += 1;
      }
    }
  }

  /** To be called often; says what is due. */
  flush(): void {
    const host = this.#host;
    const now = performance.now();
    const traceDue = this.#hasNews ? TRACE_PERIOD_MILLIS : TRACE_QUIET_MILLIS;
    if (now - this.#traceAt >= traceDue && this.#events.length > 0) {
      this.#traceAt = now;
      this.#hasNews = false;
      this.#post({ kind: 'trace', events: this.#takeEvents() });
    }
    const viewDue = this.#changed ? VIEW_PERIOD_MILLIS : VIEW_QUIET_MILLIS;
    if (host !== null && now - this.#viewAt >= viewDue) {
      this.#viewAt = now;
      this.#changed = false;
      const view = host.view();
      this.#post({ kind: 'view', view, outside: this.#outsideOf(view) });
    }
    const treeDue = this.#treeWatched && this.#treeChanged;
    if (host !== null && treeDue && now - this.#treeAt >= TREE_PERIOD_MILLIS) {
      this.#treeAt = now;
      this.#treeChanged = false;
      this.#post({ kind: 'tree', tree: host.tree() });
    }
  }

  #outsideOf({ sessions }: ServerView): OutsideClientView[] {
    return sessions.flatMap(({ id, connection }) => {
      const address = connection === null ? null : this.#addressOf(connection);
      return address === null ? [] : [{ session: id, address }];
    });
  }

  #hasRoom(event: TraceEvent): boolean {
    if (this.#events.length >= TRACE_EVENTS_MAX) return false;
    if (isUpkeep(event)) {
      this.#upkeep += 1;
      return this.#upkeep <= UPKEEP_EVENTS_MAX;
    }
    if (!REPEATING.has(event.kind)) return true;
    if (this.#repeatingRoom < 1) return false;
    this.#repeatingRoom -= 1;
    return true;
  }

  #makeRoom(nowMillis: number): void {
    const more = (nowMillis - this.#roomAt) * REPEATING_PER_MILLI;
    this.#repeatingRoom = Math.min(REPEATING_AT_ONCE, this.#repeatingRoom + more);
    this.#roomAt = nowMillis;
  }

  #takeEvents(): Traced[] {
    const events = this.#events;
    const dropped = this.#dropped;
    if (dropped !== null) {
      events.push({ ...dropped, event: { kind: 'traceDropped', count: this.#droppedCount } });
    }
    this.#events = [];
    this.#upkeep = 0;
    this.#dropped = null;
    this.#droppedCount = 0;
    return events;
  }
}

function changesTree({ event }: Traced): boolean {
  const kinds: readonly string[] = ['applied', 'snapshotInstalled', 'historyTruncated'];
  return kinds.includes(event.kind) || event.kind === 'serverStarted';
}

function withWire(traced: HostTraced): Traced {
  const wire = wireOfCarried(traced.event, traced);
  return wire === null ? traced : { ...bare(traced), wire };
}

const bare = ({ server, sequence, atMillis, event }: HostTraced): Traced => ({
  ...{ server, sequence, atMillis, event },
});
