import type { Shift, Standing } from '../../model/prompt-change.js';
import { guardTopic, permissionsIn, strengthOf } from './guard-words.js';
import { pairSentences, type SentencePair, sentencesOf } from './sentences.js';

/**
 * What a change of texts does to the instructions in them: guards that are gone or new, sentences that bind less or more,
 * leave that is given, figures that are others. All texts that stand in one place together, so that a sentence which only
 * moved is none of these.
 */
export function shiftsOf(of: Standing, before: readonly string[], now: readonly string[]): readonly Shift[] {
  const pairs = pairSentences(before.flatMap(sentencesOf), now.flatMap(sentencesOf));
  return pairs.flatMap((pair) => effectsOf(pair).map((effect): Shift => ({ what: 'shift', of, ...effect, ...pair })));
}

type Effect = Pick<Shift, 'effect' | 'topic'>;

function effectsOf({ before, now }: SentencePair): readonly Effect[] {
  const effects: Effect[] = [];
  const [was, is] = [before === null ? null : guardTopic(before), now === null ? null : guardTopic(now)];
  if (isLost(was, is)) effects.push({ effect: 'guard-removed', topic: was });
  if (isLost(is, was)) effects.push({ effect: 'guard-added', topic: is });
  if (before !== null && now !== null) {
    const [bound, binds] = [strengthOf(before), strengthOf(now)];
    if (binds < bound) effects.push({ effect: 'softened', topic: null });
    if (binds > bound) effects.push({ effect: 'hardened', topic: null });
    if (figuresIn(before) !== figuresIn(now)) effects.push({ effect: 'figure', topic: null });
  }
  const leave = (now === null ? 0 : permissionsIn(now)) - (before === null ? 0 : permissionsIn(before));
  if (leave > 0) effects.push({ effect: 'permission-widened', topic: null });
  return effects;
}

/** Whether what one side guards the other does not: a prohibition that guards something now as well is none the less one. */
function isLost(topic: string | null, other: string | null): boolean {
  return topic !== null && topic !== other && (other === null || topic !== 'prohibition');
}

function figuresIn(sentence: string): string {
  return (sentence.match(/\p{N}+(?:[.,:]\p{N}+)*/gu) ?? []).join(' ');
}
