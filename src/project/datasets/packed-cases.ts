import type { MediaFiles } from '../../core/requests/media-source.js';
import { CasesOnDemand, CasesTogether } from '../../core/scores/cases.js';
import { holdsLiteral, isWrittenJson, jsonText } from '../../core/text/json-value.js';
import { NumberList } from '../../core/text/number-list.js';
import { readJson } from '../../core/text/read-json.js';
import type { Case, Cases } from '../../model/case.js';
import type { Json } from '../../model/json.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { WrittenMessage } from '../../model/written-message.js';

const PAGE_BYTES = 1 << 20;

/** What a case need not have stands at the end: null where it is not there, left out where nothing follows. */
type PackedCase = [id: string, vars: Case['vars'], tags: Case['tags'], ...rest: PackedRest];
type PackedRest = readonly [
  expected?: readonly [Json] | null,
  turns?: Case['turns'] | null,
  messages?: readonly WrittenMessage[] | null,
  files?: readonly string[],
  simulate?: Case['simulate'] | null,
  provenance?: Case['provenance'],
];

/** Takes cases one by one and keeps them as JSON in a few large buffers: a tenth of what the objects would take. */
export class CasePacker {
  readonly #pages: Buffer[] = [];
  /** Of each case: its page, and where in it it begins and ends. */
  readonly #page = new NumberList();
  readonly #start = new NumberList();
  readonly #end = new NumberList();
  #used = 0;
  /** Where each is written: which of the files, and the line in it, 0 for one that no file has. */
  readonly #written: string[] = [];
  readonly #file = new NumberList();
  readonly #line = new NumberList();
  /** Metrics of single cases hold functions, and few cases have any. */
  readonly #metrics = new Map<number, readonly MetricEntry[]>();
  /** Cases with numbers that JSON.parse would change. */
  readonly #literal = new Set<number>();
  /** Cases of YAML files that hold what JSON has no words for, such as 0x1F and `True`: they are few, and stay objects. */
  readonly #whole = new Map<number, { readonly written: Case; readonly files: readonly string[] }>();
  readonly #together = new CasesTogether();

  /** `files`: by what the files that its messages name are looked up. */
  add(written: Case, files: readonly string[] = []): void {
    const { id, vars, tags, metrics, place } = written;
    const packed: PackedCase = [id, vars, tags, ...rest(written, files)];
    const hasLiteral = holdsLiteral(packed);
    const text = hasLiteral ? jsonText(packed) : JSON.stringify(packed);
    this.#together.add(this.#page.length, written);
    if (hasLiteral) this.#literal.add(this.#page.length);
    if (place && place.file !== this.#written.at(-1)) this.#written.push(place.file);
    this.#file.push(Math.max(0, this.#written.length - 1));
    this.#line.push(place?.line ?? 0);
    if (hasLiteral && !isWrittenJson(packed)) this.#whole.set(this.#page.length, { written, files });
    const page = this.#pageWith(Buffer.byteLength(text));
    if (metrics.length > 0) this.#metrics.set(this.#page.length, metrics);
    this.#page.push(this.#pages.length - 1);
    this.#start.push(this.#used);
    this.#used += page.write(text, this.#used);
    this.#end.push(this.#used);
  }

  /** The cases so far, with the digests of their files. */
  casesWith(media: MediaFiles): Cases {
    return new CasesOnDemand(this.#page.length, (index) => this.#unpack(index, media), this.#together);
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

  #unpack(index: number, media: MediaFiles): Case {
    const whole = this.#whole.get(index);
    if (whole) return { ...whole.written, ...digestsOf(whole.files, media) };
    const text = this.#pages[this.#page.at(index)]?.toString('utf8', this.#start.at(index), this.#end.at(index)) ?? '';
    const data: unknown = this.#literal.has(index) ? readJson(text) : JSON.parse(text);
    // Written by `add`
    const [id, vars, tags, expected, turns, messages, files, simulate, provenance] = data as PackedCase;
    return {
      id,
      vars,
      expected: expected?.[0],
      tags,
      metrics: this.#metrics.get(index) ?? [],
      ...(turns && { turns }),
      ...(messages && { messages }),
      ...(simulate && { simulate }),
      ...(provenance && { provenance }),
      ...digestsOf(files, media),
      ...this.#placeOf(index),
    };
  }

  #placeOf(index: number): Pick<Case, 'place'> {
    const file = this.#written[this.#file.at(index)];
    const line = this.#line.at(index);
    return file === undefined || line === 0 ? {} : { place: { file, line } };
  }
}

function digestsOf(files: readonly string[] = [], media: MediaFiles): Pick<Case, 'files'> {
  return files.length === 0 ? {} : { files: files.flatMap((key) => media.get(key)?.digest ?? []) };
}

function rest({ expected, turns, messages, simulate, provenance }: Case, files: readonly string[]): PackedRest {
  const packed = expected === undefined ? null : ([expected] as const);
  if (provenance) return [packed, turns ?? null, messages ?? null, files, simulate ?? null, provenance];
  if (simulate) return [packed, turns ?? null, messages ?? null, files, simulate];
  if (files.length > 0) return [packed, turns ?? null, messages ?? null, files];
  if (messages) return [packed, turns ?? null, messages];
  if (turns) return [packed, turns];
  return packed ? [packed] : [];
}
