// The page: reads its link, shows the interface, sits down, and offers window.tabkeeper.

import { mount } from 'svelte';

import App from '../../ui/App.svelte';
import { readAddress } from './boot.ts';
import { TabPlayground } from './playground.ts';
import { makeScripting, type Scripting } from './scripting.ts';

declare global {
  var tabkeeper: Scripting;
}

const { address, problem } = readAddress();
const playground = new TabPlayground(address);
globalThis.tabkeeper = makeScripting(playground);

const target = document.getElementById('app');
if (target !== null) mount(App, { target, props: { playground } });
void playground.open(problem);

// Another room in the same tab is another page.
globalThis.addEventListener('hashchange', () => {
  location.reload();
});
// A page that comes back from the history has lost its lines: it starts anew from disk.
globalThis.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
