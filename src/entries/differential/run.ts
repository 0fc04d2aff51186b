// Does the same to two systems, step by step, and compares what their clients see. Per connection all of
// it has to be equal and in the same order. A step is over when every reply is there and, with several
// servers, when all of them have applied what it wrote: what happens at one moment in one system and a
// moment later in the other is no difference.

import { listTree } from './list-tree.ts';
import { acceptedDifference } from './accepted.ts';
import { makeRandom } from '../../base/random.ts';
import { joinRequest } from '../../jute/client.ts';
import { OP_CODE } from '../../vocabulary/request.ts';
import { sortEvents, type Seen } from './seen.ts';
import { applied, beginSide, endSide, makeSide, nudge, type Side, type System } from './side.ts';
import { stepText, type Client, type PlannedRequest, type Step } from './step.ts';
import { makeGenerator, nextStep } from './steps.ts';
import { connectFrame, Wire } from './wire.ts';

export interface RunOptions {
  readonly systems: readonly System[];
  readonly seed: number;
  readonly operations: number;
  /** The servers have EXTENDED_LINES in their configuration. */
  readonly extended?: boolean;
  /** All the steps that led to a difference. */
  readonly onHistory?: (steps: readonly string[]) => void;
}

export interface RunResult {
  readonly operations: number;
  readonly steps: number;
  /** By operation and error number, or by what else was seen: how often it was compared. */
  readonly compared: ReadonlyMap<string, number>;
  /** Null, or what differs with the steps that led to it. */
  readonly difference: string | null;
}

const LEARNED_MAX = 40;
const FLUSH_EVERY_STEPS = 25;
const HISTORY_SHOWN = 40;

class Difference extends Error {}

export async function compareSystems(options: RunOptions): Promise<RunResult> {
  const run = new Run(options);
  let difference: string | null = null;
  try {
    await run.all();
  } catch (error) {
    if (!(error instanceof Difference)) throw error;
    const trees = await run.treeDifferences();
    difference = `seed ${String(options.seed)}: ${error.message}\nin the trees:\n  ${trees}`;
  } finally {
    run.end();
  }
  return { operations: run.operations, steps: run.steps, compared: run.compared, difference };
}

