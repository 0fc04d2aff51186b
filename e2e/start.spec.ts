// `npm start` where it cannot start: one sentence that helps, no stack, and a code that tells.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from './support/server.ts';
import { expect, test } from './support/test.ts';

const START = fileURLToPath(new URL('../dist-node/start.js', import.meta.url));

const start = (...options: string[]): { said: string; wrong: string; code: number | null } => {
  const ended = spawnSync(process.execPath, [path.resolve(START), ...options], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { said: ended.stdout, wrong: ended.stderr, code: ended.status };
};

test('a taken port is one sentence with the way out', async () => {
  const server = await startServer();
  const { port } = new URL(server.url);
  try {
    expect(start('--port', port, '--host', '127.0.0.1')).toEqual({
      said: '',
      wrong: `Port ${port} is taken by another program: npm start -- --port ${Number(port) + 1}\n`,
      code: 1,
    });
  } finally {
    await server.stop();
  }
});

test('what it prints leads to a room', async () => {
  const server = await startServer();
  try {
    expect(server.said).toContain(`${server.url}/#new`);
  } finally {
    await server.stop();
  }
});

test('a port that is none is said before anything starts', () => {
  const { said, wrong, code } = start('--port', '99999');
  expect({ said, wrong, code }).toEqual({
    said: '',
    wrong: '--port wants a number up to 65535, not "99999".\n',
    code: 1,
  });
});

test('the page has its icon and its manifest, sent as what they are', async ({ page }) => {
  const server = await startServer();
  try {
    await page.goto(server.url);
    const linked = (rel: string): Promise<string> =>
      page.locator(`link[rel="${rel}"]`).evaluate((link) => (link as HTMLLinkElement).href);
    const icon = await page.request.get(await linked('icon'));
    expect(icon.headers()['content-type']).toBe('image/svg+xml');
    expect(await icon.text()).toContain('<svg');
    const manifest = await page.request.get(await linked('manifest'));
    expect(manifest.headers()['content-type']).toBe('application/manifest+json');
    const { name, icons } = (await manifest.json()) as { name: string; icons: { src: string }[] };
    expect(name).toBe('Tabkeeper');
    for (const { src } of icons) {
      expect((await page.request.get(new URL(src, server.url).href)).status()).toBe(200);
    }
    // And the browser draws it: an image that its policy lets through.
    const width = await page.evaluate(
      async (href) => {
        const image = new Image();
        image.src = href;
        await image.decode();
        return image.naturalWidth;
      },
      await linked('icon'),
    );
    expect(width).toBeGreaterThan(0);
  } finally {
    await server.stop();
  }
});
