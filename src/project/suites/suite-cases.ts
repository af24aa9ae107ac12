import type { MediaFiles } from '../../core/requests/media-source.js';
import { MessageError } from '../../core/requests/message-error.js';
import { parseModelReference } from '../../core/requests/model-reference.js';
import { readMessages } from '../../core/requests/read-messages.js';
import { jsonText } from '../../core/text/json-value.js';
import { moderatorOf } from '../../metrics/access.js';
import type { Cases, Simulation, Turn } from '../../model/case.js';
import { isRecord, type Json } from '../../model/json.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Problem } from '../../model/problem.js';
import type { WrittenMessage } from '../../model/written-message.js';
import { explainProvider } from '../config/explain-provider.js';
import type { PlacedCase } from '../datasets/dataset.js';
import { CasePacker } from '../datasets/packed-cases.js';
import type { PromptTargets } from '../prompts/check-prompt.js';
import type { LoadedPrompt } from '../prompts/load-prompts.js';
import { MediaNeeds } from '../prompts/media-needs.js';
import { ManyProblems } from '../source/many-problems.js';
import { describeMessagePath } from '../source/message-path.js';
import type { Path, Source } from '../source/yaml-source.js';
import { CaseChecks } from './check-cases.js';
import { type NamedMetrics, resolveMetricEntries } from './metric-entries.js';
import { reportServices } from './services.js';
import type { SuiteContext } from './suite-context.js';

/** What the cases of a suite are read with. */
export interface CasesOfSuite {
  readonly prompts: readonly LoadedPrompt[];
  readonly targetsOf: (prompt: LoadedPrompt) => PromptTargets;
  /** The metrics of the suite itself. */
  readonly entries: readonly MetricEntry[];
  readonly metrics: NamedMetrics;
  /** The file of the suite. */
  readonly source: Source;
  /** The variable by which cases are alike. */
  readonly group: string | null;
}

/** Takes the cases of a suite one by one: each is resolved, checked against all that will use it, and packed away. */
export class SuiteCases {
  /** The metrics that cases have of their own; one that several cases write in the same words is there once. */
  readonly ownEntries: MetricEntry[] = [];
  readonly tags = new Set<string>();
  /** The files that their messages name. */
  readonly media = new MediaNeeds();
  /** Whether some case has the variable by which cases are alike. */
  grouped = false;
  readonly #suite: CasesOfSuite;
  readonly #context: SuiteContext;
  readonly #packer = new CasePacker();
  readonly #checks: CaseChecks;
  /** What is wrong with the cases themselves, whoever uses them. */
  readonly #faults = new ManyProblems();
  readonly #services = new ManyProblems();
  readonly #ids = new Set<string>();
  /** What every metric is, by its id. */
  readonly #kinds: Map<string, Pick<MetricEntry, 'type' | 'better'>>;
  readonly #known = new Map<string, readonly MetricEntry[]>();

