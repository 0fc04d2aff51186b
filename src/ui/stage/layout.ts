// Where the seats stand: those of the voters on an oval, by number, clockwise from the top, those of the
// observers outside of it: in columns beside it, on a narrow stage in rows below. An absent server keeps
// its place. Pure geometry in pixels.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface StageSize {
  readonly width: number;
  readonly height: number;
}

export interface StageLayout {
  /** Centres of the seats' discs, in the order of the seats: voters, then observers. */
  readonly seats: readonly Point[];
  /** The voters' part of the stage: in its middle the sides meet to which clients hang out. */
  readonly ring: StageSize;
  readonly radius: number;
  readonly cardWidth: number;
  readonly compact: boolean;
  /** No room for more than one line of words below a disc. */
  readonly tight: boolean;
}

/** What a card needs around the centre of its disc: crown above, words below. */
const ABOVE = 46;
const ABOVE_COMPACT = 38;
const BELOW = 124;
const BELOW_COMPACT = 92;
const BELOW_TIGHT = 54;
const CARD_WIDTH = 172;
const CARD_WIDTH_COMPACT = 116;
/** Room beside an outer seat for the clients on their cords. */
const CLIENTS_WIDTH = 70;
const COMPACT_SEATS = 5;
const COMPACT_WIDTH = 560;
const COMPACT_HEIGHT = 430;

/** Between the oval and what stands outside of it. */
const GAP = 16;
/** What an oval beside observers needs, where nobody is drawn small. */
const PART_WIDTH = 480;
/** Observers in one column, and in one row of a narrow stage. */
const COLUMN_MAX = 3;
const ROW_MAX = 4;
const ROW_HEIGHT = 130;
const ROW_HEIGHT_TIGHT = 94;
/** From a row's upper edge to its discs' centres: their crowns and frames are below what stands above. */
const ROW_ABOVE = 36;

/** How much is said below a disc. */
type Density = 'whole' | 'compact' | 'tight' | 'framed';

/** As much as there is room for: where seats would stand on each other's words, these are fewer. */
export function stageLayout(voters: number, size: StageSize, observers = 0): StageLayout {
  const whole = layoutOf(voters, size, observers, 'whole');
  if (!isCrowded(whole, size)) return whole;
  const compact = whole.compact ? whole : layoutOf(voters, size, observers, 'compact');
  if (!isCrowded(compact, size)) return compact;
  const tight = layoutOf(voters, size, observers, 'tight');
  return isCrowded(tight, size) ? layoutOf(voters, size, observers, 'framed') : tight;
}

function layoutOf(
  voters: number,
  size: StageSize,
  observers: number,
  density: Density,
): StageLayout {
  const tight = density === 'tight' || density === 'framed';
  const { width, height } = size;
  const narrow = width < COMPACT_WIDTH;
  const columns = narrow ? 0 : Math.min(2, Math.ceil(observers / COLUMN_MAX));
  const rows = narrow ? Math.ceil(observers / ROW_MAX) : 0;
  const roomy = width - columns * (CARD_WIDTH + CLIENTS_WIDTH + GAP) >= PART_WIDTH;
  const small = narrow || !roomy || height < COMPACT_HEIGHT;
  const compact = density !== 'whole' || small || voters + observers > COMPACT_SEATS;
  const cardWidth = compact ? CARD_WIDTH_COMPACT : CARD_WIDTH;
  const clients = compact ? 0 : CLIENTS_WIDTH;
  const beside = cardWidth + clients + GAP;
  const top = (compact ? ABOVE_COMPACT : ABOVE) + 8;
  // One column stands on the right; the clients hang out to the side that is nearer.
  const left = columns === 2 ? beside : 0;
  const rowHeight = tight ? ROW_HEIGHT_TIGHT : ROW_HEIGHT;
  const part = { width: width - columns * beside, height: height - rows * rowHeight };
  const below = tight ? BELOW_TIGHT : compact ? BELOW_COMPACT : BELOW;
  const bottom = Math.max(top, part.height - below);
  const centre = { x: left + part.width / 2, y: (top + bottom) / 2 };
  const reach = {
    x: Math.max(0, Math.min((part.width - cardWidth) / 2 - 8 - clients, 330)),
    y: Math.max(0, (bottom - top) / 2),
  };
  const edge = cardWidth / 2 + Math.max(clients, GAP / 2);
  const sides = columns === 2 ? [width - edge, edge] : [width - edge];
  const ring =
    density === 'framed' && voters > 2
      ? frameOf(voters, centre, reach)
      : Array.from({ length: voters }, (_, at) => seatPoint(at, voters, centre, reach));
  const outside = narrow
    ? rowsOf(observers, { width, rowHeight }, part.height + ROW_ABOVE)
    : columnsOf(observers, sides, top, bottom);
  return {
    ...{ seats: [...ring, ...outside], radius: compact ? 24 : 30, cardWidth, compact, tight },
    ring: { width: 2 * centre.x, height: part.height },
  };
}

