import { LlmciError } from '../../core/text/errors.js';

const GOOD = ['1', 'true', 'yes', 'pass', 'good'];
const BAD = ['0', 'false', 'no', 'fail', 'bad'];

/**
 * Says which labels are good: those that `positive` names, or numbers within a bound of it (`>=4`). Without it, the
 * usual words for yes and no; null when the labels are others. Throws `bad-flag` for one that no row has.
 */
export function readGoodLabels(
  labels: readonly string[],
  positive: readonly string[],
): ((label: string) => boolean) | null {
  if (positive.length === 0) {
    const usual = labels.every((label) => [...GOOD, ...BAD].includes(label.toLowerCase()));
    return usual ? (label) => GOOD.includes(label.toLowerCase()) : null;
  }
  const known = new Set(labels);
  const tests = positive.map((written) => {
    const [, operator, bound] = /^(>=|<=)\s*(-?\d+(?:\.\d+)?)$/.exec(written) ?? [];
    if (bound !== undefined)
      return (label: string) => (operator === '>=' ? Number(label) >= Number(bound) : Number(label) <= Number(bound));
    if (!known.has(written)) {
      const why = `no row has the label ${written}; there are ${[...known].slice(0, 10).join(', ')}`;
      throw new LlmciError('bad-flag', { flag: '--positive', why, command: 'calibrate' });
    }
    return (label: string) => label === written;
  });
  return (label) => tests.some((test) => test(label));
}
