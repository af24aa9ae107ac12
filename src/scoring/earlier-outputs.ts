import { allEntriesOf } from '../core/scores/cases.js';
import type { Plan } from '../core/scores/plan.js';
import { needsOf } from '../metrics/access.js';
import type { AnyMetric } from '../metrics/contract.js';
import { outputShown } from '../metrics/judging.js';
import type { Result, RunReader, RunSummary } from '../model/run-record.js';
import { readRun } from '../store/runs/runs.js';

/** What names a sample in two runs. */
type Names = Pick<Result, 'suite' | 'prompt' | 'model' | 'case' | 'trial'>;

/**
 * The outputs of the run that `--baseline` names; null when it names none (the committed baselines hold scores only), or
 * when no metric of the plan compares outputs. Throws `unknown-run` or `unreadable-run`.
 */
export async function openEarlierOutputs(
  plan: Plan,
  metrics: ReadonlyMap<string, AnyMetric>,
  name: string | null,
  out: string,
): Promise<EarlierOutputs | null> {
  if (name === null || /^(?:git|base):/.test(name) || name.endsWith('.baseline.json')) return null;
  const entries = plan.suites.flatMap(allEntriesOf);
  const compares = entries.some((entry) => {
    const definition = metrics.get(entry.type);
    return definition !== undefined && needsOf(definition, entry).includes('baseline');
  });
  return compares ? new EarlierOutputs(await readRun(out, name)) : null;
}

/** The outputs of an earlier run, read when the first of them is asked for. */
export class EarlierOutputs {
  readonly #run: RunReader;
  #texts: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(run: RunReader) {
    this.#run = run;
  }

  get runId(): string {
    return this.#run.summary.runId;
  }

  /**
   * What the model answered to the same sample: of the same suite, prompt, case and trial, on the same model, or on the
   * only one that the suite ran on then. Null when there is none.
   */
  async outputOf(sample: Names): Promise<string | null> {
    this.#texts ??= readTexts(this.#run);
    const texts = await this.#texts;
    return texts.get(labelOf({ ...sample, model: modelIn(this.#run.summary, sample) })) ?? null;
  }
}

function modelIn({ suites }: RunSummary, { suite, model }: Names): string {
  const models = suites.find(({ id }) => id === suite)?.models ?? [];
  const [only] = models;
  return models.length === 1 && only !== undefined ? only : model;
}

async function readTexts(run: RunReader): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for await (const result of run.results()) {
    if (result.output) texts.set(labelOf(result), outputShown(result.output));
  }
  return texts;
}

function labelOf({ suite, prompt, model, case: id, trial }: Names): string {
  return JSON.stringify([suite, prompt, model, id, trial]);
}
