// The page runs under Trusted Types: the only script addresses it may ever use are its own three workers,
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

const OWN = new Set([clockUrl, engineUrl, labUrl]);

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
