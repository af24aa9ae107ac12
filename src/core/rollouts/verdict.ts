import type { JudgedGate, Quantity } from './quantity.js';

export type Verdict = 'pass' | 'fail' | 'wait';

/** Fails when the harm is proven to be beyond the margin, passes when it is proven not to be; no data proves nothing. */
export function verdictOf(gate: JudgedGate, quantity: Quantity, alpha: number): Verdict {
  const goal = -Math.log(alpha);
  const { bound } = gate;
  const limit = bound.kind === 'change' ? -bound.margin : bound.threshold;
  const holdsBelow = bound.kind === 'value' && bound.side === 'max';
  const [good, bad] = holdsBelow ? [quantity.below, quantity.above] : [quantity.above, quantity.below];
  if (bad(limit) >= goal) return 'fail';
  return good(limit) >= goal ? 'pass' : 'wait';
}
