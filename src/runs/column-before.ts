import type { Lanes } from '../calls/lanes.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import type { Plan, PlannedColumn } from '../core/scores/plan.js';
import { printableLine } from '../core/text/printable.js';
import type { ColumnChanges } from '../model/case-changes.js';
import type { Prompt } from '../model/prompt.js';
import { findPromptOfDigest, type PromptWanted } from '../project/prompts/prompt-of-digest.js';

/** Finds what a prompt was; null where nobody has it. */
export type FindPrompt = (wanted: PromptWanted) => Promise<Prompt | null>;

/** Looks in the repository around a folder, once for each prompt. */
export function promptFinder(root: string): FindPrompt {
  const found = new Map<string, Promise<Prompt | null>>();
  return (wanted) => {
    const key = JSON.stringify([wanted.id, wanted.digest]);
    const prompt = found.get(key) ?? findPromptOfDigest(root, wanted);
    found.set(key, prompt);
    return prompt;
  };
}

/**
 * A column as it was when its baseline was made, with the suite and the metrics of today: the same cases can be asked in both.
 * A text says why it cannot be had.
 */
export async function columnBefore(
  today: PlannedColumn,
  { promptDigest, commit, model: text }: ColumnChanges['baseline'],
  { findPrompt, lanes }: { readonly findPrompt: FindPrompt; readonly lanes: Pick<Lanes, 'has'> },
): Promise<PlannedColumn | { readonly why: string }> {
  const { prompt, suite } = today;
  const model = parseModelReference(text);
  if (!lanes.has(model.provider))
    return { why: `the baseline was of ${printableLine(text, 100)}, whose provider is none of this run` };
  if (prompt.digest === promptDigest) return { ...today, model };
  if (suite.held !== undefined || (today.media?.size ?? 0) > 0)
    return { why: 'its messages name files, which may have been others when the baseline was made' };
  const before = await findPrompt({ id: prompt.id, path: prompt.path, digest: promptDigest, commit });
  if (before === null)
    return {
      why: `git has no ${printableLine(prompt.id, 60)} with the digest of the baseline (${promptDigest.slice(0, 12)}); a shallow clone may lack it`,
    };
  const responders = [...(before.responses?.responders.values() ?? [])];
  if (responders.some(({ kind }) => kind !== 'fixed'))
    return { why: 'code answers the tools of its prompt, and that of the baseline is not here' };
  return { ...today, prompt: before, model };
}

/** The column of a plan that a change is of. */
export function columnOf(plan: Plan, change: Pick<ColumnChanges, 'suite' | 'prompt' | 'model'>): PlannedColumn {
  const isOf = ({ suite, prompt, model }: PlannedColumn) =>
    suite.id === change.suite && prompt.id === change.prompt && model.text === change.model;
  const column = plan.columns.find(isOf);
  if (!column) throw new RangeError(`no column of ${change.prompt} on ${change.model} in the plan`);
  return column;
}
