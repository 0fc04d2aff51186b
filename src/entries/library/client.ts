// `import { connect } from 'tabkeeper/client'`: a ZooKeeper client for Node, and the recipes over it. What
// stands here is what users may rely on.

export { TooSlowError } from './event-stream.ts';
export { connect } from './keeper-client.ts';
export type {
  Auth,
  CallOptions,
  Client,
  ClientEvent,
  ConnectOptions,
  VersionOptions,
} from './keeper-client.ts';
export type { CreateOptions, Data, Operation } from './values.ts';
export type { WatchEvent } from './watching.ts';
export { KeeperError } from '../client/keeper-error.ts';
export { PERMISSION, type Acl, type Stat } from '../../vocabulary/stat.ts';
export type { MultiResult } from '../../vocabulary/request.ts';

export { AtomicId } from './recipes/atomic-id.ts';
export { Barrier, DoubleBarrier } from './recipes/barrier.ts';
export { Counter } from './recipes/counter.ts';
export { LeaderElection } from './recipes/leader-election.ts';
export type { Held } from './recipes/line.ts';
export { Lock, ReadWriteLock } from './recipes/lock.ts';
export { Group, type Member, type Members } from './recipes/membership.ts';
export { Queue } from './recipes/queue.ts';
export {
  ServiceDiscovery,
  type Registration,
  type ServiceInstance,
} from './recipes/service-discovery.ts';
