// A worker's network without a server behind it. It has a server's pulse: else its page counts as silent while
// its thread waits for what is measured.

import type { FromWorker } from '../../src/adapters/worker/messages.ts';
import { PULSE_MILLIS } from '../../src/adapters/worker/pulse.ts';
import { WorkerNetwork } from '../../src/adapters/worker/worker-network.ts';
import type { NetworkEvent } from '../../src/host/ports.ts';

export function networkOfWorker(onNetwork: (event: NetworkEvent) => void): WorkerNetwork {
  const network = new WorkerNetwork(
    { seat: Number(self.name), gateway: null },
    (message: FromWorker, transfer: Transferable[]) => {
      self.postMessage(message, { transfer });
    },
    {
      onClient: () => undefined,
      whenTaken: (work) => {
        work();
      },
      onWord: () => null,
      onNetwork,
    },
  );
  setInterval(() => {
    network.pulse(performance.now());
  }, PULSE_MILLIS);
  return network;
}
