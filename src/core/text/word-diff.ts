import type { WordChange } from '../../model/prompt-change.js';

const MOST_WORDS = 20_000;
/** With more words than this that differ, marks explain nothing, and finding them takes long. */
const MOST_EDITS = 1500;

/**
 * What makes the second text of the first, word by word, with the least possible edits (Myers 1986, "An O(ND) Difference
 * Algorithm and Its Variations"). Null when the texts are too long or too different.
 */
export function diffWords(before: string, now: string): readonly WordChange[] | null {
  if (Math.max(before.length, now.length) > 8 * MOST_WORDS) return null;
  const [a, b] = [wordsOf(before), wordsOf(now)];
  if (Math.max(a.length, b.length) > MOST_WORDS) return null;
  const trace = findPath(a, b);
  return trace === null ? null : joinChanges(takeWholeLines(walkBack(a, b, trace)));
}

/** Words, the spaces between them and signs, each by itself; every character of a script without spaces. */
export function wordsOf(text: string): readonly string[] {
  return (
    text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}\p{M}_]+|\s+|./gsu) ??
    []
  );
}

/** Where a line is broken is no difference of words. */
function isSame(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a?.trim() === '' && b?.trim() === '');
}

/** For each number of edits, how far each diagonal gets; null when it takes too many. */
function findPath(a: readonly string[], b: readonly string[]): readonly Int32Array[] | null {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const reach = new Int32Array(2 * most + 3);
  const offset = most + 1;
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(reach.slice(offset - edits - 1, offset + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const [left, right] = [reach[offset + diagonal - 1] ?? 0, reach[offset + diagonal + 1] ?? 0];
      let x = diagonal === -edits || (diagonal !== edits && left < right) ? right : left + 1;
      while (x < a.length && x - diagonal < b.length && isSame(a[x], b[x - diagonal])) x++;
      reach[offset + diagonal] = x;
      if (x >= a.length && x - diagonal >= b.length) return trace;
    }
  }
  return null;
}

/** A word of the change; `was`: of one that both have, how the first text has it. */
interface Step extends WordChange {
  readonly was?: string | undefined;
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Int32Array[]): Step[] {
  const changes: Step[] = [];
  let [x, y] = [a.length, b.length];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reach = trace[edits] ?? new Int32Array();
    const at = (diagonal: number) => reach[diagonal + edits + 1] ?? 0;
    const diagonal = x - y;
    const isDown = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
    const from = isDown ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : at(from);
    const fromY = edits === 0 ? 0 : fromX - from;
    for (; x > fromX && y > fromY; x--, y--) changes.push({ kind: 'same', text: b[y - 1] ?? '', was: a[x - 1] });
    if (edits === 0) break;
    if (isDown) changes.push({ kind: 'added', text: b[--y] ?? '' });
    else changes.push({ kind: 'removed', text: a[--x] ?? '' });
  }
  return changes.reverse();
}

/**
 * A line that is gone or has come may begin like the one after it: then the edit can stand at either beginning, and reads
 * better as the whole line, `[-- one\n-]- two` and not `- [-one\n- -]two`.
 */
function takeWholeLines(steps: readonly Step[]): readonly Step[] {
  const moved = [...steps];
  const breaksLine = (step: Step | undefined) => step?.text.endsWith('\n') === true;
  for (let start = 0; start < moved.length; start++) {
    const kind = moved[start]?.kind ?? 'same';
    if (kind === 'same') continue;
    let end = start;
    while (moved[end + 1]?.kind === kind) end++;
    const isAlike = (back: number) => {
      const [before, last] = [moved[start - back], moved[end + 1 - back]];
      return before?.kind === 'same' && before.text === last?.text && (before.was ?? before.text) === before.text;
    };
    let back = 0;
    while (back <= end - start && !breaksLine(moved[start - 1 - back]) && isAlike(back + 1)) back++;
    if (back > 0 && back <= end - start && breaksLine(moved[start - 1 - back]) && breaksLine(moved[end - back])) {
      const change = moved.splice(start, end + 1 - start);
      const alike = moved.splice(start - back, back);
      moved.splice(
        start - back,
        0,
        ...alike.map(({ text }) => ({ kind, text })),
        ...change.slice(0, change.length - back),
        ...alike,
      );
    }
    start = end;
  }
  return moved;
}

/** A part of both texts, or a change: what the first text has there, and what the second. */
interface Part {
  readonly isSame: boolean;
  readonly was: string;
  readonly is: string;
}

/** Neighbours of one kind together; of a change, what is gone stands before what has come. */
function joinChanges(steps: readonly Step[]): readonly WordChange[] {
  return bridged(partsOf(steps)).flatMap(({ isSame, was, is }): WordChange[] => {
    if (isSame) return [{ kind: 'same', text: is }];
    return [
      ...(was === '' ? [] : [{ kind: 'removed' as const, text: was }]),
      ...(is === '' ? [] : [{ kind: 'added' as const, text: is }]),
    ];
  });
}

function partsOf(steps: readonly Step[]): readonly Part[] {
  const parts: Part[] = [];
  const isChange = (index: number) => (steps[index]?.kind ?? 'same') !== 'same';
  for (const [index, { kind, text, was = text }] of steps.entries()) {
    // Beside a change, a line that was broken here and is not, or the other way round, belongs to it: a word that is gone
    // stood on a line of its own
    const isBroken =
      kind === 'same' && /\n/.test(was) !== /\n/.test(text) && (isChange(index - 1) || isChange(index + 1));
    const isSame = kind === 'same' && !isBroken;
    const here: Part = { isSame, was: kind === 'added' ? '' : was, is: kind === 'removed' ? '' : text };
    const last = parts.at(-1);
    if (last?.isSame === isSame) parts[parts.length - 1] = both(last, here);
    else parts.push(here);
  }
  return parts;
}

/**
 * What both texts share between two changes, where it is shorter than either, is chance: "and" between other words. It
 * belongs to one change then, so that other texts stand one after the other and are not woven (as the semantic clean-up of
 * diff-match-patch has it).
 */
function bridged(parts: readonly Part[]): readonly Part[] {
  const kept: Part[] = [];
  for (const part of parts) {
    kept.push(part);
    for (
      let [before, between, after] = kept.slice(-3);
      before && between && after;
      [before, between, after] = kept.slice(-3)
    ) {
      const length = between.was.trim().length;
      if (!between.isSame || length > Math.min(sizeOf(before), sizeOf(after))) break;
      kept.splice(-3, 3, both(both(before, between), after));
    }
  }
  return kept;
}

function both(one: Part, next: Part): Part {
  return { isSame: one.isSame && next.isSame, was: one.was + next.was, is: one.is + next.is };
}

/** How many characters a change takes. */
function sizeOf({ was, is }: Part): number {
  return Math.max(was.length, is.length);
}
