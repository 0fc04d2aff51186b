// The built page as files over HTTP: read once, sent with the headers, nothing outside of its folder.

import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';

import { cacheOf, headersOf } from './headers.ts';

const TYPES = new Map([
  ['.css', 'text/css; charset=utf-8'],
  ['.html', 'text/html; charset=utf-8'],
  ['.ico', 'image/x-icon'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.json', 'application/json'],
  ['.map', 'application/json'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json'],
  ['.woff2', 'font/woff2'],
]);

const INDEX = '/index.html';

export type FileServer = (request: IncomingMessage, response: ServerResponse) => void;

/** Every file under `folder` by its path; what is not there is a 404. Throws if the folder is not.
 *  `page` may change the page itself. */
export function serveFiles(folder: string, page?: (html: string) => string): FileServer {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(`/${path.relative(folder, file).split(path.sep).join('/')}`, readFileSync(file));
  }
  const index = files.get(INDEX);
  if (page !== undefined && index !== undefined) {
    files.set(INDEX, Buffer.from(page(index.toString('utf8'))));
  }
  return (request, response) => {
    const url = urlOf(request.url ?? '/');
    for (const [name, value] of headersOf(url)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    const asked = pathOf(url);
    const name = asked.endsWith('/') ? `${asked}index.html` : asked;
    const content = files.get(name);
    if (content === undefined) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Not here.\n');
      return;
    }
    response.writeHead(200, {
      'Content-Type': TYPES.get(path.extname(name)) ?? 'application/octet-stream',
      'Content-Length': content.byteLength,
      'Cache-Control': cacheOf(name),
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  };
}

/** What cannot be read is a file that is not there. */
function urlOf(text: string): URL {
  const base = 'http://localhost';
  return URL.canParse(text, base) ? new URL(text, base) : new URL('/%', base);
}

function pathOf({ pathname }: URL): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return '';
  }
}
