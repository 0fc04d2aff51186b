import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { ASSETS_CACHE, cacheOf, headersOf, PAGE_CACHE, pageHeaders } from './headers.ts';

const NETLIFY = readFileSync(new URL('../../../netlify.toml', import.meta.url), 'utf8');

/** The `Name = "value"` lines of the block of headers for these paths. */
function headersFor(paths: string): Record<string, string> {
  const block =
    NETLIFY.split('[[headers]]').find((part) => part.includes(`for = "${paths}"`)) ?? '';
  const lines = [...block.matchAll(/^([A-Z][A-Za-z-]+) = "(.*)"$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [name, value]));
}

test('netlify.toml sends what npm start sends for ?embed, and allows its signalling host alone', () => {
  const host = new URL(/VITE_SIGNALLING = "(.*)"/.exec(NETLIFY)?.[1] ?? '').host;
  const wanted = Object.fromEntries(pageHeaders([`https://${host}`, `wss://${host}`], true));
  expect(headersFor('/*')).toEqual({ ...wanted, 'Cache-Control': PAGE_CACHE });
  expect(headersFor('/assets/*')).toEqual({ 'Cache-Control': ASSETS_CACHE });
});

test('npm start lets another page frame ?embed, and nothing else', () => {
  const policyOf = (url: string): string =>
    new Map(headersOf(new URL(url, 'http://localhost'))).get('Content-Security-Policy') ?? '';
  for (const url of ['/', '/?embedded', '/index.html?embed', '/assets/a.js?embed', '/?a=embed']) {
    expect(policyOf(url), url).toContain("frame-ancestors 'none'");
  }
  expect(policyOf('/?embed')).not.toContain('frame-ancestors');
  expect(policyOf('/?embed')).toBe(policyOf('/').replace("frame-ancestors 'none'; ", ''));
});

test('only files named by their content are kept for good', () => {
  expect(cacheOf('/assets/index-abc.js')).toBe(ASSETS_CACHE);
  expect(cacheOf('/index.html')).toBe(PAGE_CACHE);
});

test('no script, style or connection but our own', () => {
  const policy = new Map(pageHeaders([], false)).get('Content-Security-Policy') ?? '';
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(policy).toContain("connect-src 'self';");
});
