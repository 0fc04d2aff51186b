// npm run dev: the playground with hot reload; signalling runs beside it and Vite passes it through. So it does
// with `npx tabkeeper gateway`, where that is started.

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
const gateway = {
  target: `http://127.0.0.1:${GATEWAY_PORT}`,
  ws: true,
  configure: (proxy) => {
    // Not started: a page is told that there is none now, and asks again.
    proxy.on('error', (_error, _request, response) => {
      if ('writeHead' in response && !response.headersSent) response.writeHead(204).end();
      else response.destroy();
    });
  },
};
/** The mark that a page with a gateway has (src/entries/start/mark.ts). */
const mark = {
  name: 'tabkeeper-gateway-mark',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { name: 'tabkeeper-gateway', content: 'on' }, injectTo: 'head' },
  ],
};
const vite = await createServer({
  plugins: [mark],
  server: {
    port: 8180,
    strictPort: true,
    proxy: { '/peerjs': { target, ws: true }, '/gateway': gateway },
  },
});
await vite.listen().catch((error) => stop(`Port 8180 does not open: ${error.message}`));
vite.printUrls();
console.log('  A new room: #new behind any of these.');
