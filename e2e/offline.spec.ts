// Without a network: what was opened once opens again, and the laboratory is whole.

import { expect, test } from './support/test.ts';

test('the laboratory opens and runs without a network', async ({ context, url }) => {
  const page = await context.newPage();
  await page.goto(`${url}/#lab&seed=3&seats=3`);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect
    .poll(() =>
      page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state),
    )
    .toBe('activated');
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole('button', { name: /^Server \d: leading/ })).toBeVisible({
    timeout: 20_000,
  });
  // A part that is loaded only when somebody asks for it.
  await page.keyboard.press('d');
  await expect(page.getByTestId('space-time').locator('.arrow').first()).toBeVisible();
  await context.setOffline(false);
});
