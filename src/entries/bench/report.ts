// The figures as people read them: one line per measure and point, the subjects side by side, and how
// the first stands to each of the others.

import { median, SAMPLES_MIN, type Figure, type Report } from './frame.ts';

const DIGITS = 3;

/** What is marked by `countOf`. */
const MEDIANS = `Medians of ${String(SAMPLES_MIN)} samples and more; of fewer where (n = ...) says so.`;

export function reportText({ machine, quick, notes, figures, missing }: Report): string {
  const lines = [
    `${machine.cpu}, ${String(machine.cores)} cores, ${String(machine.memoryGiB)} GiB, ${machine.system}`,
    `Node ${machine.node}, ${machine.java ?? 'no Java'}, commit ${machine.commit ?? 'unknown'}`,
    `${machine.date}${quick ? ', a quick run: not to be quoted' : ''}`,
    ...[MEDIANS, ...notes],
  ];
  for (const part of new Set(figures.map((figure) => figure.part))) {
    lines.push('', part);
    lines.push(...table(figures.filter((figure) => figure.part === part)));
  }
  if (missing.length > 0) lines.push('', 'Not measured:', ...missing.map((text) => `  ${text}`));
  return lines.join('\n');
}

/** The same for a document: a row for each measure and point, a column for each subject. */
export function markdownText(report: Report): string {
  const { machine, quick, notes, figures, missing } = report;
  const subjects = [...new Set(figures.map((figure) => figure.subject))];
  const [, ...peers] = subjects;
  const heads = ['what', 'at', ...subjects, ...peers.map((peer) => `better than ${peer}`)];
  const rows = groupsOf(figures).map((group) => {
    const [first] = group;
    const cells = subjects.map((subject) => {
      const figure = group.find((each) => each.subject === subject);
      return figure === undefined ? '' : measured(figure);
    });
    const ratios = peers.map((peer) => {
      const other = group.find((each) => each.subject === peer);
      return first === undefined || other === undefined || other === first
        ? ''
        : comparison(first, other);
    });
    return [first?.measure ?? '', first?.point ?? '', ...cells, ...ratios];
  });
  const lines = [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const where = `${machine.date.slice(0, 10)}, ${machine.cpu}, ${String(machine.cores)} cores`;
  return [
    `${where}, Node ${machine.node}${quick ? ': a quick run, not to be quoted' : ''}. ${MEDIANS}`,
    ...notes.map((text) => `\n${text}`),
    ...['', ...lines, ...missing.map((text) => `\nNot measured: ${text}`)],
  ].join('\n');
}

function groupsOf(figures: readonly Figure[]): Figure[][] {
  const groups = new Map<string, Figure[]>();
  for (const figure of figures) {
    const key = JSON.stringify([figure.measure, figure.point]);
    groups.set(key, [...(groups.get(key) ?? []), figure]);
  }
  return [...groups.values()];
}

function table(figures: readonly Figure[]): string[] {
  const rows = groupsOf(figures).map(rowOf);
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return rows.map((row) => {
    const cells = row.map((cell, at) => cell.padEnd(widths[at] ?? 0));
    return `  ${cells.join('  ')}`.trimEnd();
  });
}

function rowOf(group: readonly Figure[]): string[] {
  const [first, ...others] = group;
  if (first === undefined) return [];
  const cells = [first.measure, first.point, valueOf(first)];
  for (const other of others) cells.push(valueOf(other), comparison(first, other));
  return cells;
}

const valueOf = (figure: Figure): string => `${figure.subject} ${measured(figure)}`;

/** The median with its unit, and how few samples it is of where they are few. */
const measured = ({ samples, unit, repeated }: Figure): string =>
  `${readable(median(samples))} ${unit}${countOf(samples)}${repeated === true ? ' (repeated)' : ''}`;

const countOf = ({ length }: readonly number[]): string =>
  length < SAMPLES_MIN ? ` (n = ${String(length)})` : '';

/** How many times as good the first is: above 1 it is ahead. */
function comparison(first: Figure, other: Figure): string {
  const [a, b] = [median(first.samples), median(other.samples)];
  const ratio = first.better === 'higher' ? a / b : b / a;
  return `x ${ratio.toFixed(2)}`;
}

export function readable(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(DIGITS)));
}
