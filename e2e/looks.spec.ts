// What every screen is held against is shown a screen that does not keep it, once for each kind of fault.

import { axeFindsNothing, looksWellAtEverySize, tooWide } from './support/looks.ts';
import { expect, test } from './support/test.ts';

const pageOf = (body: string): string =>
  `<!doctype html><html lang="en"><title>Looks</title><main><h1>Looks</h1>${body}</main></html>`;

for (const [fault, body, rule] of [
  ['a picture without words', '<img src="data:,">', 'image-alt'],
  ['a button without a name', '<button></button>', 'button-name'],
  ['a field without a label', '<input>', 'label'],
  [
    'buttons too small for a finger',
    '<button style="padding:0;width:9px;height:9px">a</button>'.repeat(2),
    'target-size',
  ],
  ['grey on grey', '<p style="color:#aaa;background:#999">read me</p>', 'color-contrast'],
] as const) {
  test(`axe finds ${fault}`, async ({ context }) => {
    const page = await context.newPage();
    await page.setContent(pageOf(body));
    await expect(axeFindsNothing(page)).rejects.toThrow(`${rule}: <`);
    await page.setContent(pageOf(`<section>${body}</section><p id="well">well</p>`));
    await axeFindsNothing(page, '#well');
  });
}

test('what is wider than the window is measured, and what fits is not', async ({ context }) => {
  const page = await context.newPage();
  await page.setContent(pageOf('<div style="width:5000px">wide</div>'));
  expect(await tooWide(page)).toBeGreaterThan(3_000);
  await page.setContent(pageOf('<p>narrow</p>'));
  await looksWellAtEverySize(page);
});
