import type { JudgedColumn } from '../core/gates/judged-column.js';
import { describeBlind, nameOfForesight } from '../core/power/describe-blind.js';
import { foresee } from '../core/power/foresee.js';
import type { Plan } from '../core/scores/plan.js';
import { count } from '../core/text/format.js';

/**
 * A note on the gates that cannot see their own margin, if there are any: one, by the noise of the baseline, as `llmci plan`
 * has it. The noise of a single run would not do: of 40 cases a handful change their answer by chance, three in one run and
 * nine in the next, and the cases that a gate needs follow that number.
 */
export function notesOnPower(plan: Plan, columns: readonly JudgedColumn[]): readonly string[] {
  if (columns.every(({ baseline }) => 'why' in baseline)) return [];
  const baselines = columns.map(({ baseline }) => baseline);
  const foreseen = plan.columns.flatMap((column, index) => {
    const baseline = baselines[index];
    return baseline && 'column' in baseline ? foresee({ ...plan, columns: [column] }, [baseline]) : [];
  });
  const blind = foreseen.filter(({ seesMargin }) => seesMargin === false);
  const [first] = blind;
  if (!first) return [];
  const name = `${nameOfForesight(first)}${plan.columns.length > 1 ? ` of ${first.prompt} on ${first.model}` : ''}`;
  return [
    blind.length === 1
      ? `Gate ${name} cannot see its own margin: ${describeBlind(first)}. See llmci plan.`
      : `${count(blind.length, 'gate')} cannot see their own margin. The first, ${name}: ${describeBlind(first)}. See llmci plan.`,
  ];
}
