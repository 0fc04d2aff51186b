// The page runs under Trusted Types: the only script addresses it may ever use are its own workers,
// and this is the only place that says so.

import labUrl from '../lab-worker/main.ts?worker&url';
import clockUrl from '../worker/clock.ts?worker&url';
import engineUrl from '../worker/main.ts?worker&url';

interface ScriptPolicy {
  readonly createScriptURL: (url: string) => string;
}

interface PolicyFactory {
  readonly createPolicy: (name: string, rules: ScriptPolicy) => ScriptPolicy;
}

const OFFLINE_URL = '/offline-worker.js';
const OWN = new Set([clockUrl, engineUrl, labUrl, OFFLINE_URL]);

const rules: ScriptPolicy = {
  createScriptURL: (url) => {
    if (!OWN.has(url)) throw new TypeError('not a worker of this page');
    return url;
  },
};

const factory = (globalThis as { readonly trustedTypes?: PolicyFactory }).trustedTypes;
const policy = factory?.createPolicy('tabkeeper', rules) ?? rules;

export const startEngineWorker = (name: string): Worker =>
  new Worker(policy.createScriptURL(engineUrl), { type: 'module', name });

export const startClockWorker = (): Worker =>
  new Worker(policy.createScriptURL(clockUrl), { type: 'module', name: 'clock' });

export const startLabWorker = (): Worker =>
  new Worker(policy.createScriptURL(labUrl), { type: 'module', name: 'laboratory' });

/** Keeps the page for times without a network, where the browser can and this is a built page. That it
 *  could not is no loss: then the page opens as long as its server does. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  registerOffline().catch(() => undefined);
}

/** Where site data is blocked the browser may refuse even to name its service workers. */
async function registerOffline(): Promise<void> {
  await navigator.serviceWorker.register(policy.createScriptURL(OFFLINE_URL));
}
