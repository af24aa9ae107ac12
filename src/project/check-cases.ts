import { didYouMean } from '../core/suggest.js';
import { covers } from '../core/tags.js';
import type { AnyMetric } from '../metrics/define.js';
import type { Json } from '../model/json.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { Problem } from '../model/problem.js';
import { PromptChecks } from './check-prompt.js';
import type { LoadedPrompt } from './load-prompts.js';
import { ManyProblems } from './many-problems.js';
import { placeOfCase, type ResolvedCase } from './resolved-case.js';

/** What uses the cases of a suite. */
export interface CaseUse {
  readonly prompts: readonly LoadedPrompt[];
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
  #judged: boolean;

  constructor(use: CaseUse) {
    this.#use = use;
    this.#judged = use.entries.length > 0;
    this.#prompts = use.prompts.map((loaded) => new PromptChecks(loaded));
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
    const expecting = covering.find((entry) =>
      // The entry's parameters are those of its own metric
      metricOf(entry)
        ?.needs?.(entry.params as never)
        .includes('expected'),
    );
    if (expecting && acceptsNothing(resolved.expected)) {
      const message = `case ${resolved.id} has no \`expected\`, which metric ${expecting.id} needs`;
      this.#problems.add({ ...placeOfCase(item), message });
    }
    this.#checkMetricVariables(item, covering);
    for (const checks of this.#prompts) checks.add(item);
  }

  /** Every problem of the cases so far. */
  problems(): readonly Problem[] {
    return [
      ...this.#problems.all(),
      // A suite without any metric is another matter: no gate can be met in it
      ...(this.#judged ? this.#unjudged.all() : []),
      ...this.#prompts.flatMap((checks) => checks.problems()),
    ];
  }

  /** Finds the variables that metrics read and a case lacks. */
  #checkMetricVariables(item: ResolvedCase, covering: readonly MetricEntry[]): void {
    const { resolved } = item;
    for (const entry of covering) {
      // The entry's parameters are those of its own metric
      for (const name of this.#use.metricOf(entry)?.vars?.(entry.params as never) ?? []) {
        if (resolved.vars[name] !== undefined) continue;
        const guess = didYouMean(name, Object.keys(resolved.vars));
        const message = `case ${resolved.id} has no variable ${name}, which metric ${entry.id} needs${guess}`;
        this.#problems.add({ ...placeOfCase(item), message });
      }
    }
  }
}

function acceptsNothing(expected: Json | undefined): boolean {
  return expected === undefined || (Array.isArray(expected) && expected.length === 0);
}
