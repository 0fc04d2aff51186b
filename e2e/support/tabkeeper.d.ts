// What the specs use of window.tabkeeper (README, "Scripting the page").

interface TabStatus {
  room: string;
  seats: number;
  seat: number | null;
  serverId: number;
  role: 'looking' | 'following' | 'leading' | 'observing' | 'down';
  phase: string;
  epoch: number;
  lastZxid: string;
  leaderId: number | null;
  servers: {
    serverId: number;
    present: boolean;
    role: string;
    epoch: number;
    lastZxid: string;
    trusted: boolean | null;
  }[];
}

interface TabEvent {
  type: string;
  state: string;
  path: string;
}

interface TabRecipe {
  recipe: string;
  root: string;
  says: string;
  node: string | null;
  behind: string | null;
  found?: string[];
}

interface TabClient {
  create(
    path: string,
    data?: string | Uint8Array,
    options?: { ephemeral?: boolean; sequential?: boolean },
  ): Promise<string>;
  get(
    path: string,
    options?: { watch?: boolean },
  ): Promise<{ data: Uint8Array | null; stat: Record<string, unknown> }>;
  set(
    path: string,
    data: string | Uint8Array,
    options?: { version?: number },
  ): Promise<Record<string, unknown>>;
  delete(path: string, options?: { version?: number }): Promise<void>;
  exists(path: string, options?: { watch?: boolean }): Promise<Record<string, unknown> | null>;
  children(path: string, options?: { watch?: boolean }): Promise<string[]>;
  sync(path: string): Promise<void>;
  addWatch(path: string, options?: { recursive?: boolean }): Promise<void>;
  multi(
    operations: readonly {
      op: 'create' | 'set' | 'delete' | 'check';
      path: string;
      data?: string | Uint8Array | null;
      version?: number;
      ephemeral?: boolean;
      sequential?: boolean;
    }[],
  ): Promise<readonly { kind: string; path?: string }[]>;
  events: AsyncIterable<TabEvent>;
  follow(recipe: string, root: string): AsyncIterable<TabRecipe>;
  letGo(root: string): Promise<void>;
  close(): Promise<void>;
}

interface Window {
  tabkeeper: {
    status(): TabStatus;
    client: TabClient;
    openClient(options: { timeoutMillis: number; server?: number }): Promise<TabClient>;
    kill(serverId?: number): void;
    restart(serverId?: number): void;
    freeze(serverId: number, on: boolean): void;
    cut(a: number, b: number): void;
    heal(a?: number, b?: number): void;
    cutOff(serverIds: readonly number[]): void;
    cutWay(from: number, to: number, on: boolean): void;
    slowLink(a: number, b: number, millis: number): void;
    closeChannel(a: number, b: number, channel: 'election' | 'quorum' | 'client' | 'trace'): void;
    slowDisk(serverId: number, millis: number): void;
    fullDisk(serverId: number, on: boolean): void;
    wipe(serverId: number): void;
    killAll(): void;
    trace(options?: { since?: number }): AsyncIterable<{
      server: number;
      sequence: number;
      atMillis: number;
      event: { kind: string } & Record<string, unknown>;
    }>;
  };
}
