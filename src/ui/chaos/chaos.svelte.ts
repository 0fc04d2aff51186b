// The tool that the person holds and what it is aimed at so far. Aiming acts as soon as enough is known;
// the tool stays in hand until it is put down.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { ChannelName, Step } from '../../vocabulary/playground.ts';
import {
  aimOf,
  amountsOf,
  isServerTool,
  stepOnLink,
  stepOnServer,
  type ToolName,
} from './tools.ts';

export class Chaos {
  tool = $state<ToolName | null>(null);
  /** The first end of a link, or a group that is to be cut off. */
  picked = $state.raw<readonly ServerId[]>([]);
  amount = $state(0);
  channel = $state<ChannelName>('quorum');
  /** The server whose disk is to be wiped: that is asked again. */
  unsure = $state<ServerId | null>(null);

  /** Takes this tool, or puts it down. */
  readonly take = (tool: ToolName | null): void => {
    this.tool = tool === this.tool ? null : tool;
    this.picked = [];
    this.unsure = null;
    this.amount = this.tool === null ? 0 : (amountsOf(this.tool)[0] ?? 0);
  };

  /** At a server: the step that is due now, or null while more has to be said. */
  readonly aim = (server: ServerId): Step | null => {
    const { tool, picked } = this;
    if (tool === null) return null;
    if (isServerTool(tool)) {
      if (tool !== 'wipe') return stepOnServer(tool, server, this.amount);
      this.unsure = server;
      return null;
    }
    const aim = aimOf(tool);
    const [first] = picked;
    if (aim === 'group') {
      const others = picked.filter((known) => known !== server);
      this.picked = others.length < picked.length ? others : [...picked, server];
    } else if (first === undefined) this.picked = [server];
    else {
      this.picked = [];
      if (first !== server) return this.aimAt(first, server);
    }
    return null;
  };

  /** At a link, from one end to the other. */
  readonly aimAt = (from: ServerId, to: ServerId): Step | null => {
    const { tool, amount, channel } = this;
    if (tool === null || isServerTool(tool) || tool === 'cutOff' || tool === 'killAll') return null;
    this.picked = [];
    return stepOnLink(tool, [from, to], { amount, channel });
  };
}
