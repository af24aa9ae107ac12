import { printableLine } from '../core/text/printable.js';
import { notApplicable, quoted, type ScoreResult } from './score-result.js';

/** What was found, and the judge's reason for it on the same line. */
export function withReason(found: string, reason: string): string {
  const shown = printableLine(reason, 500);
  return shown === '' ? found : `${found}: ${shown}`;
}

/** A part of a text that a judge found, such as a claim, and whether it is as it should be. */
interface FoundPart {
  readonly text: string;
  readonly reason: string;
  readonly met: boolean;
}

/** The share of the parts that are met; the reason names the first that are not. Without a part there is nothing to judge. */
export function scoreParts(
  parts: readonly FoundPart[],
  words: { readonly met: string; readonly unmet: string; readonly none: string },
): ScoreResult {
  if (parts.length === 0) return notApplicable(words.none);
  const missed = parts.filter(({ met }) => !met);
  const met = parts.length - missed.length;
  const share = `${met} of ${parts.length} ${words.met}`;
  const shown = missed.slice(0, 3).map(({ text, reason }) => withReason(quoted([text]), printableLine(reason, 120)));
  const more = missed.length > 3 ? `; and ${missed.length - 3} more` : '';
  return {
    value: met / parts.length,
    reason: missed.length === 0 ? share : `${share}; ${words.unmet}: ${shown.join('; ')}${more}`,
    detail: { found: parts.length, met },
  };
}
