// The file of `reconfig -file`: a dynamic configuration, read as zkCli reads it before any server is asked.

import { readFileSync } from 'node:fs';

import { ConfigurationError, parseConfiguration } from '../../vocabulary/configuration.ts';
import { configText } from '../../vocabulary/ensemble.ts';
import { CliRefusal } from '../../vocabulary/zkcli/values.ts';
import { ConfigError, logicalLines, propertyOf } from './properties.ts';

/** As Java words what a system says. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'No such file or directory'],
  ['EACCES', 'Permission denied'],
  ['EISDIR', 'Is a directory'],
]);

/** Its lines as a server shows them. Throws a {@link CliRefusal} in zkCli's words, which have no blank between. */
export function readMembersFile(path: string): string {
  const refuse = (why: string): never => {
    throw new CliRefusal(`Error processing ${path}${why}`);
  };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return refuse(`${path} (${REASONS.get(code) ?? code})`);
  }
  try {
    const lines = logicalLines(text).map((line) => {
      const { key, value } = propertyOf(line) ?? { key: line.text, value: '' };
      return `${key}=${value}`;
    });
    return configText(parseConfiguration(lines.join('\n')));
  } catch (error) {
    if (error instanceof ConfigurationError || error instanceof ConfigError) {
      return refuse(`: ${error.message}`);
    }
    throw error;
  }
}
