// npm run dev: the playground with hot reload; signalling runs beside it and Vite passes it through.

import { installDependencies } from './install.mjs';

installDependencies();
const { createServer } = await import('vite');
const { PeerServer } = await import('peer');

const SIGNALLING_PORT = 8181;
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
const vite = await createServer({
  server: { port: 8180, strictPort: true, proxy: { '/peerjs': { target, ws: true } } },
});
await vite.listen().catch((error) => stop(`Port 8180 does not open: ${error.message}`));
vite.printUrls();
console.log('  A new room: #new behind any of these.');
