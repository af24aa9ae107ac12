import { z } from 'zod';
import { count } from '../core/text/format.js';
import { printableLine } from '../core/text/printable.js';
import type { ScoreResult } from './score-result.js';

/** Something that an output should not hold. */
export interface OutputFinding {
  readonly kind: string;
  readonly value: string;
}

/** A finding and where it stands; `end` is exclusive. */
export interface PlacedFinding extends OutputFinding {
  readonly start: number;
  readonly end: number;
}

/** The parameter of metrics that look for such things: what may be there. */
export const allowParameter = z
  .array(z.string().min(1).regex(/[^*]/, 'a value of nothing but * allows everything'))
  .default([])
  .describe(
    'Values that may be in the output, whatever the case of their letters; `*` stands for any characters: `*@example.com`.',
  );

/** How many findings a report shows; the score counts all. */
const SHOWN = 20;

/**
 * The score of an output: how many different findings it has that are not allowed. Reason and detail show them masked,
 * since reports go where the output itself should not.
 */
export function countFindings(findings: readonly OutputFinding[], allow: readonly string[], noun: string): ScoreResult {
  const matchers = allow.map(matcherOf);
  const different = new Map<string, OutputFinding>();
  for (const finding of findings) {
    if (!matchers.some((matches) => matches(finding.value))) different.set(`${finding.kind} ${finding.value}`, finding);
  }
  const found = [...different.values()];
  const kinds = new Map<string, number>();
  for (const { kind } of found) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const shown = found.slice(0, SHOWN).map(({ kind, value }) => ({ kind, masked: mask(value) }));
  const listed = shown.slice(0, 5).map(({ kind, masked }) => `${kind} ${masked}`);
  return {
    value: found.length,
    reason:
      found.length === 0
        ? `has no ${noun}`
        : `has ${count(found.length, 'finding')}: ${[...listed, ...(found.length > 5 ? [`${found.length - 5} more`] : [])].join(', ')}`,
    detail: { kinds: Object.fromEntries(kinds), findings: shown },
  };
}

/** A value that can be recognised by who knows it, and by nobody else: at most two characters of each end. */
export function mask(value: string): string {
  const characters = [...printableLine(value, 10_000)];
  const ends = characters.length >= 12 ? 2 : characters.length >= 6 ? 1 : 0;
  const tail = ends === 0 ? '' : characters.slice(-ends).join('');
  return `${characters.slice(0, ends).join('')}***${tail}`;
}

/**
 * The matches of a global pattern that `confirm` accepts. After one that it refuses the search goes on at the next
 * character, since the real one may begin inside; a pattern whose matches have a bounded length takes linear time.
 */
export function findMatches(
  kind: string,
  pattern: RegExp,
  text: string,
  confirm: (match: string, start: number) => boolean = () => true,
): readonly PlacedFinding[] {
  const found: PlacedFinding[] = [];
  const search = new RegExp(pattern.source, pattern.flags);
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    const [value] = match;
    const start = match.index;
    if (confirm(value, start)) found.push({ kind, value, start, end: start + value.length });
    else search.lastIndex = start + 1;
  }
  return found;
}

/** The findings in the order given, without those that overlap with an earlier one. */
export function withoutOverlaps(findings: readonly PlacedFinding[]): readonly PlacedFinding[] {
  const taken = new Uint8Array(findings.reduce((longest, { end }) => Math.max(longest, end), 0));
  return findings.filter(({ start, end }) => {
    if (taken.subarray(start, end).includes(1)) return false;
    taken.fill(1, start, end);
    return true;
  });
}

/** Looks for the pieces between the stars one after the other, which cannot backtrack. */
function matcherOf(allowed: string): (value: string) => boolean {
  const [first = '', ...rest] = allowed.toLowerCase().split('*');
  const last = rest.pop();
  return (given) => {
    const value = given.toLowerCase();
    if (last === undefined) return value === first;
    if (!value.startsWith(first) || value.length < first.length + last.length || !value.endsWith(last)) return false;
    let from = first.length;
    for (const piece of rest) {
      const place = value.indexOf(piece, from);
      if (place < 0) return false;
      from = place + piece.length;
    }
    return from <= value.length - last.length;
  };
}
