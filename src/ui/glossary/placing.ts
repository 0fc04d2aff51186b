// Where a card stands beside its word: under it where there is room, else above it, and never out of sight.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

const GAP = 5;
const MARGIN = 8;

const between = (least: number, value: number, most: number): number =>
  Math.max(least, Math.min(value, most));

export function placed(word: Line, card: Size, view: Size): { left: number; top: number } {
  const below = word.bottom + GAP;
  const above = word.top - GAP - card.height;
  const fits = below + card.height <= view.height - MARGIN;
  const wanted = fits || above < MARGIN ? below : above;
  return {
    left: between(MARGIN, word.left, view.width - card.width - MARGIN),
    top: between(MARGIN, wanted, view.height - card.height - MARGIN),
  };
}
