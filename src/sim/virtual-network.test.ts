// The virtual network against the contract of every network, in many orders of the same happenings.

import { describe, expect, test } from 'vitest';

import { networkContract, type ContractPair } from '../adapters/network.contract.ts';
import { makeRandom } from '../base/random.ts';
import type { NetworkEvent } from '../host/ports.ts';
import { serverId, type ServerId } from '../vocabulary/ids.ts';
import { Agenda } from './agenda.ts';
import { VirtualNetwork } from './virtual-network.ts';

const LATENCY = { latencyMillisMin: 1, latencyMillisMax: 12, dialMillisMax: 60 };

type Plant = (network: VirtualNetwork) => void;

function virtualPair(seed: number, plant: Plant = () => undefined): Promise<ContractPair> {
  const agenda = new Agenda();
  const network = new VirtualNetwork(agenda, makeRandom(seed), LATENCY);
  plant(network);
  const attach = (server: ServerId) => {
    const events: NetworkEvent[] = [];
    const deliver = (event: NetworkEvent): void => void events.push(event);
    return { serverId: server, network: network.attach({ server, deliver }), events };
  };
  const high = serverId(2);
  return Promise.resolve({
    low: attach(serverId(1)),
    high: attach(high),
    advance: () => {
      const untilMillis = agenda.nowMillis + 1;
      while (agenda.next(untilMillis));
      return Promise.resolve();
    },
    // The silent way to die breaks no link: then only the servers' own pings tell, as with a cable.
    crashHigh: () => {
      network.detach(high, 'loud');
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
}

const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);
const casesOf = (seed: number, plant?: Plant) =>
  networkContract('virtual', () => virtualPair(seed, plant));

describe('the contract of a network', () => {
  for (const [index, { title }] of casesOf(0).entries()) {
    test(title, async () => {
      for (const seed of SEEDS) await casesOf(seed)[index]?.run();
    });
  }
});

test('the contract sees a network that changes a byte', async () => {
  const broken = casesOf(1, (network) => {
    network.arrival = (_, bytes) => bytes.map((value, at) => (at === 400 ? value ^ 1 : value));
  }).find(({ title }) => title.includes('whole and in order'));
  await expect(broken?.run()).rejects.toThrow('what was sent arrived');
});
