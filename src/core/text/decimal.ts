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

/** More digits than any number of the world has; beyond them nothing is computed. */
const MOST_DIGITS = 1000;

/** Below 0, 0 or above 0 as the first decimal text is less than, the same as or more than the second; null when one is none. */
export function compareDecimals(left: string, right: string): number | null {
  const [a, b] = [readDecimal(left), readDecimal(right)];
  if (a === null || b === null) return null;
  const [signA, signB] = [signOf(a), signOf(b)];
  if (signA !== signB || signA === 0) return signA - signB;
  if (a.exponent !== b.exponent) return a.exponent > b.exponent ? signA : -signA;
  // Digits behind the point: what begins the other is the less
  return a.digits === b.digits ? 0 : a.digits > b.digits ? signA : -signA;
}

function signOf({ negative, digits }: Decimal): number {
  if (digits === '') return 0;
  return negative ? -1 : 1;
}

/** Whether the number of a decimal text is a multiple of another, exactly. False when one of them is no decimal, or of too many digits. */
export function isMultipleOf(text: string, step: string): boolean {
  const [a, b] = [readDecimal(text), readDecimal(step)];
  if (a === null || b === null || b.digits === '') return false;
  if (a.digits === '') return true;
  const [powerA, powerB] = [a.exponent - BigInt(a.digits.length), b.exponent - BigInt(b.digits.length)];
  const lowest = powerA < powerB ? powerA : powerB;
  const zeros = [powerA - lowest, powerB - lowest] as const;
  if (zeros.some((count) => count > MOST_DIGITS) || [a, b].some(({ digits }) => digits.length > MOST_DIGITS))
    return false;
  return (BigInt(a.digits) * 10n ** zeros[0]) % (BigInt(b.digits) * 10n ** zeros[1]) === 0n;
}
