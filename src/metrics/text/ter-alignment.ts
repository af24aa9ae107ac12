/** Half the width of the beam around the diagonal, in words (tercom). */
const BEAM_WIDTH = 25;
/** More than any distance, and small enough that adding to it stays exact. */
const UNREACHED = 0x3fffffff;

/** Operations that rewrite the hypothesis into the reference. */
const KEEP = 0;
const SUBSTITUTE = 1;
const DELETE = 2;
const INSERT = 3;

/** An edit distance table within the beam, and the alignment read out of it. */
export type AlignmentTable = {
  readonly distance: number;
  /** For each reference word: the position of the hypothesis word it is aligned with, or of the last one before it. */
  readonly alignment: Int32Array;
  /** 1 where a word is not kept as it is. */
  readonly referenceErrors: Uint8Array;
  readonly hypothesisErrors: Uint8Array;
  /** Row i, for the first i words of the hypothesis, spans the columns from `firsts[i]`; its cells start at `offsets[i]`. */
  readonly firsts: Int32Array;
  readonly offsets: Float64Array;
  readonly costs: Int32Array;
  /** Cells computed: the work it took. */
  readonly cells: number;
};

/**
 * Aligns the words, exploring the cells within the beam around the (scaled) diagonal only, as sacrebleu's
 * reimplementation of tercom does: of equally cheap operations keeping or substituting comes first, then deleting.
 */
export function alignInBeam(hypothesis: Int32Array, reference: Int32Array): AlignmentTable {
  const { firsts, offsets, cells } = layOutRows(hypothesis.length, reference.length);
  const costs = new Int32Array(cells);
  const operations = new Uint8Array(cells);
  for (let column = 0; column <= reference.length; column += 1) {
    costs[column] = column;
    operations[column] = INSERT;
  }
  for (let row = 1; row <= hypothesis.length; row += 1) {
    const offset = offsets[row] ?? 0;
    const aboveFirst = firsts[row - 1] ?? 0;
    const above = costs.subarray(offsets[row - 1], offset);
    const size = (offsets[row + 1] ?? 0) - offset;
    fillRow(
      hypothesis[row - 1] ?? 0,
      reference,
      above,
      aboveFirst,
      costs.subarray(offset, offset + size),
      firsts[row] ?? 0,
      operations.subarray(offset, offset + size),
    );
  }
  const trace = traceBack(hypothesis.length, reference.length, firsts, offsets, operations);
  return { distance: costs[cells - 1] ?? 0, ...trace, firsts, offsets, costs, cells };
}

/**
 * The distance after a shift that leaves all words outside `changed` in place. Rows before it are those of `table`; as
 * soon as a row behind it differs from the table's by the same amount everywhere, so does the result.
 */
export function distanceAfterShift(
  shifted: Int32Array,
  reference: Int32Array,
  table: AlignmentTable,
  changed: { readonly from: number; readonly to: number },
): { distance: number; cells: number } {
  const { firsts, offsets, costs } = table;
  let above = costs.subarray(offsets[changed.from], offsets[changed.from + 1]);
  let cells = 0;
  for (let row = changed.from + 1; row <= shifted.length; row += 1) {
    const start = offsets[row] ?? 0;
    const end = offsets[row + 1] ?? 0;
    const current = new Int32Array(end - start);
    fillRow(shifted[row - 1] ?? 0, reference, above, firsts[row - 1] ?? 0, current, firsts[row] ?? 0, null);
    cells += current.length;
    if (row >= changed.to) {
      const difference = constantDifference(current, costs.subarray(start, end));
      if (difference !== null) return { distance: table.distance + difference, cells };
    }
    above = current;
  }
  return { distance: above[above.length - 1] ?? 0, cells };
}

function constantDifference(left: Int32Array, right: Int32Array): number | null {
  const difference = (left[0] ?? 0) - (right[0] ?? 0);
  for (let at = 1; at < left.length; at += 1) {
    if ((left[at] ?? 0) - (right[at] ?? 0) !== difference) return null;
  }
  return difference;
}

function layOutRows(rows: number, columns: number): { firsts: Int32Array; offsets: Float64Array; cells: number } {
  const firsts = new Int32Array(rows + 1);
  const offsets = new Float64Array(rows + 2);
  const ratio = rows > 0 ? columns / rows : 1;
  // With very different lengths the beams of two rows would otherwise not meet.
  const beam = BEAM_WIDTH < ratio / 2 ? Math.ceil(ratio / 2 + BEAM_WIDTH) : BEAM_WIDTH;
  offsets[1] = columns + 1;
  for (let row = 1; row <= rows; row += 1) {
    const diagonal = Math.floor(row * ratio);
    const first = Math.max(0, diagonal - beam);
    const end = row === rows ? columns + 1 : Math.min(columns + 1, diagonal + beam);
    firsts[row] = first;
    offsets[row + 1] = (offsets[row] ?? 0) + end - first;
  }
  return { firsts, offsets, cells: offsets[rows + 1] ?? 0 };
}

function fillRow(
  word: number,
  reference: Int32Array,
  above: Int32Array,
  aboveFirst: number,
  current: Int32Array,
  first: number,
  operations: Uint8Array | null,
): void {
  let left = UNREACHED;
  let diagonal = first > aboveFirst ? (above[first - 1 - aboveFirst] ?? UNREACHED) : UNREACHED;
  for (let at = 0; at < current.length; at += 1) {
    const column = first + at;
    const up = above[column - aboveFirst] ?? UNREACHED;
    const kept = column > 0 && reference[column - 1] === word;
    let cost = kept ? diagonal : diagonal + 1;
    let operation = kept ? KEEP : SUBSTITUTE;
    if (up + 1 < cost) {
      cost = up + 1;
      operation = DELETE;
    }
    if (left + 1 < cost) {
      cost = left + 1;
      operation = INSERT;
    }
    current[at] = cost;
    if (operations !== null) operations[at] = operation;
    left = cost;
    diagonal = up;
  }
}

function traceBack(
  rows: number,
  columns: number,
  firsts: Int32Array,
  offsets: Float64Array,
  operations: Uint8Array,
): Pick<AlignmentTable, 'alignment' | 'referenceErrors' | 'hypothesisErrors'> {
  const alignment = new Int32Array(columns);
  const referenceErrors = new Uint8Array(columns);
  const hypothesisErrors = new Uint8Array(rows);
  let row = rows;
  let column = columns;
  while (row > 0 || column > 0) {
    const inside = operations[(offsets[row] ?? 0) + column - (firsts[row] ?? 0)] ?? SUBSTITUTE;
    const operation = row === 0 ? INSERT : column === 0 ? DELETE : inside;
    const wrong = operation === KEEP ? 0 : 1;
    if (operation !== DELETE) {
      column -= 1;
      alignment[column] = row - 1;
      referenceErrors[column] = wrong;
    }
    if (operation !== INSERT) {
      row -= 1;
      hypothesisErrors[row] = wrong;
    }
  }
  return { alignment, referenceErrors, hypothesisErrors };
}
