// Names of roles, phases and states of a seat.

import type { SeatView, SignallingState } from '../../vocabulary/playground.ts';
import type { KeeperStateName } from '../../vocabulary/request.ts';
import type { Phase } from '../../vocabulary/trace.ts';
import type { RoleView } from '../../vocabulary/view.ts';
import { m } from '../paraglide/messages.js';

export function roleWord(role: RoleView): string {
  switch (role) {
    case 'looking':
      return m.role_looking();
    case 'following':
      return m.role_following();
    case 'leading':
      return m.role_leading();
    case 'observing':
      return m.role_observing();
    case 'down':
      return m.role_down();
  }
}

/** Where there is room for one word: ZooKeeper's own. */
function roleShort(role: RoleView): string {
  switch (role) {
    case 'looking':
      return m.role_looking_short();
    case 'following':
      return m.role_following_short();
    case 'leading':
      return m.role_leading_short();
    case 'observing':
      return m.role_observing_short();
    case 'down':
      return m.role_down();
  }
}

/** How a seat looks on the stage: its server's role, or why it has none. */
export type SeatState = 'empty' | 'connecting' | 'killed' | 'frozen' | 'halted' | RoleView;

export function seatState(seat: SeatView): SeatState {
  if (!seat.present) return 'empty';
  if (seat.killed) return 'killed';
  if (seat.frozen) return 'frozen';
  if (seat.server === null) return 'connecting';
  return seat.server.haltedBecause === null ? seat.server.role : 'halted';
}

export function seatStateWord(state: SeatState, short = false): string {
  switch (state) {
    case 'empty':
      return m.seat_empty();
    case 'connecting':
      return m.state_connecting();
    case 'killed':
      return m.state_killed();
    case 'frozen':
      return m.state_frozen();
    case 'halted':
      return m.state_halted();
    default:
      return short ? roleShort(state) : roleWord(state);
  }
}

export const isAlive = (state: SeatState): boolean =>
  state !== 'empty' && state !== 'killed' && state !== 'halted' && state !== 'down';

export function phaseWord(phase: Phase): string {
  switch (phase) {
    case 'election':
      return m.phase_election();
    case 'discovery':
      return m.phase_discovery();
    case 'synchronization':
      return m.phase_synchronization();
    case 'broadcast':
      return m.phase_broadcast();
  }
}

export const phaseLine = (phase: Phase): string => m.phase_in({ phase: phaseWord(phase) });

export function keeperStateWord(state: KeeperStateName | 'Connecting'): string {
  switch (state) {
    case 'Connecting':
      return m.keeper_Connecting();
    case 'Disconnected':
      return m.keeper_Disconnected();
    case 'SyncConnected':
      return m.keeper_SyncConnected();
    case 'ConnectedReadOnly':
      return m.keeper_ConnectedReadOnly();
    case 'AuthFailed':
      return m.keeper_AuthFailed();
    case 'Closed':
      return m.keeper_Closed();
    case 'Expired':
      return m.keeper_Expired();
  }
}

export function signallingWord(state: SignallingState): string {
  switch (state) {
    case 'connecting':
      return m.signalling_connecting();
    case 'open':
      return m.signalling_open();
    case 'held':
      return m.signalling_held();
    case 'gone':
      return m.signalling_gone();
    case 'here':
      return m.signalling_here();
  }
}

/** The same at length, where there is more to say. */
export function signallingHelp(state: SignallingState): string {
  if (state === 'gone') return m.signalling_gone_help();
  return state === 'here' ? m.signalling_here_help() : signallingWord(state);
}