/** Evenly over the height, the first column first. */
function columnsOf(count: number, sides: readonly number[], top: number, bottom: number): Point[] {
  const perColumn = Math.ceil(count / sides.length);
  return sides.flatMap((x, column) => {
    const here = Math.min(perColumn, count - column * perColumn);
    return Array.from({ length: here }, (_, at) => ({
      x: Math.round(x),
      y: Math.round(top + ((bottom - top) * (at + 0.5)) / here),
    }));
  });
}

/** A seat and its words lie on another's, or out of sight. */
function isCrowded(layout: StageLayout, { height }: StageSize): boolean {
  const { seats, radius } = layout;
  const words = wordsOf(layout);
  // Between whole cards a link wants to be seen, too.
  const gap = layout.compact ? 0 : LINK_MIN;
  const tall = 2 * radius + CROWN + words.below + gap;
  return seats.some(
    (seat, at) =>
      seat.y + radius + words.below > height ||
      seats
        .slice(at + 1)
        .some(
          (other) =>
            Math.abs(other.x - seat.x) < 2 * WORDS_HALF_MIN && Math.abs(other.y - seat.y) < tall,
        ),
  );
}

function rowsOf(
  count: number,
  { width, rowHeight }: { readonly width: number; readonly rowHeight: number },
  firstY: number,
): Point[] {
  return Array.from({ length: count }, (_, at) => {
    const row = Math.floor(at / ROW_MAX);
    const here = Math.min(ROW_MAX, count - row * ROW_MAX);
    return {
      x: Math.round((width * ((at % ROW_MAX) + 0.5)) / here),
      y: Math.round(firstY + row * rowHeight),
    };
  });
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

/** Where an oval has too little room: around a rectangle, which has most of it in its corners. Clockwise, the first one in
 *  the middle of the upper side. */
function frameOf(count: number, centre: Point, reach: Point): Point[] {
  const between = Math.max(0, Math.floor((2 * reach.y) / TIGHT_TALL) - 1);
  const beside = Math.min(between, Math.max(0, Math.floor((count - 2) / 2)));
  const above = Math.floor((count - 2 * beside) / 2);
  const below = count - 2 * beside - above;
  const side = (many: number, at: number): number => (many === 1 ? 0 : (2 * at) / (many - 1) - 1);
  const steps = (many: number): number[] => Array.from({ length: many }, (_, at) => at);
  const height = (at: number): number => (2 * (at + 1)) / (beside + 1) - 1;
  const around = [
    // Off the corners: the legend has one of them.
    ...steps(above).map((at) => ({ x: (2 * at + 1) / above - 1, y: -1 })),
    ...steps(beside).map((at) => ({ x: 1, y: height(at) })),
    ...steps(below).map((at) => ({ x: -side(below, at), y: 1 })),
    ...steps(beside).map((at) => ({ x: -1, y: -height(at) })),
  ];
  const first = Math.floor((above - 1) / 2);
  return [...around.slice(first), ...around.slice(0, first)].map(({ x, y }) => ({
    x: Math.round(centre.x + reach.x * x),
    y: Math.round(centre.y + reach.y * y),
  }));
}

type DiscSize = Pick<StageLayout, 'radius' | 'compact' | 'tight'>;

/** What is written below a disc, with a lane's breadth around it: half of its width, and how far below the rim it ends. */
const WORDS = { half: 72, below: 68 };
const WORDS_COMPACT = { half: 44, below: 66 };
const WORDS_TIGHT = { half: 44, below: 28 };
/** Half of what a role's word takes at least. */
const WORDS_HALF_MIN = 40;
/** Of a link that is seen between two cards. */
const LINK_MIN = 26;
/** What a leader's crown stands out above its disc. */
const CROWN = 8;

/** From disc to disc, one above the other, where words are fewest. */
const TIGHT_TALL = 2 * 24 + CROWN + WORDS_TIGHT.below;

export const wordsOf = ({ compact, tight }: DiscSize): typeof WORDS => {
  if (tight) return WORDS_TIGHT;
  return compact ? WORDS_COMPACT : WORDS;
};

/** Of a way: less than this is no way any more. Then it goes over the words as far as it has to. */
const SHORTEST_PART = 0.3;

/** The way between two seats, `gap` from the rims of their discs, and clear of the words below them where it can be. */
export function trimmed(
  from: Point,
  to: Point,
  gap: number,
  disc: DiscSize,
): { from: Point; to: Point } {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy);
  const rim = disc.radius + gap;
  if (length <= 2 * rim) return { from, to };
  const way = { x: dx / length, y: dy / length };
  const clear = {
    start: clearance(way, rim, disc) - rim,
    end: clearance({ x: -way.x, y: -way.y }, rim, disc) - rim,
  };
  const room = Math.max(0, length * (1 - SHORTEST_PART) - 2 * rim);
  const part = Math.min(1, room / Math.max(1, clear.start + clear.end));
  const [start, end] = [rim + clear.start * part, rim + clear.end * part];
  return {
    from: { x: from.x + way.x * start, y: from.y + way.y * start },
    to: { x: to.x - way.x * end, y: to.y - way.y * end },
  };
}

