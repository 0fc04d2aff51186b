// The recipes in virtual time: several clients at three servers, each at another one.

import { beforeEach, describe, expect, it } from 'vitest';
import type { RecipeName } from '../vocabulary/recipe.ts';
import type { LabStep } from '../vocabulary/steps.ts';
import { LabWorld } from './lab-world.ts';
import { roomOfLab } from './lab-room.ts';

const SESSION_MILLIS = 2_000;
const CLIENTS = [1, 2, 3] as const;

let lab: LabWorld;
/** Who said what, in the order of the whole world. */
let told: string[];

function take(observations: ReturnType<LabWorld['do']>): void {
  for (const { at, what, ...who } of observations) {
    if (at !== 'client' || what.kind !== 'recipe' || !('client' in who)) continue;
    const { says, node } = what.view;
    told.push(`${String(who.client)} ${says}${says === 'took' ? ` ${String(node)}` : ''}`);
  }
}

function pass(millis: number): void {
  const until = lab.now.millis + millis;
  for (let seen = lab.next(until); seen !== null; seen = lab.next(until)) take(seen);
}

function act(...steps: readonly LabStep[]): void {
  for (const step of steps) {
    take(lab.do(step));
    pass(300);
  }
}

const start = (client: number, recipe: RecipeName, root = '/r'): LabStep => ({
  ...{ kind: 'startRecipe', client, recipe, root },
});
const letGo = (client: number): LabStep => ({ kind: 'letGo', client, root: '/r' });
const create = (client: number, path: string, data = ''): LabStep => ({
  ...{ kind: 'command', client },
  command: { kind: 'create', path, data, ephemeral: false, sequential: false },
});
const remove = (client: number, path: string): LabStep => ({
  ...{ kind: 'command', client },
  command: { kind: 'delete', path, version: -1 },
});
const get = (client: number, path: string): LabStep => ({
  ...{ kind: 'command', client },
  command: { kind: 'get', path, watch: false },
});
const says = (): (string | null)[] =>
  CLIENTS.map((number) => lab.client(number)?.recipe?.says ?? null);

/** The leader stops at once; the other two serve again. */
function crashLeader(): void {
  const { leader } = roomOfLab(lab).quorum;
  if (leader === null) throw new Error('nobody leads');
  take(lab.do({ kind: 'crash', server: leader, silent: false }));
  pass(3_000);
}

beforeEach(() => {
  lab = new LabWorld({ seed: 7, participants: 3, observers: 0 });
  told = [];
  for (const server of CLIENTS) lab.do({ kind: 'openServer', server });
  pass(2_000);
  // None of them is bound to its server, so that a leader's crash leaves it others.
  for (const server of CLIENTS) {
    act({ kind: 'openClient', server: null, timeoutMillis: SESSION_MILLIS });
    expect(lab.client(server)?.view().state).toBe('SyncConnected');
  }
});

describe('a barrier', () => {
  it('holds everybody who comes, and lets all of them through when it is lifted', () => {
    act(create(1, '/r'), start(1, 'barrier'), start(2, 'barrier'), start(3, 'barrier'));
    expect(says()).toEqual(['waits', 'waits', 'waits']);
    act(remove(2, '/r'));
    expect(says()).toEqual(['done', 'done', 'done']);
    expect(told.filter((line) => line.endsWith('done'))).toHaveLength(3);
  });

  it('lets through whoever comes when there is none', () => {
    act(start(1, 'barrier'));
    expect(says()[0]).toBe('done');
  });

  it('stands through the end of a leader', () => {
    act(create(1, '/r'), start(1, 'barrier'), start(2, 'barrier'));
    crashLeader();
    expect(says().slice(0, 2)).toEqual(['waits', 'waits']);
    act(remove(3, '/r'));
    expect(says().slice(0, 2)).toEqual(['done', 'done']);
  });
});

