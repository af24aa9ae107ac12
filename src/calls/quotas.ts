import type { Allowance, AllowanceUnit } from '../providers/contract/allowances.js';

/** What a call may use of each thing that services count. */
export type Use = Readonly<Record<AllowanceUnit, number>>;

/** Longer than this nobody waits on a service's word; then the service itself is asked again. */
const LONGEST_WAIT_MS = 60_000;

interface Quota {
  readonly remaining: number;
  readonly limit: number | null;
  /** When the whole limit is there again. */
  readonly resetAt: number;
  /** The first call that started when this was known: only such a one can know better. */
  readonly next: number;
}

/** Keeps calls within what a service said is left of the rate limits of one model, before it has to refuse any. */
export class Quotas {
  readonly #quotas = new Map<AllowanceUnit, Quota>();
  readonly #inFlight: Record<AllowanceUnit, number> = {
    requests: 0,
    tokens: 0,
    'input-tokens': 0,
    'output-tokens': 0,
  };

  /**
   * How many milliseconds a call has to wait: 0 when what is left suffices for it too. What is in flight counts as not
   * yet subtracted, so that look again whenever a call has ended.
   */
  waitAt(now: number, use: () => Use): number {
    let wait = 0;
    for (const [unit, { remaining, limit, resetAt }] of this.#quotas) {
      const left = (now < resetAt ? remaining : (limit ?? Number.POSITIVE_INFINITY)) - this.#inFlight[unit];
      if (left >= use()[unit]) continue;
      // After the reset only the others' answers can tell more, and what fits in no limit is the service's to refuse
      if (now < resetAt) wait = Math.max(wait, resetAt - now);
      else if (this.#inFlight.requests > 0) return Number.POSITIVE_INFINITY;
    }
    return wait;
  }

  /** A call starts. */
  start(use: Use): void {
    this.#count(use, 1);
  }

  /** A call has ended. */
  end(use: Use): void {
    this.#count(use, -1);
  }

  /**
   * What the answer to a call says is left. Calls are named by the number in which they started; `next` is the next to.
   */
  tell(allowances: readonly Allowance[], call: number, next: number, now: number): void {
    for (const { unit, remaining, limit, resetMs } of allowances) {
      const resetAt = now + Math.min(resetMs ?? 0, LONGEST_WAIT_MS);
      const known = this.#quotas.get(unit);
      const told = { remaining, limit, resetAt, next };
      // Answers to calls that were open together come in any order: the least that one of them says is true
      const isOlder = known !== undefined && call < known.next && now < known.resetAt;
      this.#quotas.set(unit, isOlder ? leastOf(told, known) : told);
    }
  }

  #count(use: Use, sign: 1 | -1): void {
    this.#inFlight.requests += sign * use.requests;
    this.#inFlight.tokens += sign * use.tokens;
    this.#inFlight['input-tokens'] += sign * use['input-tokens'];
    this.#inFlight['output-tokens'] += sign * use['output-tokens'];
  }
}

function leastOf(told: Quota, known: Quota): Quota {
  const remaining = Math.min(told.remaining, known.remaining);
  return { ...told, remaining, resetAt: Math.max(told.resetAt, known.resetAt), next: known.next };
}
