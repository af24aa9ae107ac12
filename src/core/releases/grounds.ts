import type { LedgerLine } from '../../model/ledger.js';
import type { ReleaseRef } from '../../model/release.js';
import type { EnvironmentState, Live } from './state.js';

/** A line that a state rests on and that does not hold. */
export interface Doubt {
  readonly line: number;
  readonly why: string;
}

/** A ledger whose lines hang on each other, for who needs a few of them. */
export interface Lines {
  readonly texts: readonly string[];
  /** Of a number, counted from 1. */
  readonly at: (n: number) => LedgerLine;
}

/**
 * The first line that does not hold of those on which what is live and on its way rests: what put each release there, and
 * all that brought a rollout on. Null where all hold. What went back needs no signature; but where it led to has to have
 * been put there by lines that hold. `faultOf` says why a line does not.
 */
export function doubtOf(
  { live, rollouts, signedSince }: EnvironmentState,
  lines: Lines,
  faultOf: (line: LedgerLine) => string | null,
): Doubt | null {
  if (signedSince === null) return null;
  const doubts: Doubt[] = [];
  const look = (line: LedgerLine): boolean => {
    // What is older than all signatures is as good as the names in it
    const why = line.n <= signedSince ? null : faultOf(line);
    if (why !== null) doubts.push({ line: line.n, why });
    return why === null;
  };
  for (const { release, line: n } of live.values()) {
    const line = lines.at(n);
    if (line.action !== 'rollback') {
      for (const each of withBegin(line, lines)) look(each);
    } else if (!wasPutThere(release, n, lines, (each) => each.n <= signedSince || faultOf(each) === null)) {
      doubts.push({ line: n, why: `no line that holds has put ${release.prompt}@${release.number} there before` });
    }
  }
  for (const { line: began } of rollouts) {
    look(lines.at(began));
    for (let n = began + 1; n <= lines.texts.length; n++) {
      if (lines.texts[n - 1]?.includes(`"rollout":${began},`)) look(lines.at(n));
    }
  }
  return doubts.reduce<Doubt | null>((first, each) => (first && first.line < each.line ? first : each), null);
}

/** A line, and for the end of a rollout the line that began it. */
function withBegin(line: LedgerLine, lines: Lines): readonly LedgerLine[] {
  return line.action === 'complete' ? [line, lines.at(line.rollout)] : [line];
}

/** The override by which a release is where it is, also after a rollback to it; null where policy had its say. */
export function overrideBehind({ release, line }: Live, lines: Lines): OverrideLine | null {
  for (const put of linesThatPut(release, line, lines)) return put.action === 'override' ? put : null;
  return null;
}

type OverrideLine = Extract<LedgerLine, { readonly action: 'override' }>;

function wasPutThere(release: ReleaseRef, before: number, lines: Lines, holds: (line: LedgerLine) => boolean): boolean {
  for (const put of linesThatPut(release, before - 1, lines)) if (withBegin(put, lines).every(holds)) return true;
  return false;
}

/** The lines up to one that have put a release where it was not live, the newest first. */
function* linesThatPut({ prompt, digest }: ReleaseRef, last: number, lines: Lines): Generator<LedgerLine> {
  for (let n = last; n > 0; n--) {
    const text = lines.texts[n - 1];
    // Most lines are of other prompts: to read them all would take longer than all the rest
    if (!text?.includes(digest) && !text?.includes('"action":"complete"')) continue;
    const line = lines.at(n);
    if (line.action !== 'promote' && line.action !== 'override' && line.action !== 'complete') continue;
    const all = withBegin(line, lines);
    const moved = all.flatMap((each) => ('releases' in each && each.action !== 'rollback' ? each.releases : []));
    if (moved.some((each) => each.prompt === prompt && each.digest === digest)) yield line;
  }
}
