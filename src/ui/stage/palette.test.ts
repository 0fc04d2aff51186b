// The epoch's hues as app.css has them: told apart by everybody, readable on their ground, and numbers
// readable on them. (Machado 2009 at full severity; distances in OKLab times 100; WCAG contrast.)

import { readFileSync } from 'node:fs';
import {
  converter,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parse,
  wcagContrast,
  type Color,
} from 'culori';
import { describe, expect, it } from 'vitest';

const CSS = readFileSync(new URL('../app.css', import.meta.url), 'utf8');
/** Neighbouring epochs are told apart at a glance; Raft visualisers measured alike have 1.5 to 7.6. */
const DISTANCE_MIN = 15;
/** Graphics, WCAG 1.4.11. */
const SHAPE_CONTRAST_MIN = 3;
/** Text, WCAG 1.4.3. */
const TEXT_CONTRAST_MIN = 4.5;

const blockOf = (selector: string): string => {
  const start = CSS.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`app.css has no ${selector}`);
  return CSS.slice(start, CSS.indexOf('}', start));
};
const tokensOf = (selector: string): Map<string, string> =>
  new Map(
    [...blockOf(selector).matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, hex]) => [
      name ?? '',
      hex ?? '',
    ]),
  );

const oklab = converter('oklab');
const distance = (a: Color, b: Color): number => {
  const [one, two] = [oklab(a), oklab(b)];
  if (one === undefined || two === undefined) throw new Error('no colour');
  return 100 * Math.hypot(one.l - two.l, one.a - two.a, one.b - two.b);
};
const EYES: Readonly<Record<string, (color: Color) => Color>> = {
  normal: (color) => color,
  protan: (color) => filterDeficiencyProt(1)(color),
  deutan: (color) => filterDeficiencyDeuter(1)(color),
  tritan: (color) => filterDeficiencyTrit(1)(color),
};
const HUES = ['e1', 'e2', 'e3', 'e4'] as const;

for (const [theme, selector] of [
  ['light', ':root'],
  ['dark', ":root[data-theme='dark']"],
] as const) {
  describe(`the ${theme} palette`, () => {
    const tokens = tokensOf(selector);
    const of = (name: string): string => {
      const hex = tokens.get(name);
      if (hex === undefined) throw new Error(`no --${name}`);
      return hex;
    };

    const colour = (name: string): Color => {
      const parsed = parse(of(name));
      if (parsed === undefined) throw new Error(`--${name} is no colour`);
      return parsed;
    };

    for (const [eye, seen] of Object.entries(EYES)) {
      it(`every two epochs differ to ${eye} eyes`, () => {
        for (const [at, one] of HUES.entries()) {
          for (const two of HUES.slice(at + 1)) {
            const apart = distance(seen(colour(one)), seen(colour(two)));
            expect(apart, `${one} and ${two}`).toBeGreaterThan(DISTANCE_MIN);
          }
        }
      });
    }

    it('a session’s mark stands out from the ground', () => {
      for (const tint of ['s1', 's2', 's3', 's4']) {
        expect(wcagContrast(of(tint), of('panel')), tint).toBeGreaterThan(SHAPE_CONTRAST_MIN);
      }
    });

    it('every hue stands out from the ground, and numbers from their hue', () => {
      for (const hue of HUES) {
        expect(wcagContrast(of(hue), of('panel')), hue).toBeGreaterThan(SHAPE_CONTRAST_MIN);
        expect(wcagContrast(of(`${hue}-ink`), of(hue)), hue).toBeGreaterThan(TEXT_CONTRAST_MIN);
      }
    });

    it('words are readable', () => {
      for (const [ink, ground] of [
        ['ink', 'bg'],
        ['soft', 'bg'],
        ['soft', 'panel'],
        ['ok', 'ok-bg'],
        ['warn', 'warn-bg'],
        ['bad', 'bad-bg'],
        ['accent', 'panel'],
      ] as const) {
        expect(wcagContrast(of(ink), of(ground)), ink).toBeGreaterThan(TEXT_CONTRAST_MIN);
      }
    });
  });
}
