// Where a configuration that was agreed upon is kept, as Apache's servers do: `zoo.cfg.dynamic.<version>`
// beside zoo.cfg, which points to it from then on. What it said before stays as `zoo.cfg.bak`.

import { copyFile, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { readTextIfThere, writeAtomically } from '../../adapters/files/directory.ts';
import { memberOf, memberText, type Configuration } from '../../vocabulary/ensemble.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import { escaped, logicalLines, propertyOf, withLines } from './properties.ts';

/** The key that names the other file. */
const POINTER = 'dynamicConfigFile';

export async function writeConfiguration(
  path: string,
  configuration: Configuration,
  own: ServerId,
): Promise<void> {
  const text = await readFile(path, 'utf8');
  const backup = `${path}.bak`;
  const isFirst = !logicalLines(text).some((line) => propertyOf(line)?.key === POINTER);
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

/** What the other file says, by how keys begin. */
const ELSEWHERE = ['server.', 'group', 'weight', POINTER, 'peerType'] as const;

/** Without what the other file says. */
export function staticText(text: string, dynamicPath: string, withoutClient: boolean): string {
  const elsewhere = withoutClient ? [...ELSEWHERE, 'clientPort'] : ELSEWHERE;
  const kept = withLines(text, ({ key }) =>
    elsewhere.some((start) => key.startsWith(start)) ? [] : null,
  )
    .join('\n')
    .trimEnd();
  // An empty line ends one that would go on.
  return `${kept}${kept.endsWith('\\') ? '\n\n' : '\n'}${POINTER}=${escaped(dynamicPath)}\n`;
}
