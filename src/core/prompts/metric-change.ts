import type { RuleChange } from '../../model/prompt-change.js';
import { quantitySchema } from '../../model/quantity.js';
import { digest } from '../text/canonical.js';

type Entry = Readonly<Record<string, unknown>>;

/** Of a metric whose mark alone was moved, which way; any other is another metric; null when it is the same. */
export function changeMetric(id: string, was: Entry, is: Entry): Pick<RuleChange, 'effect' | 'text'> | null {
  if (digest(was) === digest(is)) return null;
  const { min: minBefore, max: maxBefore, ...rest } = was;
  const { min: minNow, max: maxNow, ...restNow } = is;
  if (digest(rest) !== digest(restNow)) return { effect: 'altered', text: `metric ${id} is another` };
  const steps = [stepOf(minBefore, minNow, true), stepOf(maxBefore, maxNow, false)];
  const effect = (['weakened', 'altered'] as const).find((step) => steps.includes(step)) ?? 'strengthened';
  const said = (value: unknown) => (value === undefined ? 'none' : String(value));
  const marks = [
    minBefore === minNow ? '' : `min ${said(minBefore)} → ${said(minNow)}`,
    maxBefore === maxNow ? '' : `max ${said(maxBefore)} → ${said(maxNow)}`,
  ].filter(Boolean);
  return { effect, text: `mark of ${id}: ${marks.join(', ')}` };
}

function stepOf(before: unknown, now: unknown, moreIsHarder: boolean): RuleChange['effect'] | 'same' {
  if (before === now) return 'same';
  if (now === undefined) return 'weakened';
  if (before === undefined) return 'strengthened';
  const [was, is] = [quantitySchema.safeParse(before), quantitySchema.safeParse(now)];
  if (!was.success || !is.success || was.data.unit !== is.data.unit) return 'altered';
  return is.data.value > was.data.value === moreIsHarder ? 'strengthened' : 'weakened';
}
