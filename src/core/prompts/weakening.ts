import type { GateEdit, PromptEdit, PromptState } from '../../model/prompt-change.js';
import type { RulesState, SuiteState } from '../../model/suite-state.js';
import type { Weakening } from '../../model/weakening.js';
import { pairPrompts } from './pair-prompts.js';
import { changePrompt } from './prompt-change.js';
import { changeRules } from './rule-changes.js';

/** All that judges a change, in one state of a project. */
export interface JudgingState {
  readonly prompts: ReadonlyMap<string, PromptState>;
  readonly rules: RulesState;
}

/**
 * What a change does to what judges it: gates, marks, metrics, suites, cases, baselines, judges, recorded answers that it
 * removes, makes easier to pass, or makes others. What it adds or makes stricter is left out.
 */
export function weakeningsOf(before: JudgingState, now: JudgingState): readonly Weakening[] {
  const { suites } = before.rules;
  return [
    ...pairPrompts(before.prompts, now.prompts).flatMap(({ before: was, now: is }) => weakenedPrompt(was, is, suites)),
    ...changeRules(before.rules, now.rules).flatMap(({ file, effect, text }) =>
      effect === 'strengthened' ? [] : [{ file, effect, text }],
    ),
  ];
}

function weakenedPrompt(
  before: PromptState | null,
  now: PromptState | null,
  suites: readonly SuiteState[],
): readonly Weakening[] {
  if (before === null) return [];
  const { id, digest } = before.prompt;
  const path = now?.prompt.path ?? before.prompt.path;
  const { edits } = changePrompt(before, now);
  const file = now?.thresholdsPath ?? before.thresholdsPath ?? path;
  const gates = edits.flatMap((edit) => (edit.what === 'gate' ? weakenedGate(file, edit) : []));
  const altered = (text: string): Weakening => ({ file: path, effect: 'altered', text });
  // The prompt of a judge is what judges, and so is that of a simulated user; of any other it is what is judged
  const [, kind = '', name = ''] = /^(judges|users)\/(.*)$/.exec(id) ?? [];
  const isOther = kind !== '' && now?.prompt.digest !== digest;
  const who = kind === 'judges' ? `judge ${name}` : `the user ${name}`;
  return [
    ...gates,
    ...(isOther ? [altered(`the prompt of ${who} is ${now === null ? 'gone' : 'another'}`)] : []),
    ...(now !== null && asksForSchema(id, suites) ? edits.flatMap(weakenedOutput).map(altered) : []),
  ];
}

/** Whether a suite holds the answers of a prompt to the prompt's own schema. */
function asksForSchema(id: string, suites: readonly SuiteState[]): boolean {
  return suites.some(
    ({ prompts, metrics }) =>
      prompts.includes(id) &&
      [...metrics.values()].some(({ metric, schema }) => metric === 'json' && schema === undefined),
  );
}

function weakenedOutput(edit: PromptEdit): readonly string[] {
  if (edit.what !== 'schema' || edit.of !== 'output') return [];
  if (edit.effect === 'narrowed' || edit.effect === 'added' || edit.effect === 'described') return [];
  return [`\`output.schema\`, which metric json holds answers to: ${[edit.at, edit.text].filter(Boolean).join(' ')}`];
}

function weakenedGate(file: string, { effect, rule, before, now }: GateEdit): readonly Weakening[] {
  if (effect === 'added' || effect === 'strengthened') return [];
  if (effect === 'removed') return [{ file, effect: 'weakened', text: `gate ${before ?? rule} is gone` }];
  // `confidence 0.95 → 0.8`, or the whole gate as it was and as it is
  const change = `${before ?? 'none'} → ${now ?? 'none'}`;
  return [{ file, effect, text: before?.startsWith(rule) ? `gate ${change}` : `${rule}: ${change}` }];
}
