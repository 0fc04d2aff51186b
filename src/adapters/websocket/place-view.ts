// What a tab's line says of its place at the gateway, as the interface shows it.

import { serverId } from '../../vocabulary/ids.ts';
import type { GatewayView } from '../../vocabulary/playground.ts';
import type { GatewayPlace } from './frames.ts';

export function viewOfPlace(place: GatewayPlace | 'connecting' | 'refused'): GatewayView {
  if (typeof place === 'string') return { state: place, ports: [] };
  const ports = place.ports.map(({ seat, host, port }) => {
    const name = host.includes(':') ? `[${host}]` : host;
    return { server: serverId(seat), address: `${name}:${String(port)}` };
  });
  return { state: place.state, ports };
}
