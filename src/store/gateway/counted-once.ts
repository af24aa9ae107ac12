/** What can be reported of a call, each once. */
export const REPORTABLE = ['outcome', 'feedback'] as const;
export type Reported = (typeof REPORTABLE)[number];

/** A call by its place among the calls of the process that has answered it. */
export interface NumberedCall {
  readonly process: string;
  readonly number: number;
}

const BIT: Readonly<Record<Reported, number>> = { outcome: 1, feedback: 2 };
const CALLS_IN_PAGE = 4096;

/** A byte a call, of the calls around it too. */
interface Page {
  readonly bytes: Uint8Array;
  /** The latest call in it that was reported. */
  latest: number;
}

/**
 * What was reported already. A byte a call is enough, since calls are numbered; what is too old to be reported need not
 * be remembered, so the whole does not grow.
 */
export class CountedOnce {
  readonly #pages = new Map<string, Page>();
  readonly #keepMs: number;

  /** `keepMs`: a call older than this is never asked for. */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  has(call: NumberedCall, what: Reported): boolean {
    const byte = this.#pages.get(pageOf(call))?.bytes[call.number % CALLS_IN_PAGE] ?? 0;
    return (byte & BIT[what]) !== 0;
  }

  add(call: NumberedCall & { readonly at: number }, what: Reported, now: number): void {
    const page = this.#pages.get(pageOf(call)) ?? this.#open(pageOf(call), now);
    const index = call.number % CALLS_IN_PAGE;
    page.bytes[index] = (page.bytes[index] ?? 0) | BIT[what];
    page.latest = Math.max(page.latest, call.at);
  }

  get pages(): number {
    return this.#pages.size;
  }

  #open(key: string, now: number): Page {
    for (const [old, { latest }] of this.#pages) if (now - latest > this.#keepMs) this.#pages.delete(old);
    const page: Page = { bytes: new Uint8Array(CALLS_IN_PAGE), latest: 0 };
    this.#pages.set(key, page);
    return page;
  }
}

function pageOf({ process, number }: NumberedCall): string {
  return `${process} ${Math.floor(number / CALLS_IN_PAGE)}`;
}
