import { LARGEST_SCORE } from '../core/scores/unit-range.js';
import { messageOf } from '../core/text/thrown.js';
import { isBlank } from '../model/blank.js';
import { isRecord, type Json, jsonSchema } from '../model/json.js';
import type { Unit } from '../model/quantity.js';
import type { AnyMetric } from './contract.js';
import type { ScoreResult } from './score-result.js';

// The types of the contract say all this, and a module in JavaScript, or one that casts, need not keep to them.

/** What a value may be in its unit, in words and numbers. */
const RANGES: Readonly<Record<Unit, { readonly is: string; readonly least: number; readonly most: number }>> = {
  fraction: { is: 'a fraction from 0 to 1', least: 0, most: 1 },
  ms: { is: 'a number of milliseconds from 0', least: 0, most: Number.MAX_VALUE },
  usd: { is: 'an amount in US dollars from 0', least: 0, most: Number.MAX_VALUE },
  tokens: { is: 'a number of tokens from 0', least: 0, most: Number.MAX_VALUE },
  characters: { is: 'a number of characters from 0', least: 0, most: Number.MAX_VALUE },
  number: { is: 'a finite number', least: -Number.MAX_VALUE, most: Number.MAX_VALUE },
};

/** So much a sum of shares may be off by. */
const ROUNDING = 1e-9;

/** What a metric gave, when it is a score in its unit. Throws an Error that says what is wrong with it. */
export function checkResult({ unit, corpus }: Pick<AnyMetric, 'unit' | 'corpus'>, given: unknown): ScoreResult {
  if (!isRecord(given)) throw new Error(`it gave ${show(given)} in place of { value, reason }`);
  const { value, notApplicable, reason, detail, statistics } = given;
  const score = value === null ? null : checkValue(unit, value);
  return {
    value: score,
    // Fails closed: a metric may say both
    ...(score === null && notApplicable === true ? { notApplicable } : {}),
    reason: typeof reason === 'string' && !isBlank(reason) ? reason : 'the metric gave no reason',
    ...(detail === undefined ? {} : { detail: checkDetail(detail) }),
    ...checkStatistics(statistics, corpus !== undefined && score !== null),
  };
}

/** A value that is in its unit. Throws an Error that says what is wrong with any other. */
export function checkValue(unit: Unit, value: unknown): number {
  const { is, least, most } = RANGES[unit];
  if (typeof value !== 'number' || !(value >= least - ROUNDING && value <= most + ROUNDING))
    throw new Error(`it gave ${show(value)}, and its value is ${is}`);
  if (Math.abs(value) > LARGEST_SCORE) throw new Error(`it gave ${value}, and its value may be 1e100 at most`);
  return Math.min(most, Math.max(least, value)) + 0;
}

/** As JSON keeps it: it goes into files that others read. */
function checkDetail(detail: unknown): Readonly<Record<string, Json>> {
  if (!isRecord(detail)) throw new Error(`it gave ${show(detail)} as its detail, which is an object`);
  const because = (why: string) => new Error(`it gave a detail that JSON cannot hold: ${why}`);
  let held: unknown;
  try {
    held = JSON.parse(JSON.stringify(detail));
  } catch (error) {
    throw because(messageOf(error).split('\n')[0] ?? '');
  }
  // Deeper data could be written, and not be read again
  const { data, error } = jsonSchema.safeParse(held);
  if (error) throw because(error.issues.map(({ message }) => message).join('; '));
  return data as Readonly<Record<string, Json>>;
}

function checkStatistics(given: unknown, needed: boolean): Pick<ScoreResult, 'statistics'> {
  if (given === undefined && !needed) return {};
  if (!Array.isArray(given) || !given.every((each) => typeof each === 'number' && Math.abs(each) <= LARGEST_SCORE))
    throw new Error('it gave no statistics, which its value of a corpus is made of');
  return { statistics: [...given] };
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
