// Apache's C client by the shell that Debian's zookeeper-bin ships, spoken to as a person would.

import { converse } from './conversation.fixture.ts';

export const CLI_MT = '/usr/lib/zookeeper/bin/cli_mt';

/** Makes `root` (one name below "/") and what stands below it, and asks for all that the shell can. Rejects at
 *  the first answer that is not as it should be. */
export async function talkToCliMt(hosts: string, root: string): Promise<void> {
  const shell = converse(CLI_MT, ['-h', hosts]);
  const answer = (text: string, flags = ''): RegExp =>
    new RegExp(text.replaceAll('ROOT', root), flags);
  try {
    await shell.say(null, /Got a new session id: 0x[0-9a-f]+/);
    await shell.say(`create ${root}`, answer('\\[ROOT\\]: rc = 0\n\tname = ROOT\n'));
    await shell.say(`create ${root}`, answer('\\[ROOT\\]: rc = -110\n'));
    await shell.say(`create +e ${root}/e`, answer('name = ROOT/e\n'));
    await shell.say(`create +es ${root}/s`, answer('name = ROOT/s0000000001\n'));
    await shell.say(`create2 ${root}/two`, answer('name = ROOT/two\n[^]*ephemeralOwner = 0\n'));
    await shell.say(`get ${root}`, /value_len = 3\nnew\nStat:\n[^]*ephemeralOwner = 0\n/);
    const event = (type: string): RegExp =>
      answer(`Watcher ${type} state = CONNECTED_STATE for path ROOT\n`);
    await shell.say(`set ${root} changed`, event('CHANGED_EVENT'));
    await shell.say(`exists ${root}`, /version=1\t/);
    await shell.say(`ls ${root}`, /\te\n\ts0000000001\n\ttwo\ntime = \d+ msec\n/);
    await shell.say(`sync ${root}`, answer('\\[ROOT\\]: rc = 0\n'));
    await shell.say(`delete ${root}/two`, event('CHILD_EVENT'));
    await shell.say(`delete ${root}`, answer('ROOT: rc = -111\n'));
    await shell.say('config', /server\.3=[^]*version=0\n/);
    await shell.say('quit', /Quitting/);
  } finally {
    shell.end();
  }
}
