// The gateway and the clients that come through it, in words.

import type { GatewayView } from '../../vocabulary/playground.ts';
import { m } from '../paraglide/messages.js';
import type { LockPlace } from '../state/outside.ts';

export function gatewayWords({ state }: GatewayView): string {
  switch (state) {
    case 'none':
      return m.gateway_none();
    case 'connecting':
      return m.gateway_connecting();
    case 'open':
      return m.gateway_open();
    case 'otherRoom':
      return m.gateway_otherRoom();
    case 'refused':
      return m.gateway_refused();
  }
}

/** All of them, as a client's configuration takes them. */
export const connectionString = ({ ports }: GatewayView): string =>
  ports.map(({ address }) => address).join(',');

export const lockWords = ({ says, root }: LockPlace): string =>
  says === 'holds' ? m.outside_holds({ root }) : m.outside_waits({ root });
