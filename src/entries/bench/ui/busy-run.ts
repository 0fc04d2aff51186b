// A laboratory run for measuring: five servers, and four clients that write all the time. It is made here,
// event by event, and given to the page as a link, as anybody shares a run.

import { LabHistory } from '../../../sim/history.ts';
import type { LabStep } from '../../../vocabulary/steps.ts';
import { runLink, runOf } from '../../page/run-link.ts';

const SERVERS = [1, 2, 3, 4, 5];
const CLIENTS = [1, 2, 3, 4];
const BETWEEN_MILLIS = 100;
const SETTLE_MILLIS = 1_000;
const CLIENT_TIMEOUT_MILLIS = 10_000;

export interface BusyRun {
  readonly link: string;
  readonly endMillis: number;
  /** Told events: what can be scrubbed to. */
  readonly events: number;
}

/** Each client writes every `everyMillis` of virtual time, until so many events were told. */
export async function busyRun(
  page: string,
  options: { readonly everyMillis: number; readonly events: number; readonly stepsMax: number },
): Promise<BusyRun> {
  const history = new LabHistory({ seed: 7, participants: SERVERS.length, observers: 0 });
  let told = 0;
  const runFor = (millis: number): void => {
    told += history.run(history.now.millis + millis).length;
  };
  for (const server of SERVERS) {
    history.act({ kind: 'openServer', server });
    runFor(BETWEEN_MILLIS);
  }
  runFor(SETTLE_MILLIS);
  for (const client of CLIENTS) {
    const timeoutMillis = CLIENT_TIMEOUT_MILLIS;
    history.act({ kind: 'openClient', server: client, timeoutMillis });
  }
  runFor(SETTLE_MILLIS);
  for (const client of CLIENTS) history.act(create(client));
  for (let steps = 0; told < options.events && steps < options.stepsMax;) {
    runFor(options.everyMillis);
    for (const client of CLIENTS) {
      steps += 1;
      history.act(set(client, steps));
    }
  }
  runFor(BETWEEN_MILLIS);
  const { options: world, branch, now } = history;
  const run = runOf({ options: world, branches: history.branches(), branch, now });
  const link = await runLink(page, run);
  if (link === null) throw new Error('a run that is too long for a link');
  return { link, endMillis: history.now.millis, events: told };
}

const pathOf = (client: number): string => `/c${String(client)}`;

const create = (client: number): LabStep => ({
  ...{ kind: 'command', client },
  command: { kind: 'create', path: pathOf(client), data: '', ephemeral: false, sequential: false },
});

const set = (client: number, count: number): LabStep => ({
  ...{ kind: 'command', client },
  command: { kind: 'set', path: pathOf(client), data: String(count), version: -1 },
});
