// The check at the end of every test is one: what it would forget, it is shown here.

import type { BrowserContext, Page } from '@playwright/test';
import { complaints, takeComplaints } from './support/quiet.ts';
import { expect, test } from './support/test.ts';

const complainAndClose = async (context: BrowserContext, text: string): Promise<Page> => {
  const page = await context.newPage();
  const told = context.waitForEvent('console');
  await page.evaluate((said) => {
    console.error(said);
  }, text);
  await told;
  await page.close();
  return page;
};

test('closed pages, contexts of a test’s own and pages that a page opened are heard', async ({
  chrome,
  context,
}) => {
  const own = await chrome.newContext();
  await complainAndClose(context, 'closed');
  await complainAndClose(own, 'of another context');
  const opener = await own.newPage();
  const opened = own.waitForEvent('page');
  const threw = own.waitForEvent('weberror');
  await opener.evaluate(() => {
    const page = open('about:blank') as (Window & { console: Console }) | null;
    page?.console.warn('opened');
    setTimeout(() => {
      throw new Error('thrown');
    });
  });
  await opened;
  await threw;
  await own.close();
  const heard = takeComplaints().map((text) => text.replace(/ \(.*\)$/, ''));
  expect(heard.sort()).toEqual(['Error: thrown', 'closed', 'of another context', 'opened']);
  expect(complaints.size).toBe(0);
});

test.fail('a complaint of a page that was closed fails its test', async ({ context }) => {
  await complainAndClose(context, 'planted');
});
