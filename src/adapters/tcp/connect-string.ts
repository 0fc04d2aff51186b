// "host:port,host:port" as every ZooKeeper client takes it, as addresses.

import type { Address } from './sockets.ts';

const CLIENT_PORT = 2181;
const PORT_MAX = 65_535;

/** Throws an Error with one sentence. A host in brackets is an IPv6 address. */
export function parseConnectString(text: string): Address[] {
  const slash = text.indexOf('/');
  if (slash !== -1 && text.slice(slash) !== '/') {
    throw new Error(`a root below / (${text.slice(slash)}) is not supported: name whole paths`);
  }
  const hosts = slash === -1 ? text : text.slice(0, slash);
  return hosts.split(',').map((entry) => addressOf(entry.trim()));
}

function addressOf(entry: string): Address {
  const match = /^(?:\[([0-9A-Fa-f:.%\w]+)\]|([^\s[\]:]+))(?::(\d{1,5}))?$/.exec(entry);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? CLIENT_PORT);
  if (host === undefined || port < 1 || port > PORT_MAX) {
    throw new Error(`${JSON.stringify(entry)} is no host:port`);
  }
  return { host, port };
}
