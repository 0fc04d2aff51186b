// What a person does to a room, said as steps of a laboratory: the same tools in both modes. What a
// laboratory does not have between its servers (a client's channel, a trace's) is none of its steps.

import type { FaultView, RoomView, Step } from '../../vocabulary/playground.ts';
import { LAB_CHANNELS, type LabStep } from '../../vocabulary/steps.ts';

export function labStepsOf(step: Step, room: RoomView): readonly LabStep[] {
  switch (step.kind) {
    case 'kill':
      return [crash(step.server)];
    case 'restart':
      return [{ kind: 'openServer', server: step.server }];
    case 'cut':
      return [{ kind: 'cut', a: step.a, b: step.b, silent: false }];
    case 'heal':
      return [{ kind: 'heal', a: step.a, b: step.b }];
    case 'healAll':
      return [step, ...room.faults.flatMap(quickAgain)];
    case 'cutOff':
      return cutOff(step.servers, room);
    case 'killAll':
      return room.servers
        .filter(({ present, killed }) => present && !killed)
        .map(({ serverId }) => crash(serverId));
    case 'wipe': {
      const down = room.servers.some(({ serverId, killed }) => serverId === step.server && killed);
      const wipe: LabStep = { kind: 'wipeDisk', server: step.server };
      return down ? [wipe] : [crash(step.server), wipe];
    }
    case 'closeChannel': {
      const { a, b } = step;
      const channel = LAB_CHANNELS.find((name) => name === step.channel);
      return channel === undefined ? [] : [{ kind: 'closeChannel', a, b, channel }];
    }
    default:
      return [step];
  }
}

const crash = (server: number): LabStep => ({ kind: 'crash', server, silent: false });

/** A laboratory's own healing leaves a slow link slow. */
const quickAgain = (fault: FaultView): readonly LabStep[] =>
  fault.kind === 'slowLink' ? [{ ...fault, millis: 0 }] : [];

function cutOff(servers: readonly number[], room: RoomView): readonly LabStep[] {
  const others = room.servers.map(({ serverId }) => serverId).filter((id) => !servers.includes(id));
  if (servers.length === 0 || others.length === 0) return [];
  return [{ kind: 'partition', groups: [[...servers], others], silent: false }];
}