describe('a double barrier', () => {
  it('lets nobody in before the last has come, and nobody out before the last has left', () => {
    act(create(1, '/r', '3'), start(1, 'doubleBarrier'), start(2, 'doubleBarrier'));
    expect(says()).toEqual(['waits', 'waits', null]);
    act(start(3, 'doubleBarrier'));
    expect(says()).toEqual(['holds', 'holds', 'holds']);
    act(letGo(2), letGo(1));
    expect(says()).toEqual(['waits', 'waits', 'holds']);
    act(letGo(3));
    expect(says()).toEqual(['released', 'released', 'released']);
  });

  it('makes its root, and is for two where nothing is said', () => {
    act(start(1, 'doubleBarrier', '/a/b'), start(3, 'doubleBarrier', '/a/b'));
    expect(says()).toEqual(['holds', null, 'holds']);
  });

  it('keeps who comes too late for the next round', () => {
    act(create(1, '/r', '2'), ...[1, 2, 3].map((client) => start(client, 'doubleBarrier')));
    expect(says()).toEqual(['holds', 'holds', 'waits']);
    act(letGo(1), letGo(2), start(2, 'doubleBarrier'));
    expect(says()).toEqual(['released', 'holds', 'holds']);
  });

  it('does not keep the others inside for one that died there, nor counts it outside', () => {
    act(create(1, '/r', '2'), start(1, 'doubleBarrier'), { kind: 'killClient', client: 1 });
    pass(3 * SESSION_MILLIS);
    act(start(2, 'doubleBarrier'));
    expect(says()[1]).toBe('waits');
    act(start(3, 'doubleBarrier'));
    expect(says().slice(1)).toEqual(['holds', 'holds']);
    act({ kind: 'killClient', client: 3 }, letGo(2));
    expect(says()[1]).toBe('waits');
    pass(3 * SESSION_MILLIS);
    expect(says()[1]).toBe('released');
  });

  it('is left through the end of a leader', () => {
    act(create(1, '/r', '2'), start(1, 'doubleBarrier'), start(2, 'doubleBarrier'), letGo(1));
    crashLeader();
    expect(says().slice(0, 2)).toEqual(['waits', 'holds']);
    act(letGo(2));
    expect(says().slice(0, 2)).toEqual(['released', 'released']);
  });
});

