// npm start: installs what is missing, builds, and serves the playground and its signalling.

import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { ROOT, installDependencies } from './install.mjs';

installDependencies();
const { buildNode, buildPage } = await import('./build.mjs');
buildPage();
buildNode();
await import(pathToFileURL(path.join(ROOT, 'dist-node/start.js')).href);
