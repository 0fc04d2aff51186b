// Where a configuration that was agreed upon is kept, as Apache's servers do: `zoo.cfg.dynamic.<version>`
// beside zoo.cfg, which points to it from then on. What it said before stays as `zoo.cfg.bak`.

import { copyFile, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { readTextIfThere, writeAtomically } from '../../adapters/files/directory.ts';
import { memberOf, memberText, type Configuration } from '../../vocabulary/ensemble.ts';
import type { ServerId } from '../../vocabulary/ids.ts';

export async function writeConfiguration(
  path: string,
  configuration: Configuration,
  own: ServerId,
): Promise<void> {
  const text = await readFile(path, 'utf8');
  const backup = `${path}.bak`;
  const isFirst = !/^\s*dynamicConfigFile\s*=/m.test(text);
  if (isFirst && (await readTextIfThere(backup)) === null) await copyFile(path, backup);
  const version = BigInt.asUintN(64, configuration.version).toString(16);
  const dynamicPath = resolve(`${path}.dynamic.${version}`);
  await writeAtomically(dynamicPath, dynamicText(configuration));
  // The static part points to what is there already.
  const said = memberOf(configuration, own)?.clientPort ?? null;
  await writeAtomically(path, staticText(text, dynamicPath, said !== null));
}

/** The members, sorted as text; the version stands in the name. */
const dynamicText = ({ members }: Configuration): string =>
  members
    .map((member) => `server.${String(member.serverId)}=${memberText(member)}`)
    .sort()
    .join('\n');

/** Without what the other file says. */
export function staticText(text: string, dynamicPath: string, withoutClient: boolean): string {
  const elsewhere = withoutClient
    ? /^\s*(server\.|group|weight|dynamicConfigFile|peerType|clientPort)/
    : /^\s*(server\.|group|weight|dynamicConfigFile|peerType)/;
  const lines = text.split(/\r?\n/).filter((line) => !elsewhere.test(line));
  return `${lines.join('\n').trimEnd()}\ndynamicConfigFile=${dynamicPath}\n`;
}
