import type { Result, RunSummary } from '../model/run-record.js';
import type { RunReader } from '../reporters/reporter.js';

/** What names a sample in two runs. */
type Names = Pick<Result, 'suite' | 'prompt' | 'model' | 'case' | 'trial'>;

/** The outputs of an earlier run, read when the first of them is asked for. */
export class Baseline {
  readonly #run: RunReader;
  #texts: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(run: RunReader) {
    this.#run = run;
  }

  /**
   * What the model answered to the same sample: of the same suite, prompt, case and trial, on the same model, or on the
   * only one that the suite ran on then. Null when there is none.
   */
  async outputOf(sample: Names): Promise<string | null> {
    this.#texts ??= readTexts(this.#run);
    const texts = await this.#texts;
    const model = modelIn(this.#run.summary, sample);
    return texts.get(labelOf({ ...sample, model })) ?? null;
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
    if (result.output) texts.set(labelOf(result), result.output.text);
  }
  return texts;
}

function labelOf({ suite, prompt, model, case: id, trial }: Names): string {
  return JSON.stringify([suite, prompt, model, id, trial]);
}
