// A lesson of the laboratory, played by real tabs: its solution's steps are done to servers and clients that
// live in a browser, and its own goals are asked of what their traces and clients told.

import type { BrowserContext, Page } from '@playwright/test';
import { evaluate } from '../../src/lessons/evaluate.ts';
import { Witness } from '../../src/sim/witness.ts';
import type { RequestResult } from '../../src/client/client.ts';
import type { Fact, Predicate } from '../../src/vocabulary/fact.ts';
import { serverId } from '../../src/vocabulary/ids.ts';
import type { Lesson, Script, ScriptLine } from '../../src/vocabulary/lesson.ts';
import { ADD_WATCH_MODE, type Request } from '../../src/vocabulary/request.ts';
import { OPEN_ACL } from '../../src/vocabulary/stat.ts';
import type { LabStep } from '../../src/vocabulary/steps.ts';
import type { TraceEvent } from '../../src/vocabulary/trace.ts';
import type { ClientCommand } from '../../src/vocabulary/zkcli/command.ts';
import { ZXID_ZERO } from '../../src/vocabulary/zxid.ts';
import { isRoom, linkTo, newRoom, seated } from './room.ts';

const POLL_MILLIS = 40;
/** A tab is opened, and its links come up, in real time: a lesson's own limits are for virtual time. */
const PATIENCE = 10;
const BRANCH = 1;
const OWN_TIMEOUT_MILLIS = 8_000;

export interface LiveLessonOptions {
  /** In which tab a client lives; else in that of its first server. */
  readonly homes?: ReadonlyMap<number, number>;
  /** So many times the lesson's own session timeouts: real machines are slow at times. */
  readonly timeoutTimes?: number;
  /** So many times the lesson's own slowness of a disk, for the same reason. */
  readonly slowTimes?: number;
  /** Voters, where fewer than the lesson's do: a tab costs more than a server of the laboratory. */
  readonly participants?: number;
}

type Told =
  | { at: number; of: 'trace'; server: number; event: TraceEvent }
  | { at: number; of: 'server'; server: number; kind: 'crashed' | 'started' }
  | { at: number; of: 'did'; step: LabStep }
  | { at: number; of: 'asked'; client: number; ticket: number; command: ClientCommand }
  | {
      at: number;
      of: 'answered';
      client: number;
      ticket: number;
      command: ClientCommand;
      answer: Answer;
    }
  | { at: number; of: 'state'; client: number; state: string }
  | { at: number; of: 'recipe'; client: number; view: TabRecipe }
  | { at: number; of: 'watch'; client: number; event: { type: string; path: string } };

/** Of one millisecond: what is done and asked is before what the servers tell, an answer behind it. */
const RANK: Readonly<Record<Told['of'], number>> = {
  ...{ did: 0, asked: 1, server: 2, trace: 2, watch: 3, state: 4, recipe: 4, answered: 5 },
};

const TOLD_OF: ReadonlySet<TraceEvent['kind']> = new Set([
  ...(['roleChanged', 'voteChanged', 'electionDecided', 'leaderEstablished'] as const),
  ...(['learnerCutOff', 'serverHalted', 'diskFailed', 'badFrame'] as const),
  ...(['sessionOpened', 'requestForwarded', 'committed', 'replied'] as const),
]);

type Answer =
  | {
      outcome: 'ok';
      path?: string;
      data?: string;
      children?: string[];
      version?: number;
      multi?: true;
    }
  | { outcome: 'failed' | 'unknown'; code: number };

export class LiveLesson {
  readonly #context: BrowserContext;
  readonly #url: string;
  readonly #lesson: Lesson;
  readonly #room;
  readonly #pages = new Map<number, Page>();
  readonly #options: LiveLessonOptions;
  readonly #clients = new Map<number, LiveClient>();
  #told: Told[] = [];
  #tickets = 0;
  #sinceStep = 0;
  readonly #met = new Set<Predicate>();

  constructor(
    context: BrowserContext,
    url: string,
    lesson: Lesson,
    options: LiveLessonOptions = {},
  ) {
    this.#options = options;
    this.#context = context;
    this.#url = url;
    this.#lesson = lesson;
    this.#room = newRoom(options.participants ?? lesson.world.participants);
  }

  async play(script: Script): Promise<void> {
    for (const line of script) {
      await this.#line(line);
      // Steps that follow each other are one stroke: real servers do not wait for the next.
      if (line.do !== 'step') await this.goals();
    }
  }

