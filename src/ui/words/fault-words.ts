// Names of the chaos tools and of what they leave behind.

import type { ChannelName } from '../../vocabulary/playground.ts';
import type { ActiveFault } from '../chaos/faults.ts';
import type { ToolName } from '../chaos/tools.ts';
import { m } from '../paraglide/messages.js';

const TOOL_WORDS: Readonly<Record<ToolName, readonly [name: () => string, help: () => string]>> = {
  crash: [m.chaos_crash, m.chaos_help_crash],
  restart: [m.chaos_restart, m.chaos_help_restart],
  freeze: [m.chaos_freeze, m.chaos_help_freeze],
  wipe: [m.chaos_wipe, m.chaos_help_wipe],
  slowDisk: [m.chaos_slow_disk, m.chaos_help_slow_disk],
  fullDisk: [m.chaos_full_disk, m.chaos_help_full_disk],
  cut: [m.chaos_cut, m.chaos_help_cut],
  cutWay: [m.chaos_cut_way, m.chaos_help_cut_way],
  cutOff: [m.chaos_cut_off, m.chaos_help_cut_off],
  slowLink: [m.chaos_slow_link, m.chaos_help_slow_link],
  closeChannel: [m.chaos_close_channel, m.chaos_help_close_channel],
  skewClock: [m.chaos_skew_clock, m.chaos_help_skew_clock],
  killAll: [m.chaos_kill_all, m.chaos_help_kill_all],
};

export const toolWord = (tool: ToolName): string => TOOL_WORDS[tool][0]();
export const toolHelp = (tool: ToolName): string => TOOL_WORDS[tool][1]();

export const amountWord = (tool: ToolName, amount: number): string =>
  tool === 'skewClock' ? m.chaos_percent({ percent: amount }) : m.chaos_millis({ millis: amount });

export function channelWord(channel: ChannelName): string {
  switch (channel) {
    case 'election':
      return m.chaos_channel_election();
    case 'quorum':
      return m.chaos_channel_quorum();
    case 'client':
      return m.chaos_channel_client();
    case 'trace':
      return m.chaos_channel_trace();
  }
}

/** A whole line: what is wrong, and where. */
export function faultLine(fault: ActiveFault): string {
  switch (fault.kind) {
    case 'killed':
      return m.fault_killed({ id: fault.server });
    case 'frozen':
      return m.fault_frozen({ id: fault.server });
    case 'slowDisk':
      return m.fault_slow_disk({ id: fault.server, millis: fault.millis });
    case 'fullDisk':
      return m.fault_full_disk({ id: fault.server });
    case 'skewClock':
      return m.fault_skew_clock({ id: fault.server, percent: fault.percent });
    case 'cut':
      return m.fault_cut({ a: fault.a, b: fault.b });
    case 'cutWay':
      return m.fault_cut_way({ from: fault.from, to: fault.to });
    case 'slowLink':
      return m.fault_slow_link({ a: fault.a, b: fault.b, millis: fault.millis });
  }
}

/** Beside its place on the stage; null where the seat says it already. */
export function faultShort(fault: ActiveFault): string | null {
  switch (fault.kind) {
    case 'killed':
    case 'frozen':
      return null;
    case 'slowDisk':
      return m.fault_short_slow_disk({ millis: fault.millis });
    case 'fullDisk':
      return m.fault_short_full_disk();
    case 'skewClock':
      return m.fault_short_skew_clock({ percent: fault.percent });
    case 'cut':
      return m.fault_short_cut();
    case 'cutWay':
      return m.fault_short_cut_way({ from: fault.from, to: fault.to });
    case 'slowLink':
      return m.fault_short_slow_link({ millis: fault.millis });
  }
}
