// What a new laboratory world begins with: as many servers as make a majority, one after the other, the
// observers behind them, and a client for the command line. Or, where a live ensemble was taken: the
// servers that ran, all at once, and its clients.

import { disksOf } from '../../sim/taken-disks.ts';
import type { LabOptions, LabStep } from '../../vocabulary/steps.ts';
import type { Taken } from '../../vocabulary/taken.ts';

export interface Planned {
  readonly millis: number;
  readonly step: LabStep;
}

const BETWEEN_MILLIS = 100;
const CLIENT_TIMEOUT_MILLIS = 10_000;
const COMMAND_CLIENT: LabStep = {
  ...{ kind: 'openClient', server: null, timeoutMillis: CLIENT_TIMEOUT_MILLIS },
};

export const beginningOf = ({ taken, ...options }: LabOptions): readonly Planned[] =>
  taken === undefined ? newEnsemble(options) : takenEnsemble(taken);

/** What can be begun of it; the same where nothing was taken, or all of that can be read. */
export function readableOf(options: LabOptions): LabOptions {
  const { taken, ...others } = options;
  return taken === undefined || disksOf(taken) !== null ? options : others;
}

function takenEnsemble({ disks, sessions }: Taken): readonly Planned[] {
  const servers = disks
    .filter(({ up }) => up)
    .map(({ server }): LabStep => ({ kind: 'openServer', server }));
  const clients = sessions.map((session): LabStep => ({ kind: 'resumeClient', ...session }));
  const steps = [...servers, ...(clients.length === 0 ? [COMMAND_CLIENT] : clients)];
  return steps.map((step) => ({ millis: 0, step }));
}

function newEnsemble({ participants, observers }: LabOptions): readonly Planned[] {
  const majority = Math.floor(participants / 2) + 1;
  const first = Array.from({ length: majority }, (_, at) => at + 1);
  const others = Array.from({ length: observers }, (_, at) => participants + at + 1);
  const servers = [...first, ...others].map((server, at): Planned => ({
    millis: at * BETWEEN_MILLIS,
    step: { kind: 'openServer', server },
  }));
  return [...servers, { millis: servers.length * BETWEEN_MILLIS, step: COMMAND_CLIENT }];
}