describe('a queue', () => {
  const took = (): string[] => told.filter((line) => line.includes('took'));
  const elements = (): number[] => took().map((line) => Number(line.slice(-10)));

  it('gives each element to one consumer, in order', () => {
    act(start(1, 'queueTake'), start(2, 'queueTake'));
    expect(says()).toEqual(['waits', 'waits', null]);
    for (let count = 0; count < 6; count += 1) act(start(3, 'queuePut'));
    expect(elements()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(says()).toEqual(['waits', 'waits', 'done']);
  });

  it('gives what waits to whoever comes, and each element once when all come at once', () => {
    for (let count = 0; count < 6; count += 1) act(start(3, 'queuePut'));
    take(lab.do(start(1, 'queueTake')));
    take(lab.do(start(2, 'queueTake')));
    pass(2_000);
    expect(elements().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const client of ['1', '2']) {
      const own = took().filter((line) => line.startsWith(client));
      expect(own).toEqual([...own].sort());
    }
  });

  it('keeps its elements when a consumer dies, or stops', () => {
    act(start(1, 'queueTake'), start(2, 'queueTake'));
    act({ kind: 'killClient', client: 1 }, letGo(2), start(3, 'queuePut'));
    expect(took()).toEqual([]);
    act(start(2, 'queueTake'));
    expect(took()).toEqual(['2 took /r/items/item-0000000000']);
  });

  it('goes on through the end of a leader', () => {
    act(start(1, 'queueTake'), start(3, 'queuePut'));
    crashLeader();
    act(start(3, 'queuePut'));
    expect(elements()).toEqual([0, 1]);
  });
});

describe('members and ids', () => {
  it('a member is there until it leaves, or its session ends', () => {
    act(start(1, 'member'), start(2, 'member'));
    expect(says()).toEqual(['holds', 'holds', null]);
    act(letGo(1));
    expect(says()[0]).toBe('released');
    act({ kind: 'killClient', client: 2 });
    pass(3 * SESSION_MILLIS);
    act({ kind: 'command', client: 3, command: { kind: 'delete', path: '/r', version: -1 } });
    expect(lab.client(3)?.resultOf(1)?.outcome).toBe('ok');
  });

  it('no id is given twice', () => {
    const ids = CLIENTS.map((client) => {
      act(start(client, 'nextId'));
      expect(says()[client - 1]).toBe('done');
      return lab.client(client)?.recipe?.node;
    });
    expect(new Set(ids).size).toBe(3);
  });
});

describe('a lock', () => {
  it('makes its root, and goes to the next when its holder dies', () => {
    act(start(1, 'lock', '/deep/lock'), start(2, 'lock', '/deep/lock'));
    expect(says().slice(0, 2)).toEqual(['holds', 'waits']);
    act({ kind: 'killClient', client: 1 });
    pass(3 * SESSION_MILLIS);
    expect(says()[1]).toBe('holds');
  });
});

describe('a master', () => {
  const behind = (): (string | null)[] =>
    CLIENTS.map((number) => lab.client(number)?.recipe?.behind?.slice(-1) ?? null);

  it('is the lowest candidate; the others watch the one before them, and know who it is', () => {
    act(start(1, 'master'), start(2, 'master'), start(3, 'master'));
    expect(says()).toEqual(['holds', 'waits', 'waits']);
    // The master's own znode has taken a number too.
    expect(behind()).toEqual([null, '0', '2']);
    for (const client of CLIENTS) {
      expect(lab.client(client)?.recipe?.found).toEqual(['candidate-0000000000']);
    }
    act(get(3, '/r/master'));
    expect(lab.client(3)?.resultOf(1)).toMatchObject({ outcome: 'ok' });
  });

  it('that dies is followed by the next, who writes down its own name; nobody else is woken', () => {
    act(start(1, 'master'), start(2, 'master'), start(3, 'master'));
    told = [];
    act({ kind: 'killClient', client: 1 });
    pass(3 * SESSION_MILLIS);
    expect(says().slice(1)).toEqual(['holds', 'waits']);
    expect(told).toEqual(['2 woken', '2 holds']);
    expect(lab.client(2)?.recipe?.found).toEqual(['candidate-0000000002']);
    act(letGo(2));
    expect(says().slice(1)).toEqual(['released', 'holds']);
    act(letGo(3), get(3, '/r/master'));
    expect(lab.client(3)?.resultOf(1)).toMatchObject({ outcome: 'failed' });
  });

  it('stands through the end of a leader, and through a candidate that dies before it', () => {
    act(start(1, 'master'), start(2, 'master'), start(3, 'master'));
    act({ kind: 'killClient', client: 2 });
    pass(3 * SESSION_MILLIS);
    expect(behind()[2]).toBe('0');
    crashLeader();
    expect([says()[0], says()[2]]).toEqual(['holds', 'waits']);
    act(letGo(1));
    expect(says()[2]).toBe('holds');
  });
});

describe('a service', () => {
  const found = (client: number): readonly string[] | undefined =>
    lab.client(client)?.recipe?.found;

  it('is found where its providers are, each at its own address, as they come and go', () => {
    act(start(3, 'consumer'));
    expect(says()[2]).toBe('waits');
    act(start(1, 'provider'));
    expect(found(3)).toEqual(['10.0.0.1:20880']);
    act(start(2, 'provider'));
    expect(found(3)).toEqual(['10.0.0.1:20880', '10.0.0.2:20880']);
    act({ kind: 'killClient', client: 1 });
    expect(found(3)).toHaveLength(2);
    pass(3 * SESSION_MILLIS);
    expect(found(3)).toEqual(['10.0.0.2:20880']);
    act(letGo(2));
    expect(says()).toEqual(['holds', 'released', 'waits']);
  });

  it('is known on while no server answers, and looked up again behind the end of a leader', () => {
    act(start(1, 'provider'), start(3, 'consumer'));
    crashLeader();
    expect(found(3)).toEqual(['10.0.0.1:20880']);
    act(start(2, 'provider'));
    expect(found(3)).toEqual(['10.0.0.1:20880', '10.0.0.2:20880']);
  });

  it('is called at the addresses that were seen last, in turn, and with no registry at all', () => {
    const calls: (number | null)[] = [];
    const call = (): void => {
      for (const { what } of lab.do({ kind: 'callProvider', client: 3, root: '/r' })) {
        if (what.kind === 'called') calls.push(what.provider);
      }
    };
    call();
    act(start(3, 'consumer'));
    call();
    act(start(1, 'provider'), start(2, 'provider'));
    for (let times = 0; times < 3; times += 1) call();
    for (const server of CLIENTS) lab.do({ kind: 'crash', server, silent: false });
    pass(500);
    call();
    act({ kind: 'killClient', client: 1 });
    call();
    call();
    // Whoever follows no consumer has no list; with an empty one nobody is called.
    expect(calls).toEqual([null, 1, 2, 1, 2, null, 2]);
    expect(lab.client(3)?.recipe).toMatchObject({ called: '10.0.0.2:20880', answered: true });
  });
});

describe('a client whose connection breaks at any moment, its session living on', () => {
  const BREAKS = Array.from({ length: 12 }, (_, index) => index);
  const RECIPES: readonly RecipeName[] = ['lock', 'herdLock', 'member', 'master', 'provider'];

  /** Begins, loses its connection so many milliseconds later, and finds another one. */
  function breakAfter(millis: number, step: LabStep): void {
    take(lab.do(step));
    pass(millis);
    lab.client(1)?.breakConnection();
    pass(1_500);
  }

  it.each(RECIPES)('%s: it has one znode, and leaves none', (recipe) => {
    for (const millis of BREAKS) {
      const root = `/${recipe}${String(millis)}`;
      breakAfter(millis, start(1, recipe, root));
      const { says, node } = lab.client(1)?.recipes.at(-1) ?? {};
      expect([millis, says]).toEqual([millis, 'holds']);
      breakAfter(millis, { kind: 'letGo', client: 1, root });
      expect(lab.client(1)?.recipes.at(-1)?.says).toBe('released');
      const above = node?.slice(0, node.lastIndexOf('/')) ?? root;
      // Whatever were left in there would keep it from going.
      act(remove(3, above));
      const { commands = 0 } = lab.client(3) ?? {};
      expect([millis, lab.client(3)?.resultOf(commands)]).toMatchObject([
        ...[millis, { outcome: 'ok' }],
      ]);
    }
  });

  it('a consumer looks again', () => {
    act(start(2, 'provider'));
    for (const millis of BREAKS) {
      breakAfter(millis, start(1, 'consumer'));
      expect(lab.client(1)?.recipe).toMatchObject({ says: 'holds', found: ['10.0.0.1:20880'] });
      act(letGo(1));
    }
  });

  it('two candidates of one session are two', () => {
    for (const millis of BREAKS) {
      const root = `/two${String(millis)}`;
      take(lab.do(start(1, 'master', root)));
      breakAfter(millis, start(1, 'master', root));
      const own = lab.client(1)?.recipes.filter((view) => view.root === root) ?? [];
      expect([millis, ...own.map(({ says }) => says).sort()]).toEqual([millis, 'holds', 'waits']);
      expect(new Set(own.map(({ node }) => node)).size).toBe(2);
      act({ kind: 'letGo', client: 1, root });
    }
  });
});
