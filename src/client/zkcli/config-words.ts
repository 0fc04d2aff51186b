// `config -c`: the version of the ensemble's configuration and its clients' addresses.

/** From the text that /zookeeper/config holds. */
export function clientAddresses(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line));
  const version = lines.find((line) => line?.[1] === 'version')?.[2] ?? '';
  const addresses = lines
    .filter((line) => line?.[1]?.startsWith('server.') === true)
    .map((line) => addressOf(line?.[2] ?? ''));
  return `${version} ${addresses.join(',')}`;
}

/** Behind the semicolon; a port alone is at every address of its machine. */
function addressOf(server: string): string {
  const client = server.split(';')[1] ?? '';
  return /^\d+$/.test(client) ? `0.0.0.0:${client}` : client;
}
