// A client process in virtual time: the client library, driven by virtual connections and ticks, with
// everything it asked and heard written down.

import { unreachable } from '../base/assert.ts';
import {
  clientView,
  makeClient,
  stepClient,
  type ClientAction,
  type ClientConfig,
  type ClientState,
  type ClientView,
  type RequestResult,
} from '../client/client.ts';
import {
  makeRecipe,
  newestOf,
  nodesOfOthers,
  shownOf,
  stepRecipe,
  type RecipeInput,
  type RecipeState,
} from '../client/recipes/recipe.ts';
import { programOf, type CliHome, type CliProgram } from '../client/zkcli/program.ts';
import { javaDate } from '../client/zkcli/print.ts';
import type { ClientCommand } from '../vocabulary/zkcli/command.ts';
import type { CommandResult } from '../vocabulary/zkcli/outcome.ts';
import { isOver, type RecipeName, type RecipeView } from '../vocabulary/recipe.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import type { Request } from '../vocabulary/request.ts';
import type { Agenda } from './agenda.ts';
import type { ClientHappening } from './observation.ts';
import type { Call, VirtualDoors } from './virtual-door.ts';

const TICK_MILLIS = 20;
const RESULTS_KEPT_MAX = 100;
/** Virtual time is told as at Greenwich. */
const HOME: CliHome = { date: (millis) => javaDate(millis), version: 'tabkeeper laboratory' };

export class ClientActor {
  readonly #agenda: Agenda;
  readonly #doors: VirtualDoors;
  readonly #note: (what: ClientHappening) => void;
  readonly #client: ClientState;
  readonly #calls = new Map<number, Call>();
  readonly #waiting = new Map<number, (result: RequestResult) => void>();
  readonly #recipes: RecipeState[] = [];
  readonly #results = new Map<number, CommandResult>();
  #commands = 0;
  #tickets = 0;
  #alive = true;

  constructor(
    agenda: Agenda,
    doors: VirtualDoors,
    config: ClientConfig,
    note: (what: ClientHappening) => void,
  ) {
    this.#agenda = agenda;
    this.#doors = doors;
    this.#note = note;
    this.#client = makeClient(config);
    this.#tick();
  }

  /** The servers that its network lets it reach; null: all. */
  reach: ReadonlySet<ServerId> | null = null;

