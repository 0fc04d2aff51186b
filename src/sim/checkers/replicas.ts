// Z18: trees that have been given the same transactions are the same; and a server never stops by
// itself unless its disk did.

import type { ServerId } from '../../vocabulary/ids.ts';
import { formatZxid, type Zxid } from '../../vocabulary/zxid.ts';
import type { CheckerDefinition } from './ghost.ts';

export const replicaDigest: CheckerDefinition = {
  rule: 'Z18 replica digest',
  sees: ['viewed'],
  make: (report) => {
    const digests = new Map<Zxid, { digest: bigint; nodes: number; server: ServerId }>();
    return {
      observe: (observation) => {
        if (observation.at !== 'server' || observation.what.kind !== 'viewed') return;
        const { lastApplied, treeDigest: digest, nodeCount: nodes } = observation.what.view;
        const { server } = observation;
        const other = digests.get(lastApplied);
        digests.set(lastApplied, { digest, nodes, server });
        if (other === undefined || (other.digest === digest && other.nodes === nodes)) return;
        const both = `servers ${String(other.server)} and ${String(server)}`;
        report(observation.millis, `${both} have different trees at ${formatZxid(lastApplied)}`);
      },
    };
  },
};

export const noHalt: CheckerDefinition = {
  rule: 'H1 nobody stops by itself',
  sees: ['started', 'diskFailed', 'diskBroken', 'halted'],
  make: (report, _, judged) => {
    const failing = new Set<ServerId>();
    return {
      observe: (observation) => {
        if (observation.at !== 'server') return;
        const { server, what, millis } = observation;
        if (what.kind === 'started') failing.delete(server);
        if (what.kind === 'traced' && what.event.kind === 'diskFailed') failing.add(server);
        if (what.kind === 'diskBroken') failing.add(server);
        if (what.kind !== 'halted') return;
        judged();
        if (failing.has(server)) return;
        report(millis, `server ${String(server)} halted: ${what.reason}`);
      },
    };
  },
};
