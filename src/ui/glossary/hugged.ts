// Marks that touch what is typed go with it: no line begins with a comma or ends with an opening quote. Pure.

import type { Piece } from './split-terms.ts';

export interface HuggedPiece extends Piece {
  /** Of a piece of code: the marks that touch it. */
  readonly before: string;
  readonly after: string;
}

const OPENING = /[“‘（「《(]+$/;
const CLOSING = /^[，。；：、！？”’）」》,.;:!?)]+/;

/** The same text, with the marks beside code taken from its neighbours. */
export function hugged(pieces: readonly Piece[]): readonly HuggedPiece[] {
  const isCode = (at: number): boolean => pieces[at]?.code === true;
  const isPlain = (at: number): boolean => pieces[at]?.term === null && !isCode(at);
  const marksOf = (at: number, marks: RegExp): string =>
    isPlain(at) ? (marks.exec(pieces[at]?.text ?? '')?.[0] ?? '') : '';
  return pieces.map((piece, at) => {
    if (isCode(at)) {
      return { ...piece, before: marksOf(at - 1, OPENING), after: marksOf(at + 1, CLOSING) };
    }
    let { text } = piece;
    if (isPlain(at) && isCode(at + 1)) text = text.replace(OPENING, '');
    if (isPlain(at) && isCode(at - 1)) text = text.replace(CLOSING, '');
    return { ...piece, text, before: '', after: '' };
  });
}
