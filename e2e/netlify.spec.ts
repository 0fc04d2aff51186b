// The page as netlify.toml has it built and served: the deployed policy, and no signalling of its own. Nothing
// outside of this machine is asked: the signalling host's name leads to a port where nobody answers.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from '@playwright/test';
import { serveFiles } from '../src/entries/start/files.ts';
import { linkTo, newRoom, seated, serving, status } from './support/room.ts';
import { expect, launchOptions, test } from './support/test.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NETLIFY = readFileSync(path.join(ROOT, 'netlify.toml'), 'utf8');
const SIGNALLING = /VITE_SIGNALLING = "(.*)"/.exec(NETLIFY)?.[1] ?? '';
const HOST = new URL(SIGNALLING).hostname;

interface Rule {
  readonly matches: (asked: string) => boolean;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Every `[[headers]]` of the file; a `*` at the end of its paths stands for all that begins so. */
const RULES: readonly Rule[] = NETLIFY.split('[[headers]]')
  .slice(1)
  .map((block) => {
    const paths = /^for = "(.*)"$/m.exec(block)?.[1] ?? '';
    const begins = paths.replace(/\*$/, '');
    return {
      matches: (asked) => (begins === paths ? asked === paths : asked.startsWith(begins)),
      headers: [...block.matchAll(/^([A-Z][A-Za-z-]+) = "(.*)"$/gm)].map(
        ([, name = '', value = '']) => [name, value] as const,
      ),
    };
  });

/** Built as netlify.toml says; or the page that stands, which differs from it in the signalling's address alone. */
let folder = path.join(ROOT, 'dist');
const BUILDS = process.env['BROWSER'] === 'whole';
let browser: Browser;

test.beforeAll(async () => {
  test.setTimeout(500_000);
  if (BUILDS) {
    folder = mkdtempSync(path.join(tmpdir(), 'tabkeeper-netlify-'));
    const vite = ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'];
    const built = spawnSync(process.execPath, [...vite, '--outDir', folder, '--emptyOutDir'], {
      ...{ cwd: ROOT, encoding: 'utf8' },
      env: { ...process.env, VITE_SIGNALLING: SIGNALLING },
    });
    expect(built.status, built.stderr).toBe(0);
  }
  browser = await chromium.launch({
    ...launchOptions,
    args: [...launchOptions.args, `--host-resolver-rules=MAP ${HOST} 127.0.0.1:1`],
  });
});

test.afterAll(async () => {
  await browser?.close();
  if (BUILDS) rmSync(folder, { recursive: true, force: true });
});

/** Files, and what netlify.toml says to send with them; nothing of our own server's headers. */
const serve = async (
  change: (value: string) => string = (value) => value,
): Promise<{ readonly url: string; readonly server: Server }> => {
  const files = serveFiles(folder);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const told = new Map(
      RULES.filter(({ matches }) => matches(pathname)).flatMap(({ headers }) => headers),
    );
    const send = response.writeHead.bind(response);
    response.writeHead = (code: number, own?: unknown) => {
      const { 'Content-Type': type = '' } = (own ?? {}) as Record<string, string>;
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      for (const [name, value] of told) response.setHeader(name, change(value));
      return send(code, { 'Content-Type': type });
    };
    files(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, server };
};

/** What the policy stopped, told by the page and by the console, which hears of workers too. */
const violationsOf = async (page: Page): Promise<() => Promise<string[]>> => {
  const told: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedScript|Refused to/i.test(message.text())) {
      told.push(message.text());
    }
  });
  page.on('pageerror', (error) => told.push(String(error)));
  await page.exposeFunction('tellViolation', (text: string) => told.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const tell = (window as unknown as { tellViolation: (text: string) => void }).tellViolation;
      tell(`${event.violatedDirective} stopped ${event.blockedURI}`);
    });
  });
  return async () => {
    await page.evaluate(() => new Promise(requestAnimationFrame));
    return told;
  };
};

test('the laboratory elects under the deployed policy, with its worker and its fonts', async () => {
  const { url, server } = await serve();
  const page = await browser.newPage();
  const violations = await violationsOf(page);
  const response = await page.goto(`${url}/#lab&seed=3&seats=3`);
  for (const [name, value] of RULES[0]?.headers ?? []) {
    expect(response?.headers()[name.toLowerCase()], name).toBe(value);
  }
  await expect(page.getByRole('button', { name: /^Server \d: leading/ })).toBeVisible();
  // A part that is loaded when somebody asks for it.
  await page.keyboard.press('d');
  await expect(page.getByTestId('space-time').locator('.arrow').first()).toBeVisible();
  const fonts = await page.evaluate(async () => {
    await document.fonts.ready;
    return [...document.fonts].map((font) => font.status);
  });
  expect(fonts).toContain('loaded');
  expect(fonts).not.toContain('error');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  expect(await violations()).toEqual([]);
  await page.context().close();
  server.close();
});

test("a room's tab has its server and its disk there, and is found by tabs of its browser alone while nobody answers", async () => {
  const { url, server } = await serve();
  const context = await browser.newContext();
  const page = await context.newPage();
  const violations = await violationsOf(page);
  await page.goto(`${url}/#new`);
  await seated(page);
  expect(page.url()).toMatch(new RegExp(`^${url}/#room=[^&]+&seats=3&key=`));
  await expect(page.getByText('this browser only', { exact: true })).toBeVisible();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('this room is within this browser only');
  await expect(alert).toContainText('for a hosted page');
  expect(await status(page)).toMatchObject({ serverId: 1, role: 'looking', leaderId: null });
  // The worker's own disk, under the name that it gave it.
  await expect
    .poll(() => page.evaluate(async () => (await indexedDB.databases()).length))
    .toBeGreaterThan(0);

  // The link leads another tab of this browser to the next seat: the two are a quorum.
  const other = await context.newPage();
  const others = await violationsOf(other);
  await other.goto(page.url());
  expect(await seated(other)).toBe(2);
  await expect(other.getByRole('alert')).toContainText('this room is within this browser only');
  expect(await serving(page)).toBe(await serving(other));
  expect([...(await violations()), ...(await others())]).toEqual([]);
  await context.close();
  server.close();
});

test(
  'what a policy stops is seen: one that leaves out the signalling host',
  { tag: '@nightly' },
  async () => {
    const { url, server } = await serve((value) =>
      value.replaceAll(/ (?:https|wss):\/\/\S+?(?=[ ;])/g, ''),
    );
    const page = await browser.newPage();
    const violations = await violationsOf(page);
    await page.goto(linkTo(url, newRoom()));
    await seated(page);
    await expect
      .poll(async () => (await violations()).join('\n'))
      .toContain(`connect-src stopped wss://${HOST}`);
    await page.context().close();
    server.close();
  },
);
