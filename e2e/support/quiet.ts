// What the consoles of all pages complain about: the last check of each test. A whole context is listened to, so
// that a page is heard from its first line on, whoever opened it, and remembered when it has closed.

import type { BrowserContext, Page } from '@playwright/test';

/** Since it was last taken. Null: of no page that is known. */
export const complaints = new Map<Page | null, string[]>();

/** Of a server that goes away on purpose. */
export const SERVER_AWAY = /^WebSocket connection to .* failed|net::ERR_/;

const heardContexts = new WeakSet<BrowserContext>();

const complain = (page: Page | null, text: string): void => {
  const heard = complaints.get(page);
  if (heard === undefined) complaints.set(page, [text]);
  else heard.push(text);
};

/** From now on. Whoever asks twice is not told twice. */
export const hear = (context: BrowserContext): void => {
  if (heardContexts.has(context)) return;
  heardContexts.add(context);
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const { url } = message.location();
    // A page that is only a file asks for an icon of this name; the playground's page names its own.
    if (url.endsWith('/favicon.ico')) return;
    complain(message.page(), `${message.text()} (${url})`);
  });
  context.on('weberror', (error) => complain(error.page(), String(error.error())));
};

/** What was heard of this context's pages until now, and had to be: what a test does makes the browser say it. */
export const excuse = (context: BrowserContext, meant: RegExp): void => {
  for (const [page, heard] of complaints) {
    if (page?.context() !== context) continue;
    complaints.set(
      page,
      heard.filter((text) => !meant.test(text)),
    );
  }
};

/** All of it, once. */
export const takeComplaints = (): string[] => {
  const all = [...complaints.values()].flat();
  complaints.clear();
  return all;
};
