import type { DataValidateFunction, FuncKeywordDefinition } from 'ajv/dist/types/index.js';
import { isRecord, Literal } from '../../model/json.js';
import { compareDecimals, isMultipleOf } from './decimal.js';
import { equalJson, exactValues, holdsLiteral, plainText } from './json-value.js';

/** A number of a checked value, or the Literal of one that no double holds. */
type Exact = number | Literal;

const LIMITS: Readonly<Record<string, { readonly sign: string; readonly isMet: (order: number) => boolean }>> = {
  minimum: { sign: '>=', isMet: (order) => order >= 0 },
  maximum: { sign: '<=', isMet: (order) => order <= 0 },
  exclusiveMinimum: { sign: '>', isMet: (order) => order > 0 },
  exclusiveMaximum: { sign: '<', isMet: (order) => order < 0 },
};

/**
 * Has ajv, which knows doubles only, check numbers that no double holds. In the value that it is given each has a stand-in: a
 * double of its own of the same type (integer or not), so that `type` and `uniqueItems` hold; the words that look at
 * the number itself are ours, and know which number it stands for.
 */
export class ExactNumbers {
  #exact: ReadonlyMap<number, Literal> = new Map();

  /** The value as ajv is to be given it, until the next one. */
  standIn(value: unknown): unknown {
    const standIns = new StandIns(value);
    this.#exact = standIns.exact;
    return standIns.value;
  }

  /** The words of JSON Schema that look at a number itself, to take the place of ajv's own. */
  keywords(): readonly FuncKeywordDefinition[] {
    const equals = (data: unknown, wanted: unknown) => equalJson(this.#restore(data), wanted);
    return [
      define('const', (wanted: unknown) => ({
        isMet: (data) => equals(data, wanted),
        message: 'must be equal to constant',
        params: { allowedValue: wanted },
      })),
      define('enum', (allowed: unknown) => ({
        isMet: (data) => Array.isArray(allowed) && allowed.some((wanted) => equals(data, wanted)),
        message: 'must be equal to one of the allowed values',
        params: { allowedValues: allowed },
      })),
      ...Object.entries(LIMITS).map(([keyword, { sign, isMet }]) =>
        define(
          keyword,
          (limit: Exact) => ({
            isMet: (data) => isMet(compareDecimals(textOf(this.#restore(data) as Exact), textOf(limit)) ?? Number.NaN),
            message: `must be ${sign} ${String(limit)}`,
            params: {},
          }),
          'number',
        ),
      ),
      define(
        'multipleOf',
        (step: Exact) => ({
          isMet: (data) => isMultipleOf(textOf(this.#restore(data) as Exact), textOf(step)),
          message: `must be multiple of ${String(step)}`,
          params: {},
        }),
        'number',
      ),
    ];
  }

  #restore(data: unknown): unknown {
    if (this.#exact.size === 0) return data;
    if (typeof data === 'number') return this.#exact.get(data) ?? data;
    if (Array.isArray(data)) return data.map((item) => this.#restore(item));
    if (!isRecord(data)) return data;
    return Object.fromEntries(Object.entries(data).map(([key, member]) => [key, this.#restore(member)]));
  }
}

/** Whether a value has a number that no double holds. */
export function holdsInexact(value: unknown): boolean {
  return holdsLiteral(value) && holdsLiteral(exactValues(value));
}

interface Rule {
  readonly isMet: (data: unknown) => boolean;
  readonly message: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function define(keyword: string, ruleOf: (wanted: never) => Rule, type?: 'number'): FuncKeywordDefinition {
  return {
    keyword,
    ...(type && { type }),
    errors: true,
    compile: (wanted: unknown) => {
      const { isMet, message, params } = ruleOf(wanted as never);
      const check: DataValidateFunction = (data: unknown) => {
        if (isMet(data)) return true;
        check.errors = [{ keyword, message, params }];
        return false;
      };
      return check;
    },
  };
}

/** A decimal text of exactly this number. */
function textOf(number: Exact): string {
  return number instanceof Literal ? plainText(number) : String(number);
}

/** Larger than any number that people write, and the same where a fraction is asked for. */
const FIRST_INTEGER = 2 ** 1000;
const FIRST_FRACTION = 0.5;

/** A value with a double in the place of each number that no double holds; equal numbers have the same. */
class StandIns {
  readonly value: unknown;
  readonly exact = new Map<number, Literal>();
  readonly #byText = new Map<string, number>();
  readonly #taken = new Set<number>();

  constructor(value: unknown) {
    this.#take(value);
    this.value = this.#replace(value);
  }

  #take(value: unknown): void {
    if (typeof value === 'number') this.#taken.add(value);
    else if (value instanceof Literal) return;
    else if (value !== null && typeof value === 'object') for (const member of Object.values(value)) this.#take(member);
  }

  #replace(value: unknown): unknown {
    if (value instanceof Literal) return holdsInexact(value) ? this.#standInFor(value) : value.value;
    if (Array.isArray(value)) return value.map((item) => this.#replace(item));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.#replace(member)]));
  }

  #standInFor(literal: Literal): number {
    const text = plainText(literal);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const isInteger = isMultipleOf(text, '1');
    let standIn = isInteger ? FIRST_INTEGER : FIRST_FRACTION;
    while (this.#taken.has(standIn)) standIn = isInteger ? standIn * (1 + Number.EPSILON) : standIn + 1;
    this.#taken.add(standIn);
    this.#byText.set(text, standIn);
    this.exact.set(standIn, literal);
    return standIn;
  }
}
