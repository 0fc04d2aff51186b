// What a new laboratory world begins with: as many servers as make a majority, one after the other, and
// a client for the command line.

import type { LabOptions, LabStep } from '../../vocabulary/steps.ts';

export interface Planned {
  readonly millis: number;
  readonly step: LabStep;
}

const BETWEEN_MILLIS = 100;
const CLIENT_TIMEOUT_MILLIS = 10_000;

export function beginningOf({ participants }: LabOptions): readonly Planned[] {
  const majority = Math.floor(participants / 2) + 1;
  const servers = Array.from({ length: majority }, (_, at): Planned => ({
    millis: at * BETWEEN_MILLIS,
    step: { kind: 'openServer', server: at + 1 },
  }));
  const client: LabStep = {
    ...{ kind: 'openClient', server: null, timeoutMillis: CLIENT_TIMEOUT_MILLIS },
  };
  return [...servers, { millis: majority * BETWEEN_MILLIS, step: client }];
}
