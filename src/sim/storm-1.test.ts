// Half of the storms; the other half runs beside it, on another core.

import { describeStorms } from './storm-batch.fixture.ts';

describeStorms(0, process.env['STORMS']);
