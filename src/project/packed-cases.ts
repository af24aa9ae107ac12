import { CasesOnDemand } from '../core/scores/cases.js';
import { isWrittenJson, jsonText } from '../core/text/json-value.js';
import { NumberList } from '../core/text/number-list.js';
import { readJson } from '../core/text/read-json.js';
import type { Case, Cases } from '../model/case.js';
import type { Json } from '../model/json.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { WrittenMessage } from '../model/written-message.js';

const PAGE_BYTES = 1 << 20;

/** What a case need not have stands at the end: null where it is not there, left out where nothing follows. */
type PackedCase = [id: string, vars: Case['vars'], tags: Case['tags'], ...rest: PackedRest];
type PackedRest = readonly [
  expected?: readonly [Json] | null,
  turns?: Case['turns'] | null,
  messages?: readonly WrittenMessage[],
];

/** Takes cases one by one and keeps them as JSON in a few large buffers: a tenth of what the objects would take. */
export class CasePacker {
  readonly #pages: Buffer[] = [];
  /** Of each case: its page, and where in it it begins and ends. */
  readonly #page = new NumberList();
  readonly #start = new NumberList();
  readonly #end = new NumberList();
  #used = 0;
  /** Metrics of single cases hold functions, and few cases have any. */
  readonly #metrics = new Map<number, readonly MetricEntry[]>();
  /** Cases of YAML files that hold what JSON has no words for, such as 0x1F and `True`: they are few, and stay objects. */
  readonly #whole = new Map<number, Case>();

  add(written: Case): void {
    const { id, vars, tags, metrics } = written;
    const packed: PackedCase = [id, vars, tags, ...rest(written)];
    const text = jsonText(packed);
    if (!isWrittenJson(packed)) this.#whole.set(this.#page.length, written);
    const page = this.#pageWith(Buffer.byteLength(text));
    if (metrics.length > 0) this.#metrics.set(this.#page.length, metrics);
    this.#page.push(this.#pages.length - 1);
    this.#start.push(this.#used);
    this.#used += page.write(text, this.#used);
    this.#end.push(this.#used);
  }

  /** The cases so far. */
  get cases(): Cases {
    return new CasesOnDemand(this.#page.length, (index) => this.#unpack(index));
  }

  /** A page with room for so many bytes more. */
  #pageWith(bytes: number): Buffer {
    const last = this.#pages.at(-1);
    if (last && last.length - this.#used >= bytes) return last;
    const page = Buffer.allocUnsafe(Math.max(PAGE_BYTES, bytes));
    this.#pages.push(page);
    this.#used = 0;
    return page;
  }

  #unpack(index: number): Case {
    const whole = this.#whole.get(index);
    if (whole) return whole;
    const text = this.#pages[this.#page.at(index)]?.toString('utf8', this.#start.at(index), this.#end.at(index));
    // Written by `add`
    const [id, vars, tags, expected, turns, messages] = readJson(text ?? '') as unknown as PackedCase;
    return {
      ...{ id, vars, expected: expected?.[0], tags, metrics: this.#metrics.get(index) ?? [] },
      ...(turns && { turns }),
      ...(messages && { messages }),
    };
  }
}

function rest({ expected, turns, messages }: Case): PackedRest {
  const packed = expected === undefined ? null : ([expected] as const);
  if (messages) return [packed, turns ?? null, messages];
  if (turns) return [packed, turns];
  return packed ? [packed] : [];
}
