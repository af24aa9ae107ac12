import type { Unit } from '../../model/quantity.js';
import type { WrittenQuantity, WrittenUnit } from '../../model/written-quantity.js';

const WRITE: Readonly<Record<Unit, string>> = {
  fraction: 'a fraction like 0.9 or 90%',
  ms: 'a time like 250ms or 4s',
  usd: 'an amount like $0.002',
  tokens: 'a plain number of tokens',
  characters: 'a plain number',
  number: 'a plain number',
};

const ALLOWED: Readonly<Record<Unit, readonly WrittenUnit[]>> = {
  fraction: [null, 'percent'],
  // A bare number would leave open whether milliseconds or seconds are meant
  ms: ['ms'],
  usd: ['usd', null],
  tokens: [null],
  characters: [null],
  number: [null],
};

/** A written threshold in the unit of its metric, or what is wrong with it. */
export function thresholdIn(
  written: WrittenQuantity,
  unit: Unit,
  range: 'value' | 'sum' = 'value',
): number | { readonly problem: string } {
  if (!ALLOWED[unit].includes(written.unit)) return { problem: `must be ${WRITE[unit]}` };
  if (written.value < 0 && unit !== 'number') return { problem: `must not be negative; write ${WRITE[unit]}` };
  if (unit === 'fraction' && range === 'value' && written.value > 1) {
    const percent = written.unit === null && written.value <= 100 ? ` (did you mean ${written.value}%?)` : '';
    return { problem: `is out of range: a fraction lies between 0 and 1${percent}` };
  }
  return written.value;
}
