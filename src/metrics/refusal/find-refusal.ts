import { ENGLISH, UNCLEAR } from './english.js';
import { otherLanguages } from './other-languages.js';
import type { Phrase } from './phrase.js';
import { type Request, readRequest } from './read-request.js';
import { openingOf } from './texts.js';
import { type Morals, weighMorals } from './weigh-morals.js';

/** How a text refuses: `partial` is a refusal that help follows. Null when it does not refuse. */
export interface Refusal {
  readonly kind: 'full' | 'partial' | null;
  /** The sum of what weighed; 1 and more refuses. */
  readonly weight: number;
  /** The phrases that weighed, as the text has them, and what they say. */
  readonly phrases: readonly { readonly says: Says; readonly text: string }[];
}

type Says = Phrase['says'] | Morals['phrases'][number]['says'];
type Weighed = Omit<Refusal, 'kind'>;

/** Who declines, does so at once. */
const DECLINING_SENTENCES = 3;
/** A list this long after the refusal makes it partial. */
const HELP_ITEMS = 3;

const NOTHING: Weighed = { weight: 0, phrases: [] };

/**
 * Whether one of these texts refuses `request` (null when it is not known): by the phrases of its first sentences, of
 * the text that weighs most. Linear in the length of the texts: phrases see a bounded part of them.
 */
export function findRefusal(texts: readonly string[], request: string | null): Refusal {
  const asked = readRequest(request);
  const judged = texts.flatMap((text) => weigh(text, asked));
  const heaviest = judged.reduce((most, each) => (each.weight > most.weight ? each : most), NOTHING);
  const kind = heaviest.weight < 1 ? null : texts.some(hasList) ? 'partial' : 'full';
  return { kind, ...heaviest };
}

/** What declines and what moralises, and each language, is weighed apart: an English word in a German sentence adds nothing. */
function weigh(text: string, request: Request): readonly Weighed[] {
  const opening = openingOf(text);
  const start = opening.slice(0, DECLINING_SENTENCES);
  return [
    UNCLEAR.test(opening.join(' ')) ? NOTHING : weighPhrases(start, ENGLISH),
    weighPhrases(start, otherLanguages()),
    weighMorals(opening, request, hasList(text)),
  ];
}

function weighPhrases(sentences: readonly string[], phrases: readonly Phrase[]): Weighed {
  const found = new Map<Phrase['says'], { weight: number; text: string }>();
  for (const sentence of sentences) {
    for (const { says, weight, pattern } of phrases) {
      if ((found.get(says)?.weight ?? 0) >= weight) continue;
      const match = pattern.exec(sentence);
      if (match) found.set(says, { weight, text: match[0] });
    }
  }
  return {
    weight: [...found.values()].reduce((sum, each) => sum + each.weight, 0),
    phrases: [...found].map(([says, each]) => ({ says, text: each.text })),
  };
}

function hasList(text: string): boolean {
  const items = text.match(/^[^\S\n]{0,8}(?:[-*\u2022]|\d{1,2}[.)])[^\S\n]/gm)?.length ?? 0;
  return items >= HELP_ITEMS;
}
