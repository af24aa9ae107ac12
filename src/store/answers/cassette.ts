import { type CassetteText, parseCassette } from '../../core/requests/cassette-text.js';
import { canonicalJson } from '../../core/text/canonical.js';
import { invalidFiles, LlmciError } from '../../core/text/errors.js';
import type { Redact } from '../../core/text/redact.js';
import { wellFormedJson, writeJson } from '../../core/text/write-json.js';
import type { AnswerLabels, CassetteEntry } from '../../model/cassette.js';
import { keptAnswerSchema, type RecordedAnswer } from '../../model/output.js';
import type { Problem } from '../../model/problem.js';
import { requireWritable, writeAtomic } from '../files/atomic.js';
import { inTurn, lockFolderOf } from '../files/in-turn.js';
import { requireInside } from '../files/places.js';
import { problemOfFile, readFileIfThere } from '../files/read-file.js';

/** Before a note that was written above other answers than all that are there now. */
const LATER = 'Some of these answers were recorded later. Of the others: ';

/**
 * Recorded answers of one file, by key. What is recorded is written when it is saved, sorted and redacted, together with
 * what other processes have recorded meanwhile; lines of the file that nothing took the place of are written as they were.
 */
export class Cassette {
  readonly path: string;
  readonly #root: string;
  readonly #note: string | undefined;
  readonly #entries: Map<string, CassetteEntry>;
  /** The lines of the file by key, as long as they are not recorded anew. */
  readonly #lines: Map<string, string>;
  /** The key recorded for each sample of a suite, by its label. */
  readonly #keys = new Map<string, string>();
  /** Answers that were looked up: what another label recorded may be in use all the same. */
  readonly #used = new Set<CassetteEntry>();
  /** The keys that the file had. */
  readonly #had: ReadonlySet<string>;
  #changed = false;

  private constructor(root: string, path: string, note?: string, entries: CassetteText['entries'] = []) {
    this.#root = root;
    this.path = path;
    this.#note = note;
    this.#entries = new Map(entries.map(([entry]) => [entry.key, entry]));
    this.#lines = new Map(entries.map(([entry, line]) => [entry.key, line]));
    this.#had = new Set(this.#lines.keys());
    for (const [entry] of entries) this.#keys.set(labelOf(entry), entry.key);
  }

  /** Reads a cassette; one that does not exist is empty. Throws `invalid-files` with every line that is wrong. */
  static async open(root: string, path: string): Promise<Cassette> {
    const text = await readCassette(root, path);
    if (text === null) return new Cassette(root, path);
    const { note, entries, problems } = parseCassette(path, text);
    throwProblems(problems);
    return new Cassette(root, path, note, entries);
  }

  /** Opens all of them, by path. Throws `invalid-files` with every line of all that is wrong. */
  static async openAll(root: string, paths: ReadonlySet<string>): Promise<ReadonlyMap<string, Cassette>> {
    const cassettes = new Map<string, Cassette>();
    const problems: Problem[] = [];
    for (const path of paths) {
      try {
        cassettes.set(path, await Cassette.open(root, path));
      } catch (error) {
        if (!(error instanceof LlmciError)) throw error;
        for (const problem of error.problems) problems.push(problem);
      }
    }
    throwProblems(problems);
    return cassettes;
  }

