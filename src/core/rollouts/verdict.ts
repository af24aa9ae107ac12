import type { LiveVerdict } from '../../model/gateway-status.js';
import type { JudgedGate, MeasuredQuantity } from './measured-quantity.js';

/** Fails when the harm is proven to be beyond the margin, passes when it is proven not to be; no data proves nothing. */
export function judgeQuantity(gate: JudgedGate, quantity: MeasuredQuantity, alpha: number): LiveVerdict {
  const goal = -Math.log(alpha);
  const { bound } = gate;
  const limit = bound.kind === 'change' ? -bound.margin : bound.threshold;
  const holdsBelow = bound.kind === 'value' && bound.side === 'max';
  const [good, bad] = holdsBelow ? [quantity.below, quantity.above] : [quantity.above, quantity.below];
  if (bad(limit) >= goal) return 'fail';
  return good(limit) >= goal ? 'pass' : 'wait';
}
