import type { KnownCall } from '../../model/kept-call.js';
import { formatValue } from '../text/format.js';

/** What was wrong with a call, in words; nothing when nobody has found anything. */
export function failuresOf({
  error,
  scores,
  outcomes,
}: Pick<KnownCall, 'error' | 'scores' | 'outcomes'>): readonly string[] {
  return [
    ...(error === null ? [] : [`error: ${error}`]),
    ...scores
      .filter(({ passed }) => passed === false)
      .map(({ metric, value }) => `${metric} ${formatValue(value, 'number')}`),
    ...outcomes.flatMap(({ ok, feedback }) => [
      ...(ok === false ? ['the app reported a failure'] : []),
      ...(isBadFeedback(feedback) ? [`feedback ${feedback}`] : []),
    ]),
  ];
}

/** Thumbs down, not resolved, not bought: apps report 1 for good, and 0 or less for bad. */
function isBadFeedback(feedback: number | null): boolean {
  return feedback !== null && feedback <= 0;
}
