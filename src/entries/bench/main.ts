// `npm run bench -- [part ...] [--quick] [--markdown] [--json FILE]`: measures this build, beside its peers where
// they are installed. `npm run bench:server` has the server's parts alone, `npm run bench:ui` the page's. Ends
// with 1 if a part could not be carried out.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { EDGE_PARTS } from './edge/part.ts';
import { runParts, type Part } from './frame.ts';
import { markdownText, reportText } from './report.ts';
import { tabsPart } from './tabs/part.ts';
import { uiPart } from './ui/part.ts';

const PARTS: readonly Part[] = [...EDGE_PARTS, tabsPart, uiPart];

const EDGE = 'edge';

const usage = (): string =>
  [
    'npm run bench -- [part ...] [--quick] [--markdown] [--json FILE]',
    'npm run bench:server -- ...: the same, and of the edge if no part is named',
    '  --quick      fewer samples: to see that it works, not to quote',
    '  --json FILE  every sample as JSON too; "-" prints it instead of the table',
    '  --markdown   a table for a document',
    'parts (all of them if none is named; "edge" names all of the edge alone):',
    ...PARTS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`),
  ].join('\n');

interface Order {
  readonly parts: readonly Part[];
  readonly quick: boolean;
  readonly markdown: boolean;
  readonly json: string | null;
}

/** Null for words that name nothing here. */
function readOrder(words: readonly string[]): Order | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        ...{ quick: { type: 'boolean' }, json: { type: 'string' } },
        ...{ markdown: { type: 'boolean' }, server: { type: 'boolean' } },
      },
    });
    const { quick = false, markdown = false, server = false, json = null } = values;
    const wanted = positionals.length === 0 && server ? [EDGE] : positionals;
    const isNamed = ({ name, group }: Part, word: string): boolean =>
      word === name || word === group;
    const parts = PARTS.filter(
      (part) => wanted.length === 0 || wanted.some((word) => isNamed(part, word)),
    );
    const known = wanted.every((word) => PARTS.some((part) => isNamed(part, word)));
    return known ? { parts, quick, markdown, json } : null;
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
  const text = order.markdown ? markdownText(report) : reportText(report);
  console.log(order.json === '-' ? json : text);
  process.exitCode = report.missing.length === 0 ? 0 : 1;
}
