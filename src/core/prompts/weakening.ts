import type { GateEdit, PromptState } from '../../model/prompt-change.js';
import type { RulesState } from '../../model/suite-state.js';
import type { Weakening } from '../../model/weakening.js';
import { count } from '../text/format.js';
import { changePrompt } from './change.js';
import { pairPrompts } from './pair-prompts.js';
import { changeRules } from './rule-changes.js';

/** All that judges a change, in one state of a project. */
export interface JudgingState {
  readonly prompts: ReadonlyMap<string, PromptState>;
  readonly rules: RulesState;
  /** Of each cassette by its path: the digest of every answer by its key. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/**
 * What a change does to what judges it: gates, marks, metrics, suites, cases, baselines, judges, recorded answers that it
 * removes, makes easier to pass, or makes others. What it adds or makes stricter is left out.
 */
export function weakeningsOf(before: JudgingState, now: JudgingState): readonly Weakening[] {
  return [
    ...pairPrompts(before.prompts, now.prompts).flatMap(({ before: was, now: is }) => weakenedPrompt(was, is)),
    ...changeRules(before.rules, now.rules).flatMap(({ file, effect, text }) =>
      effect === 'strengthened' ? [] : [{ file, effect, text }],
    ),
    ...[...before.answers].flatMap(([path, answers]) => weakenedAnswers(path, answers, now.answers.get(path))),
  ];
}

function weakenedPrompt(before: PromptState | null, now: PromptState | null): readonly Weakening[] {
  if (before === null) return [];
  const { id, path, digest } = before.prompt;
  const file = (now?.prompt.path ?? path).replace(/\.prompt\.(ya?ml)$/, '.thresholds.$1');
  const gates = changePrompt(before, now).edits.flatMap((edit) =>
    edit.what === 'gate' ? weakenedGate(file, edit) : [],
  );
  // The prompt of a judge is what judges; of any other it is what is judged
  const isJudge = id.startsWith('judges/') && now?.prompt.digest !== digest;
  const judge = `the prompt of judge ${id.slice('judges/'.length)} is ${now === null ? 'gone' : 'another'}`;
  return [...gates, ...(isJudge ? [{ file: path, effect: 'altered' as const, text: judge }] : [])];
}

function weakenedGate(file: string, { effect, rule, before, now }: GateEdit): readonly Weakening[] {
  if (effect === 'added' || effect === 'strengthened') return [];
  if (effect === 'removed') return [{ file, effect: 'weakened', text: `gate ${before ?? rule} is gone` }];
  // `confidence 0.95 → 0.8`, or the whole gate as it was and as it is
  const change = `${before ?? 'none'} → ${now ?? 'none'}`;
  return [{ file, effect, text: before?.startsWith(rule) ? `gate ${change}` : `${rule}: ${change}` }];
}

function weakenedAnswers(
  file: string,
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string> | undefined,
): readonly Weakening[] {
  // A cassette that is gone replays nothing, so nothing passes by it; other requests have other keys
  const changed = [...before].filter(([key, digest]) => now?.has(key) && now.get(key) !== digest).length;
  if (changed === 0) return [];
  const text = `${count(changed, 'recorded answer')} to the same request ${changed === 1 ? 'is another' : 'are others'}`;
  return [{ file, effect: 'altered', text }];
}
