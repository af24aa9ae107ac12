import { ENGLISH } from './english.js';
import { OTHER_LANGUAGES } from './other-languages.js';
import type { Phrase } from './phrase.js';
import { openingOf } from './texts.js';

/** How a text refuses: `partial` is a refusal that help follows. Null when it does not refuse. */
export interface Refusal {
  readonly kind: 'full' | 'partial' | null;
  /** The sum of what weighed; 1 and more refuses. */
  readonly weight: number;
  /** The phrases that weighed, as the text has them, and what they say. */
  readonly phrases: readonly { readonly says: Phrase['says']; readonly text: string }[];
}

/** A list this long after the refusal makes it partial. */
const HELP_ITEMS = 3;

/** Weighed apart: an English word in a German sentence says nothing more. */
const LANGUAGES: readonly (readonly Phrase[])[] = [ENGLISH, OTHER_LANGUAGES];

/**
 * Whether one of these texts refuses, judged by the phrases of its first sentences: that of the text which weighs most.
 * Linear in the length of the texts: phrases see a bounded part of them.
 */
export function findRefusal(texts: readonly string[]): Refusal {
  const judged = texts.flatMap((text) => {
    const opening = openingOf(text);
    return LANGUAGES.map((phrases) => weigh(opening, phrases));
  });
  const heaviest = judged.reduce((most, each) => (each.weight > most.weight ? each : most), NOTHING);
  const kind = heaviest.weight < 1 ? null : texts.some(helps) ? 'partial' : 'full';
  return { kind, ...heaviest };
}

const NOTHING: Omit<Refusal, 'kind'> = { weight: 0, phrases: [] };

function weigh(opening: readonly string[], phrases: readonly Phrase[]): Omit<Refusal, 'kind'> {
  const found = new Map<Phrase['says'], { weight: number; text: string }>();
  for (const sentence of opening) {
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

function helps(text: string): boolean {
  const items = text.match(/^[^\S\n]{0,8}(?:[-*\u2022]|\d{1,2}[.)])[^\S\n]/gm)?.length ?? 0;
  return items >= HELP_ITEMS;
}
