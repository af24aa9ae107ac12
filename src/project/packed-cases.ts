import { CasesOnDemand } from '../core/scores/cases.js';
import { isWrittenJson, jsonText } from '../core/text/json-value.js';
import { NumberList } from '../core/text/number-list.js';
import { readJson } from '../core/text/read-json.js';
import type { Case, Cases } from '../model/case.js';
import type { MetricEntry } from '../model/metric-entry.js';

const PAGE_BYTES = 1 << 20;

type PackedCase =
  | [id: string, vars: Case['vars'], tags: Case['tags'], expected?: Case['expected']]
  // Of a conversation: the list is empty where nothing is expected
  | [id: string, vars: Case['vars'], tags: Case['tags'], expected: [] | [Case['expected']], turns: Case['turns']];

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
    const { metrics } = written;
    const packed = pack(written);
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
    const packed = readJson(text ?? '') as unknown as PackedCase;
    const [id, vars, tags] = packed;
    const metrics = this.#metrics.get(index) ?? [];
    if (packed.length !== 5) return { id, vars, expected: packed[3], tags, metrics };
    const [expected] = packed[3];
    return { id, vars, expected, tags, metrics, turns: packed[4] };
  }
}

function pack({ id, vars, tags, expected, turns }: Case): PackedCase {
  if (turns !== undefined) return [id, vars, tags, expected === undefined ? [] : [expected], turns];
  return expected === undefined ? [id, vars, tags] : [id, vars, tags, expected];
}