  constructor(suite: CasesOfSuite, context: SuiteContext) {
    this.#suite = suite;
    this.#context = context;
    this.#kinds = new Map(suite.entries.map((entry) => [entry.id, entry]));
    this.#checks = new CaseChecks({
      prompts: suite.prompts,
      targetsOf: suite.targetsOf,
      media: this.media,
      group: suite.group,
      entries: suite.entries,
      metricOf: (entry) => context.metrics.get(entry.type),
    });
  }

  get length(): number {
    return this.#ids.size;
  }

  /** The cases so far, with what is known of the files that their messages name. */
  packed(files: MediaFiles): Cases {
    return this.#packer.casesWith(files);
  }

  /** Whether nothing is wrong with the cases themselves. */
  get complete(): boolean {
    return this.#faults.count === 0;
  }

  /** Every problem of the cases so far. */
  problems(): readonly Problem[] {
    return [...this.#faults.all(), ...this.#services.all(), ...this.#checks.problems()];
  }

  /** Takes a problem of a case that could not be read. */
  readonly report = (problem: Problem): void => this.#faults.add(problem);

  add(placed: PlacedCase): void {
    const { written, id, source, path } = placed;
    if (this.#ids.has(id)) this.#reportAt(placed, ['id'], `case id ${id} is used twice`);
    this.#ids.add(id);
    const lists = metricLists(written);
    const metrics = lists.length > 0 ? this.#resolveMetrics(lists, placed) : [];
    for (const tag of written.tags) this.tags.add(tag);
    this.grouped ||= this.#suite.group !== null && Object.hasOwn(written.vars, this.#suite.group);
    const { vars, expected, tags, turns, simulate, provenance } = written;
    if (simulate) this.#checkSimulation(simulate, placed);
    const messages = written.messages === undefined ? undefined : this.#readMessages(written.messages, placed);
    const place = { file: source.file, line: source.at(path, 'key').line };
    const resolved = {
      ...{ id, vars, expected, tags, metrics, place },
      ...(turns ? { turns: turns.map(withoutMetrics) } : {}),
      ...(messages ? { messages } : {}),
      ...(simulate ? { simulate } : {}),
      ...(provenance ? { provenance } : {}),
    };
    reportServices(metrics, { source, path }, this.#context, (problem) => this.#services.add(problem));
    const item = { resolved, placed };
    this.#checks.add(item);
    this.#packer.add(resolved, this.media.filesOf(item));
  }

  #reportAt({ source, path }: PlacedCase, place: Path, message: string): void {
    this.report({ ...source.at([...path, ...place]), message });
  }

  /** Rows may come from a fork: they send nothing anywhere new. */
  #checkSimulation({ model }: Simulation, placed: PlacedCase): void {
    const report = (place: Path, message: string) =>
      this.#reportAt(placed, ['simulate', ...place], `case ${placed.id}: ${message}`);
    if (placed.written.turns) report([], '`turns` and `simulate` both say what the user says: keep one');
    if (placed.source !== this.#suite.source)
      report([], 'a simulated user sends to a provider, which a dataset cannot name; put the case into the suite');
    const fault = explainProvider(parseModelReference(model), this.#context.providers);
    if (fault !== null) report(['model'], fault);
  }

  #readMessages(written: Json, placed: PlacedCase): readonly WrittenMessage[] {
    try {
      return readMessages(written);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      const message = `case ${placed.id}: ${describeMessagePath(['messages', ...error.path])}${error.message}`;
      this.#reportAt(placed, ['messages', ...error.path], message);
      return [];
    }
  }

  #resolveMetrics(lists: readonly MetricList[], placed: PlacedCase): readonly MetricEntry[] {
    // Rows may not name all that the suite may
    const origin = placed.source === this.#suite.source ? 'suite' : 'dataset';
    const key = `${origin} ${jsonText(lists)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const before = this.#faults.count;
    const own = this.#checkMetrics(lists, placed);
    if (this.#faults.count > before) return own;
    // What cases have in common is there once, so that a large dataset costs no more than what is different in it
    this.#known.set(key, own);
    this.ownEntries.push(...own);
    return own;
  }

  #checkMetrics(lists: readonly MetricList[], placed: PlacedCase): readonly MetricEntry[] {
    const { entries } = this.#suite;
    const { id } = placed;
    const found = lists.flatMap((list) => this.#readMetrics(list, placed));
    const own = found.map(({ entry }) => entry);
    const all = [...entries, ...own];
    reportTwins(all, (index) => {
      const message = `case ${id} has two metrics called ${all[index]?.id}; give one an id`;
      const place = found[index - entries.length]?.place;
      if (place) this.#reportAt(placed, place, message);
    });
    for (const { entry, place } of found) {
      this.#checkOrigin(entry, placed, place);
      // A gate over an id judges one kind of score
      const kind = this.#kinds.get(entry.id) ?? entry;
      this.#kinds.set(entry.id, kind);
      const [here, before] =
        kind.type !== entry.type
          ? [`is of type ${entry.type}`, `of type ${kind.type}`]
          : [`is better when it is ${entry.better} (\`not\`)`, `when it is ${kind.better}`];
      if (kind.type === entry.type && kind.better === entry.better) continue;
      this.#reportAt(placed, place, `metric ${entry.id} ${here} here, and ${before} before; give one another id`);
    }
    return own;
  }

  /** The metrics of a case, or of the answer to one of its turns. */
  #readMetrics({ written, place, turn }: MetricList, placed: PlacedCase) {
    const { source, path } = placed;
    const { value, problems } = resolveMetricEntries(written, this.#suite.metrics, source, [...path, ...place]);
    for (const problem of problems) this.report(problem);
    return value.map((entry, index) => {
      const own: Path = [...place, index];
      if (turn === null) return { entry, place: own };
      const definition = this.#context.metrics.get(entry.type);
      if (definition?.ofWholeSample || entry.on !== undefined)
        this.#reportAt(
          placed,
          own,
          `metric ${entry.type} does not look at one turn; put it into the metrics of the case`,
        );
      const id = isNamed(written[index]) ? entry.id : `turn-${turn + 1}.${entry.id}`;
      return { entry: { ...entry, id, on: turn }, place: own };
    });
  }

  /** Rows may come from a fork: they choose among metrics, but run nothing and send nothing anywhere new. */
  #checkOrigin(entry: MetricEntry, placed: PlacedCase, place: Path): void {
    const definition = this.#context.metrics.get(entry.type);
    if (placed.source === this.#suite.source || !definition) return;
    if (definition.runsPrograms) {
      const message = `metric ${entry.type} runs programs, which a dataset cannot name; put it into the suite`;
      this.#reportAt(placed, [...place, 'metric'], message);
    }
    if (definition.moderation && moderatorOf(definition, entry) !== null) {
      const message = `metric ${entry.type} sends outputs to a provider, which a dataset cannot name; put it into the suite`;
      this.#reportAt(placed, [...place, definition.moderation.key], message);
    }
  }
}

/** Metrics as a case has them: of all of it, or of the answer to one of its turns. */
interface MetricList {
  readonly written: readonly unknown[];
  /** Where they stand in the case. */
  readonly place: Path;
  /** Null for those of the whole case. */
  readonly turn: number | null;
}

function metricLists({ metrics, turns = [] }: PlacedCase['written']): readonly MetricList[] {
  return [
    ...(metrics ? [{ written: metrics, place: ['metrics'], turn: null }] : []),
    ...turns.flatMap(({ metrics: own }, turn) =>
      own ? [{ written: own, place: ['turns', turn, 'metrics'], turn }] : [],
    ),
  ];
}

function isNamed(entry: unknown): boolean {
  return isRecord(entry) && entry['id'] !== undefined;
}

function withoutMetrics({ metrics: _, ...turn }: NonNullable<PlacedCase['written']['turns']>[number]): Turn {
  return turn;
}

/** Reports the entries that have the id of an earlier one. */
export function reportTwins(entries: readonly MetricEntry[], report: (index: number) => void): void {
  const seen = new Set<string>();
  for (const [index, { id }] of entries.entries()) {
    if (seen.has(id)) report(index);
    seen.add(id);
  }
}