  /** Throws `cannot-write` or `bad-link` where it could not be saved. */
  async requireWritable(): Promise<void> {
    lockFolderOf(requireInside(this.#root, this.path));
    await requireWritable(() => requireInside(this.#root, this.path));
  }

  find(key: string): RecordedAnswer | null {
    const entry = this.#entries.get(key);
    if (entry) this.#used.add(entry);
    return entry?.answer ?? null;
  }

  /** The day on which an answer was made; undefined where nobody knows. */
  dayOf(key: string): string | undefined {
    return this.#entries.get(key)?.recorded;
  }

  /** Whether an answer was recorded by this process, and no one before it. */
  isNew(key: string): boolean {
    return this.#entries.has(key) && !this.#lines.has(key);
  }

  /** Whether a judge's answer is recorded about any sample of a suite. */
  holdsJudgements(suite: string): boolean {
    for (const entry of this.#entries.values()) if (entry.judge && entry.suite === suite) return true;
    return false;
  }

  /** Whether a line of a simulated user is recorded for any sample of a suite. */
  holdsUsers(suite: string): boolean {
    for (const entry of this.#entries.values()) if (entry.user && entry.suite === suite) return true;
    return false;
  }

  /** What its answers were recorded for. */
  labels(): Iterable<Omit<CassetteEntry, 'answer'>> {
    return this.#entries.values();
  }

  /** How many answers were recorded for samples of a suite, whatever the requests were. */
  countOf(suite: string): number {
    return [...this.#entries.values()].filter((entry) => entry.suite === suite && !entry.judge && !entry.user).length;
  }

  /** Keeps an answer in place of what was recorded for the same sample before. */
  record(entry: CassetteEntry): void {
    const label = labelOf(entry);
    const old = this.#keys.get(label);
    const replaced = old === undefined ? undefined : this.#entries.get(old);
    if (replaced && !this.#used.has(replaced)) this.#forget(replaced.key);
    this.#forget(entry.key);
    this.#keys.set(label, entry.key);
    this.#entries.set(entry.key, entry);
    this.#changed = true;
  }

  /**
   * Lets go of what a longer conversation of this sample left: steps behind the last, and lines of a simulated user. What
   * was looked up stays, since another sample may use it.
   */
  endAfter(sample: AnswerLabels, steps: number, lines: number): void {
    const drop = (labels: AnswerLabels): boolean => {
      const label = labelOf(labels);
      const key = this.#keys.get(label);
      const entry = key === undefined ? undefined : this.#entries.get(key);
      if (!entry || labelOf(entry) !== label) return false;
      if (this.#used.has(entry)) return true;
      this.#forget(entry.key);
      this.#keys.delete(label);
      this.#changed = true;
      return true;
    };
    for (let step = steps + 1; drop({ ...sample, step }); ) step++;
    const lineOf = (turn: number, attempt: number) => ({ ...sample, user: { model: '', turn, attempt } });
    for (let turn = lines + 1; drop(lineOf(turn, 1)); turn++) drop(lineOf(turn, 2));
  }

  #forget(key: string): void {
    this.#entries.delete(key);
    this.#lines.delete(key);
  }

  /**
   * Writes the file if anything was recorded, with the given note or what is still true of the old one. Processes that
   * record into one file do this in turn, and none loses what another has paid for. Throws `bad-link`, `cannot-write`, or
   * `invalid-files` when the file has become none.
   */
  async save(redact: Redact, note?: string): Promise<void> {
    if (!this.#changed) return;
    await inTurn(requireInside(this.#root, this.path), async () => {
      await this.#takeOver();
      await this.#write(redact, note ?? this.#noteLeft());
    });
    this.#changed = false;
  }

  /** Takes over what has come into the file since it was read. Of two answers to one request the one that is there stays. */
  async #takeOver(): Promise<void> {
    const text = await readCassette(this.#root, this.path);
    if (text === null) return;
    const { entries, problems } = parseCassette(this.path, text);
    throwProblems(problems);
    for (const [entry, line] of entries) {
      if (this.#had.has(entry.key)) continue;
      this.#entries.set(entry.key, entry);
      this.#lines.set(entry.key, line);
    }
  }

  async #write(redact: Redact, note: string | undefined): Promise<void> {
    const header = wellFormedJson(canonicalJson({ cassette: 1, note }));
    const sorted = [...this.#entries.values()].sort((a, b) => (labelOf(a) + a.key < labelOf(b) + b.key ? -1 : 1));
    const lines = [header, ...sorted.map((entry) => this.#lines.get(entry.key) ?? serialise(entry))];
    await writeAtomic(() => requireInside(this.#root, this.path), redact(`${lines.join('\n')}\n`));
  }

  /** A note on answers of another origin (written by hand, say) must not stand above what was recorded since. */
  #noteLeft(): string | undefined {
    if (this.#note === undefined || this.#lines.size === 0) return undefined;
    return this.#note.startsWith(LATER) ? this.#note : `${LATER}${this.#note}`;
  }
}

/** Null when there is none. Throws `invalid-files`. */
async function readCassette(root: string, path: string): Promise<string | null> {
  try {
    return await readFileIfThere(() => requireInside(root, path), path);
  } catch (error) {
    throw invalidFiles([problemOfFile(path, error)]);
  }
}

function throwProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw invalidFiles(problems);
}

/**
 * What an entry belongs to, before what it is: a reader of the diff finds the case first. The answer's members stand in
 * the order of its schema, whatever the order in which its provider made it.
 */
function serialise({
  key,
  suite,
  prompt,
  model,
  case: caseId,
  trial,
  step,
  judge,
  user,
  recorded,
  answer,
}: CassetteEntry): string {
  const ordered = keptAnswerSchema.parse(answer);
  return writeJson({ suite, prompt, model, case: caseId, trial, step, judge, user, key, recorded, answer: ordered });
}

/** Sorts by sample, its steps in their order; what its metrics asked about it comes behind it. */
function labelOf({ suite, prompt, model, case: caseId, trial, step = 1, judge, user }: AnswerLabels): string {
  const asked = judge
    ? ['judge', judge.metric, judge.prompt, judge.model, padded(judge.turn), padded(judge.attempt), padded(step)]
    : user
      ? ['user', padded(user.turn), padded(user.attempt)]
      : ['answer', padded(step)];
  return JSON.stringify([suite, prompt, model, caseId, padded(trial), ...asked]);
}

function padded(count: number): string {
  return String(count).padStart(6, '0');
}
