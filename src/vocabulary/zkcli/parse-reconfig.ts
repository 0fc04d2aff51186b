// reconfig's words: servers that join and leave, or all members anew.

import type { ClientCommand } from './command.ts';
import { usageOf, type CommandSyntax } from './syntax.ts';
import { CliRefusal, type Given, type ReadMembers } from './values.ts';

/** Where there are no files, as in a page. */
export const noFiles: ReadMembers = () => {
  throw new CliRefusal('-file cannot be read here: give the same lines to -members');
};

export function buildReconfig(
  syntax: CommandSyntax,
  { options }: Given,
  readMembers: ReadMembers,
): ClientCommand {
  const [whole, steps] = [
    ['file', 'members'],
    ['add', 'remove'],
  ].map((names) => names.some((name) => options.has(name)));
  if (whole !== true && steps !== true) throw new CliRefusal(usageOf(syntax));
  const version = options.get('v') ?? '-1';
  if (!/^[+-]?[0-9a-f]{1,16}$/i.test(version)) {
    throw new CliRefusal('-v must be followed by a long (configuration version)');
  }
  if (whole === true && steps === true) {
    throw new CliRefusal(
      "Can't use -file or -members together with -add or -remove (mixing incremental and " +
        'non-incremental modes is not allowed)',
    );
  }
  if (options.has('file') && options.has('members')) {
    throw new CliRefusal(
      "Can't use -file and -members together (conflicting non-incremental modes)",
    );
  }
  const lower = (name: string): string => (options.get(name) ?? '').toLowerCase();
  const file = options.get('file') ?? null;
  const members = file === null ? lower('members') : readMembers(file);
  return {
    ...{ kind: 'reconfig', joining: lower('add'), leaving: lower('remove') },
    ...{ members, version: version.toLowerCase() },
    ...(options.has('s') ? { stat: true as const } : {}),
  };
}
