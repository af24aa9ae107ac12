/**
 * Argument checks of the statistical functions. A number that is not finite, or lies outside of its domain, is a bug of
 * the caller: it throws a RangeError here instead of turning into a NaN that a gate might take for a pass.
 */

/** Throws a RangeError unless every value is a finite number. */
export function requireFinite(values: readonly number[], what: string): void {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (!Number.isFinite(value)) throw new RangeError(`${what}[${index}] must be a finite number, got ${value}`);
  }
}

/** Throws a RangeError unless `value` is a finite number. */
export function requireNumber(value: number, what: string): void {
  if (!Number.isFinite(value)) throw new RangeError(`${what} must be a finite number, got ${value}`);
}

/** Throws a RangeError unless `value` is finite and above 0. */
export function requirePositive(value: number, what: string): void {
  if (!(Number.isFinite(value) && value > 0)) throw new RangeError(`${what} must be above 0, got ${value}`);
}

/** Throws a RangeError unless `value` is in [0, 1]. */
export function requireProbability(value: number, what: string): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${what} must be between 0 and 1, got ${value}`);
}

/** Throws a RangeError unless `value` is strictly between 0 and 1: levels, confidences, powers. */
export function requireLevel(value: number, what: string): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${what} must be strictly between 0 and 1, got ${value}`);
}

/** Throws a RangeError unless `value` is an integer of at least `least` (0 unless told). */
export function requireCount(value: number, what: string, least = 0): void {
  if (!(Number.isSafeInteger(value) && value >= least)) {
    throw new RangeError(`${what} must be an integer of at least ${least}, got ${value}`);
  }
}

/** Throws a RangeError unless both arrays have the same length. */
export function requireSameLength(left: readonly unknown[], right: readonly unknown[], what: string): void {
  if (left.length !== right.length) {
    throw new RangeError(`${what} must have the same length, got ${left.length} and ${right.length}`);
  }
}
