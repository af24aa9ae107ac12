import type { PromptState } from '../../model/prompt-change.js';
import { placeMessages } from './messages.js';
import { likeness } from './sentences.js';

/** A prompt of one state beside what it is in another; one of them is null where it is new or gone. */
export interface PromptPair {
  readonly before: PromptState | null;
  readonly now: PromptState | null;
}

/** The share of words in common from which a prompt that is gone and one that is new are one that was renamed. */
const ALIKE = 0.6;

/**
 * The prompts of two states, each with itself: by its id; of those that are left by digest, by file, and then by their
 * words, the most alike first. Sorted by id.
 */
export function pairPrompts(
  before: ReadonlyMap<string, PromptState>,
  now: ReadonlyMap<string, PromptState>,
): readonly PromptPair[] {
  const pairs: PromptPair[] = [];
  const [gone, come] = [new Map(before), new Map(now)];
  const take = (fits: (a: PromptState, b: PromptState) => boolean) => {
    for (const [id, was] of [...gone]) {
      const found = [...come].find(([, is]) => fits(was, is));
      if (!found) continue;
      pairs.push({ before: was, now: found[1] });
      gone.delete(id);
      come.delete(found[0]);
    }
  };
  take((a, b) => a.prompt.id === b.prompt.id);
  take((a, b) => a.prompt.digest === b.prompt.digest);
  take((a, b) => a.prompt.path === b.prompt.path);
  const alike = [...gone.values()]
    .flatMap((was) => [...come.values()].map((is) => ({ was, is, share: likeness(textOf(was), textOf(is)) })))
    .filter(({ share }) => share >= ALIKE)
    .sort((a, b) => b.share - a.share);
  for (const { was, is } of alike) take((a, b) => a === was && b === is);
  const rest = [
    ...[...gone.values()].map((was): PromptPair => ({ before: was, now: null })),
    ...[...come.values()].map((is): PromptPair => ({ before: null, now: is })),
  ];
  return [...pairs, ...rest].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

function idOf({ before, now }: PromptPair): string {
  return (now ?? before)?.prompt.id ?? '';
}

/** Its words: the braces that all templates have say nothing of which one it is. */
function textOf({ prompt }: PromptState): string {
  return placeMessages(prompt.messages)
    .map(({ text }) => text.replace(/\{\{-?|-?\}\}|\{%-?|-?%\}/g, ' '))
    .join('\n');
}
