// Compiles the messages of both languages before the tests that read them.

import { compile } from '@inlang/paraglide-js';

/** Vitest's global setup. */
export const setup = async () => {
  await compile({
    project: './project.inlang',
    outdir: './src/ui/paraglide',
    strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
    emitTsDeclarations: true,
  });
};
