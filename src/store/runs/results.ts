import { type FileHandle, open } from 'node:fs/promises';
import { valuesBut } from '../../core/text/json-value.js';
import { readJson } from '../../core/text/read-json.js';
import { type AsideUsage, asideUsageSchema, JOURNAL_LINE, stepLineSchema } from '../../model/journal.js';
import type { RecordedAnswer } from '../../model/output.js';
import { type Result, resultSchema } from '../../model/run-record.js';
import { FileWindow } from '../files/file-window.js';
import { type Line, linesOf } from '../files/lines.js';

/** Where in a result stands what people and models wrote; the rest are our own numbers. */
export const DATA_OF_RESULT = [
  ['vars'],
  ['expected'],
  ['output', 'toolCalls'],
  ['output', 'conversation', '*', 'toolCalls'],
  ['output', 'conversation', '*', 'continuation'],
  ['scores', '*', 'detail'],
];
const DATA_OF_LINE = [...DATA_OF_RESULT.map((path) => ['result', ...path]), ['answer', 'toolCalls']];

const KINDS = ['index', 'unscored', 'dropped', 'aside', 'step'] as const;
type Kind = (typeof KINDS)[number];

/** What a file holds of a sample: its result, or one that lacks the scores. */
export interface StoredResult {
  readonly result: Result;
  readonly scored: boolean;
}

/**
 * The results in one or several journals, found by the sample's index in the plan. In memory is where each line stands,
 * a few bytes a line; the results stay on disk. A line that cannot be read is as if it were not there.
 */
export class Results {
  readonly #files: readonly FileHandle[];
  readonly #windows: readonly FileWindow[];
  readonly #lines: LineTable;
  /** The lines of samples, by index, and in the order they came for each. */
  readonly #order: Uint32Array;
  #unreadable: number;

  private constructor(files: readonly FileHandle[], lines: LineTable, unreadable: number) {
    this.#files = files;
    this.#windows = files.map(({ fd }) => new FileWindow(fd));
    this.#lines = lines;
    this.#unreadable = unreadable;
    this.#order = lines.sortedBySample();
  }

  /** Reads where the results are. `first` lines of each file are left out. Rejects with the system's error. */
  static async open(paths: readonly string[], first = 0): Promise<Results> {
    const files: FileHandle[] = [];
    const lines = new LineTable();
    let unreadable = 0;
    try {
      for (const [file, path] of paths.entries()) {
        files.push(await open(path));
        let skip = first;
        for await (const line of linesOf(path)) {
          if (skip-- > 0) continue;
          if (!lines.add(file, line)) unreadable++;
        }
      }
    } catch (error) {
      for (const file of files) await file.close();
      throw error;
    }
    return new Results(files, lines, unreadable);
  }

  /** Lines that could not be read so far. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** The samples that some line speaks of, in the order of the plan. */
  *samples(): Generator<number> {
    let last = -1;
    for (const line of this.#order) {
      const sample = this.#lines.sampleOf(line);
      if (sample !== last) yield sample;
      last = sample;
    }
  }

