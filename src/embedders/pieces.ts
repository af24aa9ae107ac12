/** How far from the wished place a cut may move to reach white space, as a share of a piece. */
const SLACK = 0.25;

/** Limits of `splitText`, in UTF-16 code units and pieces. */
export interface PieceLimits {
  readonly maxLength: number;
  readonly maxPieces: number;
}

/**
 * Cuts a text into pieces of at most `maxLength`, about equally long, at white space where there is some nearby, and
 * never inside a surrogate pair; joined they are the text. A text that needs more than `maxPieces` is sampled: that many
 * excerpts spread evenly from its first to its last character, so that the end of a long text counts as much as its
 * beginning. Takes time in the size of what it returns, not in that of the text.
 */
export function splitText(text: string, limits: PieceLimits): readonly string[] {
  const { maxLength, maxPieces } = limits;
  if (text.length <= maxLength) return [text];
  // Both ends of a piece may move towards white space; its mean length leaves room for that.
  const wished = Math.max(1, Math.floor(maxLength / (1 + 2 * SLACK)));
  const needed = Math.ceil(text.length / wished);
  const count = Math.min(needed, maxPieces);
  const size = Math.min(wished, text.length / count);
  const stride = count === 1 ? 0 : (text.length - size) / (count - 1);
  const snap = (position: number) => cutNear(text, Math.round(position), Math.floor(wished * SLACK));
  const starts = Array.from({ length: count }, (_, index) => (index === 0 ? 0 : snap(index * stride)));
  return starts.map((start, index) => {
    if (index === count - 1 && count > 1) return text.slice(start);
    return text.slice(start, needed > count ? snap(start + size) : starts[index + 1]);
  });
}

/** The place nearest to `position`, at most `slack` away, that follows white space; else a place between characters. */
function cutNear(text: string, position: number, slack: number): number {
  for (let distance = 0; distance <= slack; distance += 1) {
    if (isSpace(text, position - distance - 1)) return position - distance;
    if (isSpace(text, position + distance - 1)) return position + distance;
  }
  return wholeCharacter(text, position);
}

function isSpace(text: string, index: number): boolean {
  return index >= 0 && index < text.length && /\s/.test(text.charAt(index));
}

/** `position`, or one before it when it is inside a surrogate pair. */
function wholeCharacter(text: string, position: number): number {
  const high = text.charCodeAt(position - 1);
  const low = text.charCodeAt(position);
  const inside = high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
  return inside ? position - 1 : position;
}

/**
 * The direction that pieces of one text have in common: their mean weighted by length, brought to unit length. All
 * zero when the pieces have no direction or cancel each other out. The vectors must be of one length.
 */
export function averageVectors(vectors: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const [first] = vectors;
  if (first === undefined) return new Float32Array(0);
  if (vectors.length === 1) return first;
  const sum = new Float64Array(first.length);
  vectors.forEach((vector, index) => {
    const weight = weights[index] ?? 0;
    vector.forEach((value, place) => {
      sum[place] = (sum[place] ?? 0) + weight * value;
    });
  });
  const norm = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
  return Float32Array.from(sum, (value) => (norm > 0 ? value / norm : 0));
}

/**
 * The vector of each text from those of its pieces, averaged by length; without direction where `cut` leaves nothing.
 * `embed` gets every piece once and gives its vector.
 */
export async function embedInPieces(
  texts: readonly string[],
  cut: (text: string) => readonly string[],
  embed: (pieces: readonly string[]) => Promise<ReadonlyMap<string, Float32Array>>,
  dimensions: () => number | null,
): Promise<readonly Float32Array[]> {
  const pieces = texts.map(cut);
  const vectors = await embed([...new Set(pieces.flat())]);
  const none = () => new Float32Array(dimensions() ?? 0);
  return pieces.map((own) => {
    if (own.length === 0) return none();
    const parts = own.map((piece) => vectors.get(piece) ?? none());
    return averageVectors(
      parts,
      own.map((piece) => piece.length),
    );
  });
}

/** Whether a vector points somewhere, i.e. has a component that is not zero. */
export function hasDirection(vector: Float32Array): boolean {
  return vector.some((value) => value !== 0);
}

/** Whether a text has anything but white space and control characters. */
export function hasInk(text: string): boolean {
  return /[^\s\p{Cc}]/u.test(text);
}
