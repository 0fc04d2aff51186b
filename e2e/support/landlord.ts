// The room of three tabs that a worker keeps standing: opened for the first test that asks for it, and lent to those
// that come after it in the same house. Whatever fails takes its worker with it, and the room: the next test begins
// with a fresh one.

import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expect } from './expect.ts';
import { newRoom, openEnsemble, openTab, serving, status, unseen, type Room } from './room.ts';

export interface Standing {
  readonly context: BrowserContext;
  readonly room: Room;
  /** That of server 1 first. A test that reopens one puts it in its place. */
  readonly pages: Page[];
}

/** Whose tests share a room, and whether its pages are drawn. */
export interface House {
  readonly name: string;
  readonly drawn: boolean;
}

const VIEWPORT = { width: 1440, height: 900 };

export class Landlord {
  #kept: { readonly house: House; readonly standing: Standing } | null = null;

  /** The house's room, whole: three tabs and no other, and each of their servers votes. Each test leaves it as it
   *  found it, but for its znodes, closed tabs and another leader. */
  async lend(house: House, chrome: Browser, url: string): Promise<Standing> {
    await this.closeBut(house);
    if (this.#kept === null) this.#kept = { house, standing: await opened(house, chrome, url) };
    else await makeWhole(this.#kept.standing, url);
    return this.#kept.standing;
  }

  /** Closes the room of any other house. */
  async closeBut({ name, drawn }: House): Promise<void> {
    const { house } = this.#kept ?? {};
    if (house?.name !== name || house.drawn !== drawn) await this.close();
  }

  async close(): Promise<void> {
    const context = this.#kept?.standing.context;
    this.#kept = null;
    await context?.close();
  }
}

async function opened({ drawn }: House, chrome: Browser, url: string): Promise<Standing> {
  const context = await chrome.newContext({ viewport: VIEWPORT });
  if (!drawn) await unseen(context);
  const room = newRoom();
  return { context, room, pages: await openEnsemble(context, url, room) };
}

/** Tabs that were closed are opened anew, and those that came besides are closed. */
async function makeWhole({ context, room, pages }: Standing, url: string): Promise<void> {
  for (const page of context.pages()) if (!pages.includes(page)) await page.close();
  for (const [at, page] of pages.entries()) {
    if (page.isClosed()) pages[at] = await openTab(context, url, room, at + 1);
  }
  for (const page of pages) {
    await page.setViewportSize(VIEWPORT);
    // A key of the next test is for its page, and not for a button that the last one clicked.
    await page.evaluate(() => {
      (document.activeElement as HTMLElement | null)?.blur();
    });
    await serving(page);
    await expect.poll(async () => (await status(page)).role).toMatch(/^(leading|following)$/);
  }
}