  /** How each goal stands: 'met' if it was so once, as in the laboratory; else 'open' or 'lost'. */
  async goals(): Promise<string[]> {
    const evidence = await this.#evidence();
    return this.#lesson.goals.map((goal) => {
      const { state } = evaluate(goal, evidence);
      if (state === 'met') this.#met.add(goal);
      return this.#met.has(goal) ? 'met' : state;
    });
  }

  /** What was told of roles, votes, learners and clients, line by line: why a goal is lost. */
  story(): string {
    const lines = this.#told.flatMap((told) => {
      if (told.of === 'server') return [`${told.at} ${told.server} ${told.kind}`];
      if (told.of === 'state') return [`${told.at} client ${told.client} ${told.state}`];
      if (told.of === 'recipe') {
        return [`${told.at} client ${told.client} ${told.view.root}: ${told.view.says}`];
      }
      if (told.of !== 'trace' || !TOLD_OF.has(told.event.kind)) return [];
      const event = JSON.stringify(told.event, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      return [`${told.at} ${told.server} ${event}`];
    });
    return lines.join('\n');
  }

  async close(): Promise<void> {
    for (const page of this.#pages.values()) await page.close();
  }

  async #line(line: ScriptLine): Promise<void> {
    switch (line.do) {
      case 'step':
        this.#sinceStep = Date.now();
        await this.#step(line.step);
        return;
      case 'wait':
        await new Promise((resolve) => setTimeout(resolve, line.millis));
        return;
      case 'until':
        await this.#until(line.holds, line.withinMillis * PATIENCE);
        return;
      default:
        throw new Error(`${line.do}: real time has one future`);
    }
  }

  async #until(holds: Predicate, withinMillis: number): Promise<void> {
    const end = Date.now() + withinMillis;
    for (;;) {
      const { facts, picture } = await this.#evidence();
      const since = facts.filter(({ at }) => at.millis >= this.#sinceStep);
      if (evaluate(holds, { facts: since, picture }).state === 'met') return;
      if (Date.now() > end) throw new Error(`in vain: ${JSON.stringify(holds)}\n${this.story()}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    }
  }

  async #step(step: LabStep): Promise<void> {
    this.#told.push({ at: Date.now(), of: 'did', step });
    switch (step.kind) {
      case 'openServer':
        return this.#open(step.server);
      case 'crash':
        return this.#crash(step.server);
      case 'slowDisk':
        await this.#page(step.server).evaluate(
          ({ server, millis }) => window.tabkeeper.slowDisk(server, millis),
          { ...step, millis: step.millis * (this.#options.slowTimes ?? 1) },
        );
        return;
      case 'cutWay':
        return this.#holdWay(step.from, step.to, step.on);
      case 'partition':
        return this.#partition(step.groups);
      case 'healAll':
        await this.#anyPage().evaluate(() => window.tabkeeper.heal());
        return;
      case 'openClient':
        return this.#openClient(step.server ?? 1, step.timeoutMillis);
      case 'moveClient':
        return this.#moveClient(step.client, step.server);
      case 'killClient':
        return this.#killClient(step.client);
      case 'command':
        return this.#command(step.client, step.command);
      case 'startRecipe':
        return this.#startRecipe(step.client, step.recipe, step.root);
      case 'letGo':
        return this.#letGo(step.client ?? this.#holderOf(step.root), step.root);
      default:
        throw new Error(`${step.kind} is not done to real tabs here`);
    }
  }

  async #open(server: number): Promise<void> {
    this.#told.push({ at: Date.now(), of: 'server', server, kind: 'started' });
    const known = this.#pages.get(server);
    if (known !== undefined) {
      await known.evaluate(() => window.tabkeeper.restart());
      return;
    }
    const page = await this.#context.newPage();
    this.#pages.set(server, page);
    await page.goto(linkTo(this.#url, this.#room, server));
    await isRoom(page);
    await page.evaluate(() => {
      const told: unknown[] = [];
      Object.assign(window, { told, clients: new Map() });
      void (async () => {
        for await (const one of window.tabkeeper.trace({ since: 0 })) {
          if (one.server !== window.tabkeeper.status().serverId) continue;
          told.push({ at: one.atMillis, of: 'trace', server: one.server, event: one.event });
        }
      })();
    });
    await seated(page);
  }

  /** The moment is the page's own: what the others do upon it comes later. */
  async #crash(server: number): Promise<void> {
    const at = await this.#page(server).evaluate(() => {
      const now = Date.now();
      window.tabkeeper.kill();
      return now;
    });
    this.#told.push({ at, of: 'server', server, kind: 'crashed' });
  }

  /** Silent, as the lessons want it: nothing arrives, and nobody is told. */
  async #partition(groups: readonly (readonly number[])[]): Promise<void> {
    for (const [index, group] of groups.entries()) {
      for (const other of groups.slice(index + 1).flat()) {
        for (const one of group) {
          await this.#holdWay(one, other, true);
          await this.#holdWay(other, one, true, one);
        }
      }
    }
  }

  /** Said where the way begins (or at `hand`): that page's server knows it before it sends again. */
  #holdWay(from: number, to: number, on: boolean, hand = from): Promise<void> {
    return this.#page(hand).evaluate(([a, b, held]) => window.tabkeeper.cutWay(a, b, held), [
      from,
      to,
      on,
    ] as const);
  }

  /** Its tab is cut off from every server but one, or from all of them. */
  async #moveClient(number: number, server: number | null): Promise<void> {
    const home = this.#options.homes?.get(number);
    if (home === undefined) throw new Error(`client ${number} has no tab of its own`);
    const others = [...this.#pages.keys()];
    await this.#page(home).evaluate(
      ([from, to, all]) => {
        for (const one of all) {
          if (one !== to && one !== from) window.tabkeeper.cut(from, one);
        }
        if (to !== null) window.tabkeeper.heal(from, to);
      },
      [home, server, others] as const,
    );
  }

  async #openClient(server: number, timeout: number): Promise<void> {
    const number = this.#clients.size + 1;
    const page = this.#page(this.#options.homes?.get(number) ?? server);
    const timeoutMillis = timeout * (this.#options.timeoutTimes ?? 1);
    if (timeoutMillis === OWN_TIMEOUT_MILLIS) throw new Error('it would look like a tab’s own');
    this.#clients.set(number, { page, server });
    await page.evaluate(
      async ([client, timeoutMillis, server]) => {
        const { told, clients } = window as unknown as Kept;
        // A server that is about to serve refuses it for a moment: clients ask again.
        const until = Date.now() + 60_000;
        const open = async () => {
          for (;;) {
            try {
              return await window.tabkeeper.openClient({ timeoutMillis, server });
            } catch (error) {
              if (Date.now() > until) throw error;
              await new Promise((resolve) => setTimeout(resolve, 100));
            }
          }
        };
        const opened = await open();
        clients.set(client, opened);
        told.push({ at: Date.now(), of: 'state', client, state: 'SyncConnected' });
        void (async () => {
          for await (const { type, state, path } of opened.events) {
            const at = Date.now();
            if (type === 'None') told.push({ at, of: 'state', client, state });
            else told.push({ at, of: 'watch', client, event: { type, path } });
          }
        })();
      },
      [number, timeoutMillis, server] as const,
    );
  }

  async #command(client: number, command: ClientCommand): Promise<void> {
    this.#tickets += 1;
    await this.#pageOf(client).evaluate(ask, [client, this.#tickets, command] as const);
  }

  /** Its tab is closed, with all that lives there. */
  async #killClient(client: number): Promise<void> {
    const page = this.#pageOf(client);
    // What that tab has told is heard before it is gone.
    await this.goals();
    for (const [server, known] of [...this.#pages]) {
      if (known !== page) continue;
      this.#pages.delete(server);
      this.#told.push({ at: Date.now(), of: 'server', server, kind: 'crashed' });
    }
    await page.close();
  }

  async #startRecipe(client: number, recipe: string, root: string): Promise<void> {
    await this.#pageOf(client).evaluate(
      ([client, recipe, root]) => {
        const { told, clients } = window as unknown as Kept;
        const speaks = clients.get(client);
        if (speaks === undefined) throw new Error('no such client');
        void (async () => {
          for await (const view of speaks.follow(recipe, root)) {
            told.push({ at: Date.now(), of: 'recipe', client, view });
          }
        })();
      },
      [client, recipe, root] as const,
    );
  }

  async #letGo(client: number, root: string): Promise<void> {
    await this.#pageOf(client).evaluate(
      ([client, root]) => (window as unknown as Kept).clients.get(client)?.letGo(root),
      [client, root] as const,
    );
  }

  /** The first that holds there, as far as was heard. */
  #holderOf(root: string): number {
    const newest = new Map<number, string>();
    for (const told of this.#told) {
      if (told.of === 'recipe' && told.view.root === root) newest.set(told.client, told.view.says);
    }
    const [holder] = [...newest].filter(([, says]) => says === 'holds').map(([client]) => client);
    if (holder === undefined) throw new Error(`nobody holds ${root}`);
    return holder;
  }

  #pageOf(client: number): Page {
    const found = this.#clients.get(client);
    if (found === undefined) throw new Error(`client ${client} is not open`);
    return found.page;
  }

  #page(server: number): Page {
    const page = this.#pages.get(server);
    if (page === undefined) throw new Error(`server ${server} was never opened`);
    return page;
  }

  #anyPage(): Page {
    const [page] = this.#pages.values();
    if (page === undefined) throw new Error('no tab is open');
    return page;
  }

  /** All that the tabs told up to now, in the order of its moments. */
  async #evidence(): Promise<{ facts: readonly Fact[]; picture: () => readonly Fact[] }> {
    const servers: Fact[] = [];
    for (const [server, page] of this.#pages) {
      const { news, now } = JSON.parse(await page.evaluate(drain), revive) as Drained;
      this.#told.push(...news);
      servers.push({
        kind: 'server',
        at: { millis: Date.now(), events: 0 },
        fields: { server, ...now },
      });
    }
    const clients = this.#clientPicture();
    this.#told = this.#told.toSorted((a, b) => a.at - b.at || RANK[a.of] - RANK[b.of]);
    const witness = new Witness();
    const opened = new Map<number, bigint[]>();
    for (const [index, told] of this.#told.entries()) {
      if (told.of === 'trace' && told.event.kind === 'sessionOpened') {
        // Each tab has a session of its own besides those of the lesson.
        const { session, timeoutMillis } = told.event;
        if (timeoutMillis !== OWN_TIMEOUT_MILLIS) {
          opened.set(told.server, [...(opened.get(told.server) ?? []), session]);
        }
      }
      const session = told.of === 'state' ? this.#sessionOf(told.client, opened) : 0n;
      observe(witness, told, { millis: told.at, events: index }, session);
    }
    const facts = witness.facts(BRANCH, { millis: Infinity, events: Infinity });
    return { facts, picture: () => [...servers, ...clients] };
  }

  /** Clients open their sessions one after the other: the first of a server has its first session. */
  #sessionOf(client: number, opened: ReadonlyMap<number, readonly bigint[]>): bigint {
    const server = this.#clients.get(client)?.server ?? 0;
    const there = [...this.#clients].filter(([, known]) => known.server === server);
    const at = there.findIndex(([number]) => number === client);
    return opened.get(server)?.[at] ?? 0n;
  }

  #clientPicture(): Fact[] {
    const states = new Map<number, string>();
    for (const told of this.#told) if (told.of === 'state') states.set(told.client, told.state);
    return [...states].map(([client, state]) => ({
      ...{ kind: 'client', at: { millis: Date.now(), events: 0 }, fields: { client, state } },
    }));
  }
}

interface LiveClient {
  /** Where it lives. */
  readonly page: Page;
  /** Where its session was opened. */
  readonly server: number;
}

interface Kept {
  readonly told: unknown[];
  readonly clients: Map<number, TabClient>;
}

interface Drained {
  readonly news: Told[];
  readonly now: Record<string, string | number | boolean | null>;
}

/** In a tab: what is new, and how its server is. */
function drain(): string {
  const { told } = window as unknown as Kept;
  const { role, phase, epoch, leaderId } = window.tabkeeper.status();
  const serving = phase === 'broadcast' && ['following', 'leading', 'observing'].includes(role);
  const now = { role, phase, epoch, leader: leaderId, serving };
  return JSON.stringify({ news: told.splice(0), now }, (_, value: unknown) =>
    typeof value === 'bigint' ? { big: String(value) } : value,
  );
}

/** In a tab: sends a command and writes down what becomes of it. */
async function ask([client, ticket, command]: readonly [
  number,
  number,
  ClientCommand,
]): Promise<void> {
  const { told, clients } = window as unknown as Kept;
  const speaks = clients.get(client);
  if (speaks === undefined) throw new Error('no such client');
  const text = new TextDecoder();
  const run = async (): Promise<object> => {
    switch (command.kind) {
      case 'create': {
        const { path, data, ephemeral, sequential } = command;
        return { path: await speaks.create(path, data ?? '', { ephemeral, sequential }) };
      }
      case 'get': {
        const { data, stat } = await speaks.get(command.path, { watch: command.watch });
        return { data: text.decode(data ?? new Uint8Array()), version: stat['version'] };
      }
      case 'set': {
        const stat = await speaks.set(command.path, command.data, { version: command.version });
        return { version: stat['version'] };
      }
      case 'ls':
        return { children: await speaks.children(command.path, { watch: command.watch }) };
      case 'multi': {
        await speaks.multi(command.parts.map(({ kind, ...rest }) => ({ op: kind, ...rest })));
        return { multi: true };
      }
      case 'addWatch': {
        const recursive = command.mode === 'PERSISTENT_RECURSIVE';
        await speaks.addWatch(command.path, { recursive });
        return {};
      }
      default:
        throw new Error(`${command.kind} is not asked of real tabs here`);
    }
  };
  told.push({ at: Date.now(), of: 'asked', client, ticket, command });
  const done = (answer: object): void => {
    told.push({ at: Date.now(), of: 'answered', client, ticket, command, answer });
  };
  // Not waited for: a script says itself what it waits for.
  void run().then(
    (answer) => {
      done({ outcome: 'ok', ...answer });
    },
    (error: { outcome?: string; code?: number }) => {
      done({ outcome: error.outcome ?? 'failed', code: error.code ?? 0 });
    },
  );
}

const revive = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'big' in value
    ? BigInt((value as { big: string }).big)
    : value;

function observe(
  witness: Witness,
  told: Told,
  at: { millis: number; events: number },
  session: bigint,
): void {
  const { millis } = at;
  switch (told.of) {
    case 'did':
      witness.did(BRANCH, told.step, at);
      return;
    case 'server':
    case 'trace': {
      const what =
        told.of === 'trace'
          ? { kind: 'traced' as const, event: told.event, sequence: 0 }
          : { kind: told.kind, recovered: undefined as never };
      witness.saw(
        BRANCH,
        { at: 'server', millis, server: serverId(told.server), what } as never,
        at,
      );
      return;
    }
    default:
      witness.saw(
        BRANCH,
        { at: 'client', millis, client: told.client, what: happened(told, session) } as never,
        at,
      );
  }
}

function happened(
  told: Exclude<Told, { of: 'did' | 'server' | 'trace' }>,
  session: bigint,
): object {
  switch (told.of) {
    case 'state':
      return { kind: 'stateHeard', state: told.state, session, server: null };
    case 'watch':
      return { kind: 'watchHeard', event: told.event };
    case 'recipe':
      return { kind: 'recipe', view: told.view };
    case 'asked':
      return { kind: 'asked', ticket: told.ticket, request: requestOf(told.command) };
    case 'answered': {
      const { ticket, command, answer } = told;
      const result = resultOf(answer);
      return { kind: 'answered', ticket, request: requestOf(command), result };
    }
  }
}

/** As lessons ask about requests; they use these. */
function requestOf(command: ClientCommand): Request {
  const bytes = (text: string | null): Uint8Array => new TextEncoder().encode(text ?? '');
  switch (command.kind) {
    case 'create': {
      const { path, data } = command;
      return { kind: 'create2', path, data: bytes(data), acl: OPEN_ACL, flags: 0 };
    }
    case 'get':
      return { kind: 'getData', path: command.path, watch: command.watch };
    case 'set': {
      const { path, data, version } = command;
      return { kind: 'setData', path, data: bytes(data), version };
    }
    case 'ls':
      return { kind: 'getChildren2', path: command.path, watch: command.watch };
    case 'multi': {
      // Lessons ask which paths it is about, and how it ended.
      const operations = command.parts.map(
        ({ path }) => ({ kind: 'check', path, version: -1 }) as const,
      );
      return { kind: 'multi', operations };
    }
    case 'addWatch':
      return { kind: 'addWatch', path: command.path, mode: ADD_WATCH_MODE.persistent };
    default:
      throw new Error(`${command.kind} is not asked of real tabs here`);
  }
}

function resultOf(answer: Answer): RequestResult {
  if (answer.outcome !== 'ok')
    return { outcome: answer.outcome, code: answer.code } as RequestResult;
  const { path, data, children, version, multi } = answer;
  const response = {
    ...(multi === true
      ? { kind: 'multi', results: [] }
      : { kind: data === undefined ? 'path' : 'data' }),
    ...(path === undefined ? {} : { path }),
    ...(data === undefined ? {} : { data: new TextEncoder().encode(data) }),
    ...(children === undefined ? {} : { children }),
    ...(version === undefined ? {} : { stat: { version } }),
  };
  return { outcome: 'ok', zxid: ZXID_ZERO, response } as unknown as RequestResult;
}
