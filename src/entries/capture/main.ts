// `npm run capture`: lets Apache ZooKeeper's servers and its client speak, and keeps what they said as the data
// that the codec's test reads. Needs what the real peers need (Debian: zookeeper, default-jdk-headless).

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { apacheVersion, WHY_NO_APACHE } from '../bench/edge/apache.ts';
import { framesOf } from './frames.ts';
import { playReconfiguration } from './reconfigured.ts';
import { playScenario } from './scenario.ts';

const CLIENT = 'src/entries/capture/CaptureClient.java';
const DATA = 'src/entries/proof/captured.json';

const version = apacheVersion();
if (version === null) {
  console.error(WHY_NO_APACHE);
  process.exitCode = 2;
} else {
  const directory = await mkdtemp(join(tmpdir(), 'tabkeeper-capture-'));
  try {
    const say = (text: string): void => {
      console.error(text);
    };
    const program = join(process.cwd(), CLIENT);
    const captured = await playScenario(join(directory, 'one'), program, say);
    const frames = framesOf(captured, await playReconfiguration(join(directory, 'two'), say));
    await writeFile(DATA, `${JSON.stringify({ apache: version, frames }, null, 2)}\n`);
    console.log(`${String(frames.length)} frames of Apache ZooKeeper ${version} are in ${DATA}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
