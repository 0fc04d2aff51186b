// Where the seats stand: on an oval, by number, clockwise from the top; an absent server keeps its
// place. Observers stand on the same oval behind the voters. Pure geometry in pixels.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface StageSize {
  readonly width: number;
  readonly height: number;
}

export interface StageLayout {
  /** Centres of the seats' discs, in the order of the seats. */
  readonly seats: readonly Point[];
  readonly radius: number;
  readonly cardWidth: number;
  readonly compact: boolean;
}

/** What a card needs around the centre of its disc: crown above, words below. */
const ABOVE = 46;
const ABOVE_COMPACT = 38;
const BELOW = 124;
const BELOW_COMPACT = 92;
const CARD_WIDTH = 172;
const CARD_WIDTH_COMPACT = 116;
/** Room beside an outer seat for the clients on their cords. */
const CLIENTS_WIDTH = 56;
const COMPACT_SEATS = 5;
const COMPACT_WIDTH = 560;
const COMPACT_HEIGHT = 430;

export function stageLayout(count: number, { width, height }: StageSize): StageLayout {
  const compact = count > COMPACT_SEATS || width < COMPACT_WIDTH || height < COMPACT_HEIGHT;
  const cardWidth = compact ? CARD_WIDTH_COMPACT : CARD_WIDTH;
  const above = compact ? ABOVE_COMPACT : ABOVE;
  const below = compact ? BELOW_COMPACT : BELOW;
  const top = above + 8;
  const bottom = Math.max(top, height - below);
  const centre = { x: width / 2, y: (top + bottom) / 2 };
  const reach = {
    x: Math.max(0, Math.min((width - cardWidth) / 2 - 8 - (compact ? 0 : CLIENTS_WIDTH), 330)),
    y: Math.max(0, (bottom - top) / 2),
  };
  const seats = Array.from({ length: count }, (_, at) => seatPoint(at, count, centre, reach));
  return { seats, radius: compact ? 24 : 30, cardWidth, compact };
}

function seatPoint(at: number, count: number, centre: Point, reach: Point): Point {
  if (count === 1) return centre;
  // Two stand side by side; more go round from the top.
  const turn = count === 2 ? at / 2 + 0.75 : at / count;
  const angle = 2 * Math.PI * turn;
  const stretch = count === 3 ? 1 / 0.75 : 1;
  const shift = count === 3 ? reach.y / 3 : 0;
  return {
    x: Math.round(centre.x + reach.x * Math.sin(angle)),
    y: Math.round(centre.y + shift - reach.y * stretch * Math.cos(angle)),
  };
}

/** From disc edge to disc edge, so that flights start and end at the rim. */
export function trimmed(from: Point, to: Point, radius: number): { from: Point; to: Point } {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy);
  if (length <= 2 * radius) return { from, to };
  const x = (dx / length) * radius;
  const y = (dy / length) * radius;
  return { from: { x: from.x + x, y: from.y + y }, to: { x: to.x - x, y: to.y - y } };
}

export const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** Where a server's clients are attached: beside its disc, away from the middle of the stage. */
export function clientPoint(seat: Point, size: StageSize, radius: number): Point {
  const side = seat.x > size.width / 2 + 1 ? 1 : -1;
  return { x: seat.x + side * (radius + 46), y: seat.y - 14 };
}

export interface FlightPath {
  readonly from: Point;
  readonly to: Point;
  /** Unit vector to the right of the way: where the lane and its words lie. */
  readonly side: Point;
}

export interface FlightEnds {
  readonly seat: Point;
  /** Null: the seat's clients. */
  readonly other: Point | null;
  readonly toClient: boolean;
  readonly cut: boolean;
}

/** Half of the distance between the two lanes of a link, so that what meets does not cover each other. */
const LANE = 9;

/** The way of a flight between two seats, or (other null) between a seat and its clients. Null where
 *  the two are the same place. On a cut link it ends at the cut. */
export function flightPath(
  { seat, other, toClient, cut }: FlightEnds,
  size: StageSize,
  { radius, compact }: Pick<StageLayout, 'radius' | 'compact'>,
): FlightPath | null {
  if (other === null) {
    const away = compact
      ? { x: seat.x + radius + 12, y: seat.y - radius - 12 }
      : clientPoint(seat, size, radius);
    const side = { x: 0, y: -1 };
    // What is written in the disc stays readable.
    const part = (radius + 6) / Math.hypot(away.x - seat.x, away.y - seat.y);
    const rim = { x: seat.x + (away.x - seat.x) * part, y: seat.y + (away.y - seat.y) * part };
    return toClient ? { from: rim, to: away, side } : { from: away, to: rim, side };
  }
  const { from, to } = trimmed(seat, other, radius + 10);
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return null;
  const side = { x: -(to.y - from.y) / length, y: (to.x - from.x) / length };
  const shift = ({ x, y }: Point): Point => ({ x: x + side.x * LANE, y: y + side.y * LANE });
  return { from: shift(from), to: shift(cut ? middle(from, to) : to), side };
}