  /** The present connection breaks, as when its network changes. */
  breakConnection(): void {
    for (const [connection, call] of [...this.#calls]) {
      call.hangUp();
      this.#calls.delete(connection);
      this.#step({ kind: 'disconnected', connection });
    }
  }

  /** Requests without an end yet. */
  get open(): number {
    return this.#waiting.size;
  }

  view(): ClientView {
    return clientView(this.#client);
  }

  ask(request: Request, then: (result: RequestResult) => void = () => undefined): void {
    this.#tickets += 1;
    const ticket = this.#tickets;
    this.#waiting.set(ticket, then);
    this.#note({ kind: 'asked', ticket, request });
    this.#step({ kind: 'request', ticket, request });
  }

  /** Begins a command of zkCli; it goes on as its requests are answered. */
  run(command: ClientCommand): void {
    this.#commands += 1;
    const program = programOf(command, HOME);
    this.#goOn(program, this.#commands, program.next());
  }

  /** The commands that were begun, in all: the number of the last one. */
  get commands(): number {
    return this.#commands;
  }

  /** How a command ended; null if it has not, or was long ago. */
  resultOf(command: number): CommandResult | null {
    return this.#results.get(command) ?? null;
  }

  #goOn(program: CliProgram, number: number, turn: ReturnType<CliProgram['next']>): void {
    if (turn.done !== true) {
      this.ask(turn.value, (result) => {
        this.#goOn(program, number, program.next(result));
      });
      return;
    }
    this.#results.set(number, turn.value);
    this.#results.delete(number - RESULTS_KEPT_MAX);
  }

  /** The newest that it holds or waits in, else the newest. */
  get recipe(): RecipeView | null {
    return newestOf(this.#recipes);
  }

  get recipes(): readonly RecipeView[] {
    return shownOf(this.#recipes);
  }

  holds(root: string): boolean {
    return this.#recipes.some(({ view }) => view.root === root && view.says === 'holds');
  }

  follow(name: RecipeName, root: string): void {
    const recipe = makeRecipe(name, root);
    this.#recipes.push(recipe);
    this.#stepRecipe(recipe, { kind: 'begin' });
  }

  letGo(root: string): void {
    for (const recipe of this.#recipes) {
      if (recipe.view.root === root) this.#stepRecipe(recipe, { kind: 'letGo' });
    }
  }

  /** Its process answers at this address of the service. */
  isAt(root: string, address: string): boolean {
    return this.#alive && this.#recipes.some(({ view }) => isProviderAt(view, root, address));
  }

  /** Calls the provider behind the one that it called last, of those that it saw when it looked last: with or
   *  without a connection to any server. `whoIsAt`: the client that answers there. */
  callProvider(root: string, whoIsAt: (address: string) => number | null): void {
    if (!this.#alive) return;
    const consumer = this.#recipes.find(
      ({ view }) => view.recipe === 'consumer' && view.root === root && !isOver(view.says),
    );
    if (consumer === undefined) return;
    const { found = [], called } = consumer.view;
    const address = found[(found.indexOf(called ?? '') + 1) % Math.max(1, found.length)] ?? null;
    const provider = address === null ? null : whoIsAt(address);
    consumer.view = { ...consumer.view, called: address, answered: provider !== null };
    this.#note({ kind: 'called', root, address, provider });
  }

  #stepRecipe(recipe: RecipeState, input: RecipeInput): void {
    for (const action of stepRecipe(recipe, input)) {
      if (action.kind === 'says') this.#note({ kind: 'recipe', view: action.view });
      else {
        const { request } = action;
        this.ask(request, (result) => {
          const others = nodesOfOthers(this.#recipes, recipe);
          this.#stepRecipe(recipe, { kind: 'answered', request, result, others });
        });
      }
    }
  }

  close(): void {
    this.#step({ kind: 'close' });
  }

  /** The process is gone without a word; its session is left to its timeout. */
  die(): void {
    this.#alive = false;
    for (const call of this.#calls.values()) call.hangUp();
    this.#calls.clear();
    this.#waiting.clear();
  }

  #tick(): void {
    if (!this.#alive) return;
    this.#step({ kind: 'tick', nowMillis: this.#agenda.nowMillis });
    this.#agenda.after(TICK_MILLIS, () => {
      this.#tick();
    });
  }

  #step(input: Parameters<typeof stepClient>[1]): void {
    if (!this.#alive) return;
    if (input.kind !== 'tick') {
      this.#carryOut(stepClient(this.#client, { kind: 'tick', nowMillis: this.#agenda.nowMillis }));
    }
    this.#carryOut(stepClient(this.#client, input));
  }

  #carryOut(actions: readonly ClientAction[]): void {
    let told: 'connected' | 'ended' | null = null;
    for (const action of actions) {
      switch (action.kind) {
        case 'connect':
          this.#connect(action);
          break;
        case 'send':
          this.#calls.get(action.connection)?.send(action.frame);
          break;
        case 'isro':
          // Only where a server serves it that only reads, which none of the laboratory's does.
          break;
        case 'disconnect':
          this.#calls.get(action.connection)?.hangUp();
          this.#calls.delete(action.connection);
          break;
        case 'answered':
          this.#answered(action);
          break;
        case 'watcherEvent':
          this.#note({ kind: 'watchHeard', event: action.event });
          for (const recipe of this.#recipes) {
            this.#stepRecipe(recipe, { kind: 'watch', event: action.event });
          }
          break;
        case 'stateChanged': {
          const { state, sessionId: session, server } = action;
          this.#note({ kind: 'stateHeard', state, session, server });
          if (state === 'SyncConnected') told = 'connected';
          else if (this.#client.phase === 'ended') told = 'ended';
          break;
        }
        default:
          unreachable(action, 'client action');
      }
    }
    // What recipes ask then stands behind all that these actions send.
    if (told === null) return;
    for (const recipe of [...this.#recipes]) this.#stepRecipe(recipe, { kind: told });
  }

  #connect({ server, connection }: ClientAction & { kind: 'connect' }): void {
    if (this.reach !== null && !this.reach.has(server)) {
      this.#agenda.after(TICK_MILLIS, () => {
        this.#step({ kind: 'connectFailed', connection });
      });
      return;
    }
    const call = this.#doors.call(server, {
      connected: () => {
        this.#step({ kind: 'connected', connection });
      },
      failed: () => {
        this.#calls.delete(connection);
        this.#step({ kind: 'connectFailed', connection });
      },
      frame: (frame) => {
        this.#step({ kind: 'frame', connection, frame });
      },
      disconnected: () => {
        this.#calls.delete(connection);
        this.#step({ kind: 'disconnected', connection });
      },
    });
    this.#calls.set(connection, call);
  }

  #answered({ ticket, request, result }: ClientAction & { kind: 'answered' }): void {
    this.#note({ kind: 'answered', ticket, request, result });
    const then = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    then?.(result);
  }
}

const isProviderAt = ({ recipe, root, node }: RecipeView, of: string, address: string): boolean =>
  recipe === 'provider' && root === of && node?.slice(node.lastIndexOf('/') + 1) === address;