class Run {
  operations = 0;
  steps = 0;
  readonly compared = new Map<string, number>();
  readonly #options: RunOptions;
  readonly #sides: Side[];
  /** How much of each client's stream is compared. */
  readonly #at = new Map<Client, number>();
  readonly #history: string[] = [];
  #learned: string[] = [];
  /** What is seen is not compared yet. */
  #waits = false;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#sides = options.systems.map(makeSide);
  }

  async all(): Promise<void> {
    await Promise.all(this.#sides.map(beginSide));
    const { seed, operations, systems } = this.#options;
    const generator = makeGenerator(makeRandom(seed), systems[0]?.clientPorts.length ?? 1);
    while (this.operations < operations) {
      const [first] = this.#sides;
      const zxid = (first?.zxidMax ?? 0n) - (first?.names.base ?? 0n);
      const { extended = false } = this.#options;
      const step = nextStep(generator, { learned: this.#learned, zxid, extended });
      await (isClosing(step) ? this.#close(step) : this.#step(step));
      if (this.steps % FLUSH_EVERY_STEPS === 0) await this.#flush();
    }
    await this.#flush();
  }

  /** What the trees have that is not the same, for whoever looks for the cause. */
  async treeDifferences(): Promise<string> {
    const [ours = [], theirs = []] = await Promise.all(
      this.#sides.map(({ system, names, watchers }) =>
        watchers[0] === undefined ? [system.name] : listTree(watchers[0], names),
      ),
    );
    const [one, other] = [new Set(ours), new Set(theirs)];
    const lines = [
      ...ours.filter((line) => !other.has(line)).map((line) => `- ${line}`),
      ...theirs.filter((line) => !one.has(line)).map((line) => `+ ${line}`),
    ];
    return lines.sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1)).join('\n  ');
  }

  end(): void {
    this.#sides.forEach(endSide);
  }

  async #step(step: Step): Promise<void> {
    this.steps += 1;
    this.#history.push(stepText(step));
    const done = await Promise.all(this.#sides.map((side) => this.#do(side, step)));
    this.#compare(step.client);
    if (done.includes(false)) {
      const [ours = false, theirs = false] = done;
      const text = stepText(step);
      const last = this.#sides.map(({ wires }) => wires.get(step.client)?.seen.at(-1)?.text ?? '');
      const seen = last.map((one) => `\n  last seen: ${one}`).join('');
      this.#differ(`an answer is missing: ${String(ours)} and ${String(theirs)}: ${text}${seen}`);
    }
    await Promise.all(this.#sides.map(applied));
    this.operations += step.kind === 'requests' ? step.requests.length : 1;
  }

  async #do(side: Side, step: Step): Promise<boolean> {
    const wire = side.wires.get(step.client);
    switch (step.kind) {
      case 'open':
        return this.#open(side, step);
      case 'drop':
        wire?.drop();
        return true;
      case 'garbage':
        wire?.sendRaw(step.bytes);
        return (await wire?.ended()) ?? true;
      case 'requests': {
        for (const request of step.requests) wire?.send(frameOf(side, request), request);
        const answered = (await wire?.answered()) ?? true;
        const ends = step.requests.some(({ type }) => type === OP_CODE.closeSession);
        return answered && (!ends || ((await wire?.ended()) ?? true));
      }
    }
  }

  async #open(side: Side, step: Extract<Step, { kind: 'open' }>): Promise<boolean> {
    const wire = new Wire(side.system.clientPorts[step.server] ?? 0, side.names);
    side.wires.set(step.client, wire);
    wire.onLate = () => {
      nudge(side);
    };
    const earlier = step.resumes === null ? undefined : side.wires.get(step.resumes);
    const { id = 0n, password = new Uint8Array(16) } = earlier?.session ?? {};
    const sent = {
      right: password,
      wrong: password.map((byte) => byte ^ 1),
      none: new Uint8Array(0),
    };
    const claimed = step.lastZxidSeen;
    const lastZxidSeen =
      claimed === null || claimed <= 0n ? (claimed ?? 0n) : side.zxidMax + claimed;
    wire.send(connectFrame(id, sent[step.password], step, lastZxidSeen), null);
    const answered = await wire.answered();
    if (wire.session.id !== 0n && !side.names.sessions.has(wire.session.id)) {
      side.names.sessions.set(wire.session.id, `session of client ${String(step.client)}`);
    }
    return answered;
  }

  /** Every client's stream up to here, in full. */
  async #flush(): Promise<void> {
    const [first] = this.#sides;
    for (const client of [...(first?.wires.keys() ?? [])]) {
      const wires = this.#sides.map((side) => side.wires.get(client));
      if (wires.some((wire) => wire === undefined || wire.closed)) continue;
      const ping: PlannedRequest = {
        ...{
          xid: -2,
          type: OP_CODE.ping,
          label: 'ping',
          kind: 'ping',
          isLast: false,
          isWrite: false,
        },
        body: () => new Uint8Array(0),
      };
      await this.#step({ kind: 'requests', client, requests: [ping] });
    }
  }

  /** Which of a session's ephemeral nodes goes first is left to a hash table: the events that tell of it
   *  are compared in the order of their texts. */
  async #close(step: Step): Promise<void> {
    await this.#flush();
    this.#waits = true;
    await this.#step(step);
    await this.#flush();
    this.#waits = false;
    const clients = [...this.#at.keys()];
    for (const client of clients) {
      for (const { wires } of this.#sides)
        sortEvents(wires.get(client)?.seen ?? [], this.#at.get(client) ?? 0);
      this.#compare(client);
    }
  }

  /** What both sides have of this client's stream, as far as both have it. */
  #compare(client: Client): void {
    if (this.#waits) return;
    const [ours, theirs] = this.#sides.map((side) => side.wires.get(client)?.seen ?? []);
    if (ours === undefined || theirs === undefined) return;
    let at = this.#at.get(client) ?? 0;
    for (; at < ours.length && at < theirs.length; at += 1) {
      const [one, other] = [ours[at], theirs[at]];
      if (one === undefined || other === undefined) break;
      const accepted = one.text === other.text ? null : acceptedDifference(one, other);
      if (accepted !== null) this.#count(`accepted: ${accepted}`);
      else if (one.text !== other.text) {
        this.#differ(`client ${String(client)}\n  ${one.text}\n  ${other.text}`);
      }
      this.#count(subjectOf(one));
      const created = one.created.filter((path) => !path.startsWith('/zookeeper/quota/'));
      this.#learned = [...this.#learned, ...created].slice(-LEARNED_MAX);
    }
    this.#at.set(client, at);
  }

  #count(what: string): void {
    this.compared.set(what, (this.compared.get(what) ?? 0) + 1);
  }

  #differ(what: string): never {
    const names = this.#sides.map(({ system }) => system.name).join(' and ');
    const shown = this.#history.slice(-HISTORY_SHOWN).join('\n  ');
    this.#options.onHistory?.(this.#history);
    throw new Difference(
      `step ${String(this.steps)}, ${names}: ${what}\nthe steps up to it:\n  ${shown}`,
    );
  }
}

/** What was compared: an operation and its error number, an event, a handshake, an end. */
function subjectOf({ kind, text }: Seen): string {
  const operation = /kind:"(\w+)"/.exec(text)?.[1] ?? 'unknown';
  const [, err = ''] = / err (-?\d+)/.exec(text) ?? [];
  return kind === 'reply' ? `${operation} ${err}` : kind;
}

const isClosing = (step: Step): boolean =>
  step.kind === 'requests' && step.requests.some(({ type }) => type === OP_CODE.closeSession);

function frameOf(side: Side, { xid, type, body }: PlannedRequest): Uint8Array {
  return joinRequest({ xid, type }, body(side.names.base));
}
