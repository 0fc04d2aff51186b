// The library over an ensemble that it starts itself.

import { expect, test } from 'vitest';

import { startEnsemble } from './ensemble.ts';
import { describeLibrary } from './library.contract.ts';

describeLibrary('three servers in this process', () => startEnsemble({ inProcess: true }));

test('a server that there is none of: the promise rejects, nothing is thrown', async () => {
  const ensemble = await startEnsemble({ servers: 1, inProcess: true });
  const none = new RangeError('there is no server 9');
  await expect(ensemble.kill(9).catch((error: unknown) => error)).resolves.toEqual(none);
  await expect(ensemble.restart(9).catch((error: unknown) => error)).resolves.toEqual(none);
  await ensemble.stop();
});
