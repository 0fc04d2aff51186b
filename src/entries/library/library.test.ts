// The library over an ensemble that it starts itself.

import { startEnsemble } from './ensemble.ts';
import { describeLibrary } from './library.contract.ts';

describeLibrary('three servers in this process', () => startEnsemble({ inProcess: true }));
