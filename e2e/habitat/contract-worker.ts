// A worker that is no server, but one end of a tab's network. On seat 1 it plays the network contract; on
// seat 2, in another page, it does what it is told and tells what it hears. The two of them talk over a
// BroadcastChannel, past the links that are judged.

import { networkContract, type ContractPair } from '../../src/adapters/network.contract.ts';
import type { ToWorker } from '../../src/adapters/worker/messages.ts';
import { networkOfWorker } from './worker-network.ts';
import type { Network, NetworkEvent } from '../../src/host/ports.ts';
import { serverId } from '../../src/vocabulary/ids.ts';

/** What the page asks of it. `wire` names the channel between the two workers. */
export type ContractOrder =
  | { readonly kind: 'attend'; readonly wire: string }
  | { readonly kind: 'runCase'; readonly wire: string; readonly index: number }
  | { readonly kind: 'otherCrashed' };

export type ContractReport =
  | { readonly kind: 'attending' }
  /** The other page is to be ended without a word. */
  | { readonly kind: 'crashOther' }
  | { readonly kind: 'caseEnded'; readonly failure: string | null };

type Call =
  | { readonly kind: 'dial'; readonly of: Parameters<Network['dial']> }
  | { readonly kind: 'send'; readonly of: Parameters<Network['send']> }
  | { readonly kind: 'close'; readonly of: Parameters<Network['close']> };

const ADVANCE_MILLIS = 2;

const events: NetworkEvent[] = [];
let tell = (event: NetworkEvent): void => void events.push(event);
let onOtherCrashed = (): void => undefined;

const report = (message: ContractReport): void => {
  self.postMessage(message);
};

const network = networkOfWorker((event) => {
  tell(event);
});

/** Does what the other worker's calls say. */
function attend(name: string): void {
  const wire = new BroadcastChannel(name);
  tell = (event) => {
    wire.postMessage(event);
  };
  wire.onmessage = ({ data }: MessageEvent<Call>) => {
    if (data.kind === 'dial') network.dial(...data.of);
    else if (data.kind === 'send') network.send(...data.of);
    else network.close(...data.of);
  };
  report({ kind: 'attending' });
}

function pairOver(name: string): ContractPair {
  const wire = new BroadcastChannel(name);
  const heard: NetworkEvent[] = [];
  wire.onmessage = ({ data }: MessageEvent<NetworkEvent>) => heard.push(data);
  const call = (what: Call): void => {
    wire.postMessage(what);
  };
  const far: Network = {
    dial: (...of) => {
      call({ kind: 'dial', of });
    },
    send: (...of) => {
      call({ kind: 'send', of });
    },
    close: (...of) => {
      call({ kind: 'close', of });
    },
    // Its answer is needed at once: the contract asks the near end, where it can be had.
    bufferedBytes: () => {
      throw new Error('only its own worker knows what is buffered');
    },
  };
  return {
    low: { serverId: serverId(1), network, events },
    high: { serverId: serverId(2), network: far, events: heard },
    advance: () =>
      new Promise((resolve) => {
        setTimeout(resolve, ADVANCE_MILLIS);
      }),
    crashHigh: () =>
      new Promise((resolve) => {
        onOtherCrashed = resolve;
        report({ kind: 'crashOther' });
      }),
    close: () => Promise.resolve(),
  };
}

async function runCase(wire: string, index: number): Promise<void> {
  const chosen = networkContract('WebRTC', () => Promise.resolve(pairOver(wire)))[index];
  if (chosen === undefined) throw new Error(`the contract has no case ${String(index)}`);
  const failure = await chosen.run().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  report({ kind: 'caseEnded', failure });
}

self.onmessage = ({ data }: MessageEvent<ToWorker | ContractOrder>) => {
  if (data.kind === 'attend') attend(data.wire);
  else if (data.kind === 'runCase') void runCase(data.wire, data.index);
  else if (data.kind === 'otherCrashed') onOtherCrashed();
  else network.take(data);
};
