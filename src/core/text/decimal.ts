/** A decimal number as it is written, without the limits of a double: ± 0.DIGITS x 10^exponent. */
interface Decimal {
  readonly negative: boolean;
  /** Without zeros at either end; empty for 0. */
  readonly digits: string;
  readonly exponent: bigint;
}

/** An exponent of more digits is none that a number of the world has. */
const LONGEST_POWER = 20;

const DECIMAL = /^([-+]?)(\d*)(?:\.(\d*))?(?:e([-+]?\d+))?$/i;

function readDecimal(text: string): Decimal | null {
  const [, sign, whole = '', fraction = '', power = '0'] = DECIMAL.exec(text) ?? [];
  const written = whole + fraction;
  if (sign === undefined || written === '' || power.length > LONGEST_POWER) return null;
  // No patterns: over a hostile run of zeros they take time with the square of its length
  let start = 0;
  while (written[start] === '0') start++;
  let end = written.length;
  while (end > start && written[end - 1] === '0') end--;
  if (start === end) return { negative: false, digits: '', exponent: 0n };
  return {
    negative: sign === '-',
    digits: written.slice(start, end),
    exponent: BigInt(whole.length - start) + BigInt(power),
  };
}

/**
 * Whether two decimal texts (`3.10`, `-1e3`, `.5`) are the same number, exactly: 9007199254740993 is not
 * 9007199254740992, though a double takes them for one. False when one of them is no decimal number.
 */
export function sameDecimal(left: string, right: string): boolean {
  const [a, b] = [readDecimal(left), readDecimal(right)];
  if (a === null || b === null) return false;
  return a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent;
}

/** A decimal text in one form for all ways to write its number; as it is when it is no decimal number. */
export function decimalText(text: string): string {
  const decimal = readDecimal(text);
  if (decimal === null) return text;
  const { negative, digits, exponent } = decimal;
  return `${negative ? '-' : ''}${digits || '0'}${digits === '' ? '' : `e${exponent - BigInt(digits.length)}`}`;
}
