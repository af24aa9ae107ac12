import { covers } from '../../core/scores/tags.js';
import { didYouMean } from '../../core/text/suggest.js';
import { faultOfCase, needsOf, variablesOf } from '../../metrics/access.js';
import type { AnyMetric } from '../../metrics/contract.js';
import { holdsNothing, isBlank } from '../../model/blank.js';
import type { Case } from '../../model/case.js';
import type { Json } from '../../model/json.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Problem } from '../../model/problem.js';
import { FaultInCases } from '../datasets/case-fault.js';
import { meantBy, placeOfCase, type ResolvedCase } from '../datasets/resolved-case.js';
import { unasked } from '../datasets/row-asks.js';
import { PromptChecks, type PromptTargets } from '../prompts/check-prompt.js';
import type { LoadedPrompt } from '../prompts/load-prompts.js';
import type { MediaNeeds } from '../prompts/media-needs.js';
import { VariableUse } from '../prompts/variable-use.js';
import { ManyProblems } from '../source/many-problems.js';
import { TurnChecks } from './check-turns.js';

/** What uses the cases of a suite. */
export interface CaseUse {
  readonly prompts: readonly LoadedPrompt[];
  readonly targetsOf: (prompt: LoadedPrompt) => PromptTargets;
  /** Takes the files that messages name. */
  readonly media: MediaNeeds;
  /** The variable by which cases are alike. */
  readonly group: string | null;
  /** The metrics of the suite; cases may have further ones. */
  readonly entries: readonly MetricEntry[];
  readonly metricOf: (entry: MetricEntry) => AnyMetric | undefined;
}

/**
 * Checks cases, one by one, against everything that will use them: the variables of each prompt's templates, the prompt's
 * input schema, and what each metric needs. A fault that all cases share is the prompt's and is reported there, once.
 */
export class CaseChecks {
  readonly #use: CaseUse;
  readonly #prompts: readonly PromptChecks[];
  readonly #problems = new ManyProblems();
  readonly #unjudged = new ManyProblems();
  /** What rows want to be asked with: all rows of a file may want the same. */
  readonly #unasked = new Map<string, FaultInCases>();
  readonly #variables = new VariableUse();
  readonly #turns: TurnChecks;
  /** Variables that metrics read; null when one may read them all. */
  #measured: Set<string> | null = new Set();
  #judged: boolean;

  constructor(use: CaseUse) {
    this.#use = use;
    this.#judged = use.entries.length > 0;
    this.#turns = new TurnChecks(use.prompts);
    this.#prompts = use.prompts.map((loaded) => new PromptChecks(loaded, use.targetsOf(loaded), use.media));
  }