/** How far from a seat's centre a way that leaves in this direction is clear of the disc and its words. */
function clearance(way: Point, rim: number, disc: DiscSize): number {
  const { radius } = disc;
  const words = wordsOf(disc);
  const aside = Math.abs(way.x);
  if (way.y <= 0 || aside * radius >= words.half * way.y) return rim;
  const beside = aside === 0 ? Infinity : words.half / aside;
  return Math.max(rim, Math.min((radius + words.below) / way.y, beside));
}

export const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** From the rim of a disc to where its clients are attached; a flight ends so much before it, at the chip's edge. */
const CLIENT_AWAY = 60;
const CLIENT_CHIP = 21;

/** Where a server's clients are attached: beside its disc, away from the middle of the stage. */
export function clientPoint(seat: Point, size: StageSize, radius: number): Point {
  const side = seat.x > size.width / 2 + 1 ? 1 : -1;
  return { x: seat.x + side * (radius + CLIENT_AWAY), y: seat.y - 14 };
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
const LANE = 11;

/** The way of a flight between two seats, or (other null) between a seat and its clients. Null where
 *  the two are the same place. On a cut link it ends at the cut. */
export function flightPath(
  { seat, other, toClient, cut }: FlightEnds,
  size: StageSize,
  disc: DiscSize,
): FlightPath | null {
  const { radius, compact } = disc;
  if (other === null) {
    const chip = clientPoint(seat, size, radius);
    const away = compact
      ? { x: seat.x + radius + 12, y: seat.y - radius - 12 }
      : { x: chip.x - Math.sign(chip.x - seat.x) * CLIENT_CHIP, y: chip.y };
    const side = { x: 0, y: -1 };
    // What is written in the disc stays readable.
    const part = (radius + 6) / Math.hypot(away.x - seat.x, away.y - seat.y);
    const rim = { x: seat.x + (away.x - seat.x) * part, y: seat.y + (away.y - seat.y) * part };
    return toClient ? { from: rim, to: away, side } : { from: away, to: rim, side };
  }
  const { from, to } = trimmed(seat, other, 10, disc);
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return null;
  const side = { x: -(to.y - from.y) / length, y: (to.x - from.x) / length };
  const shift = ({ x, y }: Point): Point => ({ x: x + side.x * LANE, y: y + side.y * LANE });
  return { from: shift(from), to: shift(cut ? middle(from, to) : to), side };
}
