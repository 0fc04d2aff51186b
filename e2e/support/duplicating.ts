// A browser in which a tab can be duplicated as its menu does it: with the history and the session storage of
// the first, without an opener. Pages cannot ask for it, an extension can: this one does nothing else.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { hear } from './quiet.ts';
import { wholeChromium } from './test.ts';

/** What the extension's own world has, and the specs have no types of. */
interface Extended {
  readonly chrome: {
    readonly tabs: {
      readonly query: (of: {
        readonly active: boolean;
      }) => Promise<readonly { readonly id: number }[]>;
      readonly duplicate: (id: number) => Promise<unknown>;
    };
  };
}

export interface DuplicatingBrowser {
  readonly context: BrowserContext;
  /** The tab that is in front. */
  readonly duplicate: () => Promise<Page>;
  readonly close: () => Promise<void>;
}

const MANIFEST = {
  ...{ manifest_version: 3, name: 'Duplicates a tab', version: '1' },
  background: { service_worker: 'worker.js' },
};

export const openDuplicatingBrowser = async (): Promise<DuplicatingBrowser> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tabkeeper-duplicating-'));
  const extension = path.join(folder, 'extension');
  mkdirSync(extension);
  writeFileSync(path.join(extension, 'manifest.json'), JSON.stringify(MANIFEST));
  writeFileSync(path.join(extension, 'worker.js'), '');
  const context = await chromium.launchPersistentContext(path.join(folder, 'profile'), {
    ...wholeChromium,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [
      ...wholeChromium.args,
      `--load-extension=${extension}`,
      `--disable-extensions-except=${extension}`,
    ],
  });
  hear(context);
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  return {
    context,
    duplicate: async () => {
      const opened = context.waitForEvent('page');
      await worker.evaluate(async () => {
        const { tabs } = (globalThis as unknown as Extended).chrome;
        const [front] = await tabs.query({ active: true });
        if (front === undefined) throw new Error('no tab is in front');
        await tabs.duplicate(front.id);
      });
      return opened;
    },
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