  /** The files, by their place in the list, that hold a line of a sample. */
  filesOf(sample: number): ReadonlySet<number> {
    return new Set(this.#linesOf(sample).map((line) => this.#lines.fileOf(line)));
  }

  /** The newest result of a sample that can be read; null when there is none. */
  async read(sample: number): Promise<StoredResult | null> {
    for (const line of this.#linesOf(sample).reverse()) {
      const kind = this.#lines.kindOf(line);
      if (kind === 'dropped') return null;
      if (kind === 'step') continue;
      const data = await this.#parse(line);
      const parsed = resultSchema.safeParse((data as { result?: unknown } | null)?.result);
      if (parsed.success) return { result: parsed.data, scored: kind === 'index' };
      this.#unreadable++;
    }
    return null;
  }

  /** The answers that a conversation got before it had a result, by the keys of their requests. */
  async stepsOf(sample: number): Promise<ReadonlyMap<string, RecordedAnswer>> {
    const steps = new Map<string, RecordedAnswer>();
    for (const line of this.#linesOf(sample)) {
      const kind = this.#lines.kindOf(line);
      if (kind === 'dropped') steps.clear();
      if (kind !== 'step') continue;
      const parsed = stepLineSchema.safeParse(await this.#parse(line));
      if (parsed.success) steps.set(parsed.data.key, parsed.data.answer);
      else this.#unreadable++;
    }
    return steps;
  }

  /** The finished results in the order of the plan, one at a time. */
  async *inOrder(): AsyncGenerator<Result> {
    for (const sample of this.samples()) {
      const stored = await this.read(sample);
      if (stored?.scored) yield stored.result;
    }
  }

  /** What other calls had used when each file ended. */
  async asides(): Promise<readonly AsideUsage[]> {
    const asides: AsideUsage[] = [];
    for (const file of this.#files.keys()) {
      for (const line of this.#lines.asidesOf(file).reverse()) {
        const parsed = asideUsageSchema.safeParse(((await this.#parse(line)) as { aside?: unknown } | null)?.aside);
        if (!parsed.success) continue;
        asides.push(parsed.data);
        break;
      }
    }
    return asides;
  }

  /** How many bytes the last line that can be read ends at: behind it is nothing but what a crash has left. */
  async readableEnd(): Promise<number> {
    for (let line = this.#lines.size - 1; line >= 0; line--) {
      if ((await this.#parse(line)) !== null) return this.#lines.endOf(line);
    }
    return 0;
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file.close();
  }

  #linesOf(sample: number): number[] {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lines.sampleOf(this.#order[middle] ?? 0) < sample) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (let place = low; place < this.#order.length; place++) {
      const line = this.#order[place] ?? 0;
      if (this.#lines.sampleOf(line) !== sample) break;
      found.push(line);
    }
    return found;
  }

  /** A line as JSON; null when it is none. */
  async #parse(line: number): Promise<unknown> {
    const { start, length } = this.#lines.spanOf(line);
    const bytes = this.#windows[this.#lines.fileOf(line)]?.read(start, length);
    try {
      return valuesBut(DATA_OF_LINE, readJson(bytes?.toString('utf8') ?? ''));
    } catch {
      return null;
    }
  }
}

/** Where lines stand, in arrays that grow. */
class LineTable {
  #size = 0;
  #starts = new Float64Array(1024);
  #lengths = new Uint32Array(1024);
  #samples = new Uint32Array(1024);
  #files = new Uint16Array(1024);
  #kinds = new Uint8Array(1024);

  get size(): number {
    return this.#size;
  }

  /** Returns whether the line is one of a journal. */
  add(file: number, { start, length, bytes }: Line): boolean {
    const [, named, sample = '0', aside] = JOURNAL_LINE.exec(bytes?.subarray(0, 40).toString('latin1') ?? '') ?? [];
    const kind = KINDS.indexOf((named ?? aside) as Kind);
    if (kind < 0 || Number(sample) > 0xffff_fffe) return false;
    if (this.#size === this.#starts.length) this.#grow();
    this.#starts[this.#size] = start;
    this.#lengths[this.#size] = length;
    this.#samples[this.#size] = Number(sample);
    this.#files[this.#size] = file;
    this.#kinds[this.#size] = kind;
    this.#size++;
    return true;
  }

  sampleOf(line: number): number {
    return this.#samples[line] ?? 0;
  }

  fileOf(line: number): number {
    return this.#files[line] ?? 0;
  }

  kindOf(line: number): Kind {
    return KINDS[this.#kinds[line] ?? 0] ?? 'index';
  }

  spanOf(line: number): Pick<Line, 'start' | 'length'> {
    return { start: this.#starts[line] ?? 0, length: this.#lengths[line] ?? 0 };
  }

  /** Where the line behind this one begins. */
  endOf(line: number): number {
    const { start, length } = this.spanOf(line);
    return start + length + 1;
  }

  sortedBySample(): Uint32Array {
    const lines = Uint32Array.from({ length: this.#size }, (_, line) => line).filter(
      (line) => this.kindOf(line) !== 'aside',
    );
    // Lines of one sample stay in the order they came
    return lines.sort((a, b) => this.sampleOf(a) - this.sampleOf(b) || a - b);
  }

  asidesOf(file: number): number[] {
    const found: number[] = [];
    for (let line = 0; line < this.#size; line++) {
      if (this.#kinds[line] === KINDS.indexOf('aside') && this.#files[line] === file) found.push(line);
    }
    return found;
  }

  #grow(): void {
    const size = this.#starts.length * 2;
    const copy = <T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.#starts = copy(new Float64Array(size), this.#starts);
    this.#lengths = copy(new Uint32Array(size), this.#lengths);
    this.#samples = copy(new Uint32Array(size), this.#samples);
    this.#files = copy(new Uint16Array(size), this.#files);
    this.#kinds = copy(new Uint8Array(size), this.#kinds);
  }
}
