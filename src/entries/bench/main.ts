// `npm run bench -- [part ...] [--quick] [--json FILE]`: measures this build, beside its peers where
// they are installed. Ends with 1 if a part could not be carried out.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { edgePart } from './edge/part.ts';
import { runParts, type Part } from './frame.ts';
import { reportText } from './report.ts';
import { tabsPart } from './tabs/part.ts';

const PARTS: readonly Part[] = [edgePart, tabsPart];

const usage = (): string =>
  [
    'npm run bench -- [part ...] [--quick] [--json FILE]',
    '  --quick      fewer samples: to see that it works, not to quote',
    '  --json FILE  every sample as JSON too; "-" prints it instead of the table',
    'parts (all of them if none is named):',
    ...PARTS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`),
  ].join('\n');

interface Order {
  readonly parts: readonly Part[];
  readonly quick: boolean;
  readonly json: string | null;
}

/** Null for words that name nothing here. */
function readOrder(words: readonly string[]): Order | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { quick: { type: 'boolean' }, json: { type: 'string' } },
    });
    const parts = PARTS.filter(
      ({ name }) => positionals.length === 0 || positionals.includes(name),
    );
    const known = positionals.every((name) => PARTS.some((part) => part.name === name));
    return known ? { parts, quick: values.quick ?? false, json: values.json ?? null } : null;
  } catch {
    return null;
  }
}

const order = readOrder(process.argv.slice(2));
if (order === null) {
  console.error(usage());
  process.exitCode = 2;
} else {
  const report = await runParts(order.parts, order.quick, (text) => {
    console.error(text);
  });
  const json = JSON.stringify(report, null, 2);
  if (order.json !== null && order.json !== '-') writeFileSync(order.json, `${json}\n`);
  console.log(order.json === '-' ? json : reportText(report));
  process.exitCode = report.missing.length === 0 ? 0 : 1;
}