  add(item: ResolvedCase): void {
    const { resolved } = item;
    const { entries, metricOf } = this.#use;
    const covering = [...entries, ...resolved.metrics].filter((entry) => covers(entry.where, resolved.tags));
    this.#judged ||= resolved.metrics.length > 0;
    if (covering.length === 0) {
      const message = `case ${resolved.id} has no metric, so nothing would judge it`;
      this.#unjudged.add({ ...placeOfCase(item), message });
    }
    const expecting = covering.filter((entry) => {
      const definition = metricOf(entry);
      if (definition === undefined || !needsOf(definition, entry).includes('expected')) return false;
      // A judge would be shown nothing; other metrics compare with what is written, an empty text or object too
      if (definition.judge) return expectedBy(entry, resolved).every((expected = null) => holdsNothing(expected));
      return expectedBy(entry, resolved).every(
        (expected) => acceptsNothing(expected) && !(definition.emptyExpected && isEmptyList(expected)),
      );
    });
    if (expecting[0]) {
      const other = Object.keys(resolved.vars).find((name) => meantBy(name) === 'expected');
      const hint = other === undefined ? '' : `; its ${other} is a variable, since it is not in small letters`;
      const message = `case ${resolved.id} has no \`expected\`, which metric ${expecting[0].id} needs${hint}`;
      this.#problems.add({ ...placeOfCase(item), message });
    }
    for (const entry of covering) {
      if (this.#checkMetricVariables(item, entry) && !expecting.includes(entry)) this.#checkFit(item, entry);
    }
    for (const checks of this.#prompts) checks.add(item);
    this.#checkAsks(item);
    this.#turns.add(item);
    this.#variables.add(item);
  }

  /** Every problem of the cases so far. */
  problems(): readonly Problem[] {
    return [
      ...this.#problems.all(),
      ...[...this.#unasked.values()].flatMap((fault) => fault.problems()),
      // A suite without any metric is another matter: no gate can be met in it
      ...(this.#judged ? this.#unjudged.all() : []),
      ...this.#prompts.flatMap((checks) => checks.problems()),
      ...this.#turns.problems(),
      ...this.#findUnused(),
    ];
  }

  /** Where programs, apps and modules get all variables, nobody can say which of them they use. */
  #findUnused(): readonly Problem[] {
    const { prompts, targetsOf, group } = this.#use;
    if (this.#measured === null || prompts.length === 0 || prompts.some((loaded) => targetsOf(loaded).sendsVariables))
      return [];
    const inPrompts = [...this.#prompts, this.#turns].flatMap(({ variables }) => [...variables]);
    const used = new Set([...inPrompts, ...this.#measured, ...(group === null ? [] : [group])]);
    return this.#variables.problems(prompts, used);
  }

  /** Finds what a row wants to be asked with, and a prompt does not send. */
  #checkAsks(item: ResolvedCase): void {
    const { asks } = item.placed;
    if (!asks) return;
    for (const { prompt } of this.#use.prompts) {
      for (const what of unasked(asks, prompt)) {
        const message = `${what} (prompt ${prompt.id})`;
        const fault = this.#unasked.get(message) ?? new FaultInCases(message);
        this.#unasked.set(message, fault);
        fault.add(item);
      }
    }
  }

  /** Finds the variables that a metric reads and a case lacks, or has blank for a judge. Returns whether all are there. */
  #checkMetricVariables(item: ResolvedCase, entry: MetricEntry): boolean {
    const { resolved, placed } = item;
    const definition = this.#use.metricOf(entry);
    const needed = definition ? variablesOf(definition, entry) : [];
    if (definition?.runsPrograms || entry.type !== definition?.type) this.#measured = null;
    for (const name of needed) this.#measured?.add(name);
    const lacking = needed.filter((name) => resolved.vars[name] === undefined);
    for (const name of lacking) {
      const guess = didYouMean(name, Object.keys(resolved.vars));
      const message = `case ${resolved.id} has no variable ${name}, which metric ${entry.id} needs${guess}`;
      this.#problems.add({ ...placeOfCase(item), message });
    }
    // A judge would be shown nothing, and say something of it
    const blank = definition?.judge ? needed.filter((name) => isBlankValue(resolved.vars[name])) : [];
    for (const name of blank) {
      const message = `case ${resolved.id}: variable ${name} is blank, and metric ${entry.id} needs it`;
      this.#problems.add({ ...placed.source.at([...placed.path, 'vars', name]), message });
    }
    return lacking.length === 0 && blank.length === 0;
  }

  /** Finds what a case has and a metric can make nothing of. */
  #checkFit(item: ResolvedCase, entry: MetricEntry): void {
    const { resolved, placed } = item;
    const definition = this.#use.metricOf(entry);
    const [fault] = expectedBy(entry, resolved).flatMap((expected) =>
      definition ? (faultOfCase(definition, entry, { ...resolved, expected }) ?? []) : [],
    );
    if (!fault) return;
    const message = `case ${resolved.id} cannot be scored by metric ${entry.id}: ${fault.message}`;
    this.#problems.add({ ...placed.source.at([...placed.path, ...fault.path]), message });
  }
}

/** What the answers that a metric looks at should be; each may be undefined. */
function expectedBy({ on }: MetricEntry, { expected, turns = [] }: Case): readonly (Json | undefined)[] {
  const last = turns.at(-1)?.expected ?? expected;
  if (on === 'every') {
    const known = [...turns.slice(0, -1).map((turn) => turn.expected), last].filter((each) => each !== undefined);
    return known.length > 0 ? known : [undefined];
  }
  return [typeof on === 'number' && on < turns.length - 1 ? turns[on]?.expected : last];
}

function isEmptyList(expected: Json | undefined): boolean {
  return Array.isArray(expected) && expected.length === 0;
}

function acceptsNothing(expected: Json | undefined): boolean {
  if (expected === undefined) return true;
  if (Array.isArray(expected)) return expected.every((item: Json) => isBlankText(item));
  return isBlankText(expected);
}

function isBlankValue(value: Json | undefined): boolean {
  return value !== undefined && holdsNothing(value);
}

/** A text that has something in it, and nothing that can be seen; an empty one may well be what is expected. */
function isBlankText(value: Json): boolean {
  return typeof value === 'string' && value !== '' && isBlank(value);
}
