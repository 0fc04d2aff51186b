// npm run dev: the playground with hot reload; signalling runs beside it and Vite passes it through. So it does
// with `npx tabkeeper gateway`, where that is started.

import { request } from 'node:http';
import { installDependencies } from './install.mjs';

installDependencies();
const { createServer } = await import('vite');
const { PeerServer } = await import('peer');

const SIGNALLING_PORT = 8181;
const GATEWAY_PORT = 8182;
const stop = (reason) => {
  console.error(reason);
  process.exit(1);
};

const signalling = PeerServer({
  port: SIGNALLING_PORT,
  host: '127.0.0.1',
  path: '/peerjs',
  key: 'tabkeeper',
});
signalling.on('error', (error) => stop(`Signalling does not start: ${error.message}`));
const target = `http://127.0.0.1:${SIGNALLING_PORT}`;
/** Asks the gateway, if one is started; a page is told else that there is none now, and asks again. */
const askGateway = (asked, answer) => {
  const { method, headers, originalUrl } = asked;
  const passed = request({
    host: '127.0.0.1',
    port: GATEWAY_PORT,
    path: originalUrl,
    method,
    headers,
  });
  passed.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  passed.on('error', () => answer.writeHead(204).end());
  asked.pipe(passed);
};
/** The mark that a page with a gateway has (src/entries/start/mark.ts). */
const mark = {
  name: 'tabkeeper-gateway-mark',
  configureServer: ({ middlewares }) => {
    middlewares.use('/gateway/token', askGateway);
  },
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { name: 'tabkeeper-gateway', content: 'on' }, injectTo: 'head' },
  ],
};
const vite = await createServer({
  plugins: [mark],
  server: {
    port: 8180,
    strictPort: true,
    proxy: {
      '/peerjs': { target, ws: true },
      '/gateway': { target: `ws://127.0.0.1:${GATEWAY_PORT}`, ws: true },
    },
  },
});
await vite.listen().catch((error) => stop(`Port 8180 does not open: ${error.message}`));
vite.printUrls();
console.log('  A new room: #new behind any of these.');
