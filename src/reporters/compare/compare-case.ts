import type { ComparedCase } from '../../core/compare/comparison.js';
import { printableLine } from '../../core/text/printable.js';
import type { Result } from '../../model/run-record.js';
import { describeResult, type Field } from '../words/fields.js';

/** A case: what was asked and expected, and what each side answered. Empty where nothing is known. */
export interface DescribedCase {
  readonly asked: readonly Field[];
  readonly before: readonly Field[];
  readonly now: readonly Field[];
}

/** What is told about a case whose samples are known. */
export function describeCase({ results }: ComparedCase): DescribedCase {
  const { before, now } = results ?? { before: null, now: null };
  const asked = fieldsOf(now ?? before).filter(({ role }) => role === 'input' || role === 'expected');
  return { asked, before: answerOf(before), now: answerOf(now) };
}

function answerOf(result: Result | null): readonly Field[] {
  const error = result?.error;
  if (error) {
    const text = `(no answer: ${printableLine(`${error.kind}, ${error.message}`, 300)})`;
    return [{ label: 'output', text, role: 'output' }];
  }
  return fieldsOf(result).filter(({ role }) => role === 'output' || role === 'score');
}

function fieldsOf(result: Result | null): readonly Field[] {
  return result === null ? [] : describeResult(result);
}
