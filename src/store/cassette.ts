import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../core/canonical.js';
import { LlmciError } from '../core/errors.js';
import { count } from '../core/format.js';
import type { Redact } from '../core/redact.js';
import { type CassetteEntry, cassetteEntrySchema, cassetteHeaderSchema } from '../model/cassette.js';
import type { RecordedAnswer } from '../model/output.js';
import type { Problem } from '../model/problem.js';
import { writeAtomic } from './atomic.js';

/** Recorded answers of one file, by key. What is recorded is written when it is saved, sorted and redacted. */
export class Cassette {
  readonly path: string;
  readonly #root: string;
  readonly #note: string | undefined;
  readonly #entries: Map<string, CassetteEntry>;
  /** The key recorded for each sample of a suite, by its label. */
  readonly #keys = new Map<string, string>();
  /** Answers that were looked up: what another label recorded may be in use all the same. */
  readonly #used = new Set<CassetteEntry>();
  #changed = false;

  private constructor(root: string, path: string, note: string | undefined, entries: Map<string, CassetteEntry>) {
    this.#root = root;
    this.path = path;
    this.#note = note;
    this.#entries = entries;
    for (const entry of entries.values()) this.#keys.set(labelOf(entry), entry.key);
  }

  /** Reads a cassette; one that does not exist is empty. Throws `invalid-files` with every line that is wrong. */
  static async open(root: string, path: string): Promise<Cassette> {
    const entries = new Map<string, CassetteEntry>();
    if (!existsSync(join(root, path))) return new Cassette(root, path, undefined, entries);
    const problems: Problem[] = [];
    let note: string | undefined;
    const lines = (await readCassette(root, path)).split(/\r?\n/);
    for (const [index, text] of lines.entries()) {
      if (text.trim() === '') continue;
      const schema = index === 0 ? cassetteHeaderSchema : cassetteEntrySchema;
      const line = index + 1;
      let data: unknown;
      try {
        data = JSON.parse(text);
      } catch (error) {
        problems.push({ file: path, line, column: 1, message: `is not JSON: ${(error as Error).message}` });
        continue;
      }
      const parsed = schema.safeParse(data);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const place = issue?.path.join('.');
        const what =
          index === 0
            ? 'the first line of a cassette is {"cassette":1}'
            : `${place ? `${place}: ` : ''}${issue?.message}`;
        problems.push({ file: path, line, column: 1, message: what });
      } else if ('cassette' in parsed.data) note = parsed.data.note;
      else entries.set(parsed.data.key, parsed.data);
    }
    if (problems.length > 0) {
      throw new LlmciError('invalid-files', { count: count(problems.length, 'problem') }, problems);
    }
    return new Cassette(root, path, note, entries);
  }

  find(key: string): RecordedAnswer | null {
    const entry = this.#entries.get(key);
    if (entry) this.#used.add(entry);
    return entry?.answer ?? null;
  }

  /** Whether a judge's answer is recorded about any sample of a suite. */
  holdsJudgements(suite: string): boolean {
    for (const entry of this.#entries.values()) if (entry.judge && entry.suite === suite) return true;
    return false;
  }

  /** Keeps an answer in place of what was recorded for the same sample before. */
  record(entry: CassetteEntry): void {
    const label = labelOf(entry);
    const old = this.#keys.get(label);
    const replaced = old === undefined ? undefined : this.#entries.get(old);
    if (replaced && !this.#used.has(replaced)) this.#entries.delete(replaced.key);
    this.#keys.set(label, entry.key);
    this.#entries.set(entry.key, entry);
    this.#changed = true;
  }

  /** Writes the file if anything was recorded. */
  async save(redact: Redact): Promise<void> {
    if (!this.#changed) return;
    const header = canonicalJson({ cassette: 1, note: this.#note });
    const sorted = [...this.#entries.values()].sort((a, b) => (labelOf(a) + a.key < labelOf(b) + b.key ? -1 : 1));
    const lines = [header, ...sorted.map(serialise)];
    await writeAtomic(join(this.#root, this.path), redact(`${lines.join('\n')}\n`));
    this.#changed = false;
  }
}

async function readCassette(root: string, path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(join(root, path)));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const why =
      code === 'EISDIR'
        ? 'is a folder'
        : code.startsWith('ERR_ENCODING')
          ? 'is not UTF-8 text'
          : `cannot be read (${code})`;
    const problem = { file: path, line: 1, column: 1, message: `the cassette ${why}` };
    throw new LlmciError('invalid-files', { count: count(1, 'problem') }, [problem]);
  }
}

/** Reads cassettes only to see that they can be read. Throws `invalid-files` with every line of all that is wrong. */
export async function checkCassettes(root: string, paths: Iterable<string>): Promise<void> {
  const problems: Problem[] = [];
  for (const path of new Set(paths)) {
    try {
      await Cassette.open(root, path);
    } catch (error) {
      if (!(error instanceof LlmciError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0)
    throw new LlmciError('invalid-files', { count: count(problems.length, 'problem') }, problems);
}

/** What an entry belongs to, before what it is: a reader of the diff finds the case first. */
function serialise({ key, suite, prompt, model, case: caseId, trial, judge, answer }: CassetteEntry): string {
  return JSON.stringify({ suite, prompt, model, case: caseId, trial, judge, key, answer });
}

/** Sorts by sample; what its metrics asked about it comes behind it. */
function labelOf({ suite, prompt, model, case: caseId, trial, judge }: CassetteEntry): string {
  const asked = judge ? [judge.metric, judge.prompt, judge.model, padded(judge.turn), padded(judge.attempt)] : [];
  return JSON.stringify([suite, prompt, model, caseId, padded(trial), judge ? 'judge' : '', ...asked]);
}

function padded(count: number): string {
  return String(count).padStart(6, '0');
}
