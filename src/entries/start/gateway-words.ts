// What a command says of the gateway, and which pages it lets come.

import { networkInterfaces } from 'node:os';

import type { GatewayEvents } from '../../adapters/websocket/gateway.ts';
import type { ClientPort } from '../../adapters/websocket/frames.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'] as const;
const EVERYWHERE = ['0.0.0.0', '::'] as const;

export type Scheme = 'http' | 'https';

export const listensEverywhere = (host: string): boolean =>
  EVERYWHERE.some((address) => address === host);

/** IPv4 addresses of this machine that others may reach. */
export const otherAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.internal)
    .map((entry) => entry.address);

/** Origins of the pages that a server on this address serves, as browsers write them. */
export function originsOf(host: string, port: number, scheme: Scheme = 'http'): string[] {
  const names = listensEverywhere(host) ? otherAddresses() : [bracketed(host)];
  const all = new Set([...LOOPBACK, ...names]);
  return [...all].map((name) => new URL(`${scheme}://${name}:${String(port)}`).origin);
}

/** The origin that somebody typed, as browsers write it; null for what is none. */
export function originFrom(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { origin, protocol, pathname, search, hash } = new URL(text);
  const web = protocol === 'http:' || protocol === 'https:';
  return web && pathname === '/' && search === '' && hash === '' ? origin : null;
}

/** One line for each: `  127.0.0.1:2181 -> server 1`. */
export const portLines = (ports: readonly ClientPort[]): string =>
  ports.map((port) => `  ${addressOf(port)} -> server ${String(port.seat)}`).join('\n');

const addressOf = ({ host, port }: ClientPort): string => `${bracketed(host)}:${String(port)}`;

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** What happens at the gateway later, one line each. */
export const gatewayEvents = (
  say: (text: string) => void,
  complain: (text: string) => void,
): GatewayEvents => ({
  onPorts: (ports) => {
    say(`More client ports:\n${portLines(ports)}`);
  },
  onRoom: (room, state) => {
    if (state === 'came') say(`Clients of these ports are now at ${room}.`);
    else if (state === 'left') say(`${room} has left: the client ports are the next room's.`);
    else say(`A tab of ${room} has no client port: another room has them until it has left.`);
  },
  onFailure: complain,
});
