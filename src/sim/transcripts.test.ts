// The golden transcripts: what the servers said in each scene, kept beside as text and compared to the
// letter. UPDATE_TRANSCRIPTS=1 writes them anew; read the difference before you keep it.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SCENES } from './scene-list.ts';
import { playScene } from './scenes.ts';

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), 'transcripts');
const UPDATE = process.env['UPDATE_TRANSCRIPTS'] === '1';

describe('golden transcripts', () => {
  it.each(SCENES)('$name', (scene) => {
    const file = path.join(FOLDER, `${scene.name}.txt`);
    const said = playScene(scene);
    expect(said).not.toContain('RULE BROKEN');
    if (UPDATE) {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(file, said);
    }
    expect(existsSync(file), `${file} is missing: run with UPDATE_TRANSCRIPTS=1`).toBe(true);
    expect(said).toBe(readFileSync(file, 'utf8'));
  });

  it('no transcript is left without its scene', () => {
    const files = readdirSync(FOLDER).map((file) => path.basename(file, '.txt'));
    expect(files.sort()).toEqual(SCENES.map(({ name }) => name).sort());
  });

  it('one missing step is seen, and the same day twice is the same', () => {
    const scene = SCENES.find(({ name }) => name === 'election-one-by-one');
    if (scene === undefined) throw new Error('the scene is there');
    const whole = playScene(scene);
    const cut = playScene({ ...scene, play: (world) => world.openServer(1) });
    expect(cut).not.toBe(whole);
    expect(playScene(scene)).toBe(whole);
  });
});
