// Runs a Node command of the house: `node scripts/command.mjs sim --seed 7`.

import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { ROOT, installDependencies } from './install.mjs';

const [, , name = '', ...rest] = process.argv;
installDependencies();
const { buildNode, buildPage } = await import('./build.mjs');
if (name === 'bench' && !rest.includes('--server')) buildPage();
buildNode();
process.argv.splice(2, process.argv.length, ...rest);
await import(pathToFileURL(path.join(ROOT, `dist-node/${name}.js`)).href);
