import { caseDigest } from '../core/scores/baseline.js';
import { allEntriesOf } from '../core/scores/cases.js';
import type { Plan } from '../core/scores/plan.js';
import { nameOfSample } from '../core/scores/sample-name.js';
import { canonicalJson } from '../core/text/canonical.js';
import { withoutBytes } from '../core/text/without-bytes.js';
import { needsOf } from '../metrics/access.js';
import type { AnyMetric } from '../metrics/contract.js';
import { outputShown } from '../metrics/judging.js';
import { metricsUsed } from '../metrics/used-metric.js';
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
  const used = metricsUsed(plan.suites.flatMap(allEntriesOf), metrics);
  const compares = used.some(({ definition, entry }) => needsOf(definition, entry).includes('baseline'));
  return compares ? new EarlierOutputs(await readRun(out, name), sameAsIn(plan)) : null;
}

/**
 * Whether a result answers what its case asks today. What a case expects, and what judges it, changes no question; where more
 * than variables asks it, a record does not tell these apart.
 */
function sameAsIn({ suites }: Plan): (result: Result) => boolean {
  const asked = new Map<string, { readonly digest: string; readonly vars: string | null }>();
  for (const { id, cases } of suites) {
    for (const testCase of cases) {
      const { vars, messages, turns, simulate, files } = testCase;
      const isPlain = [messages, turns, simulate, files].every((part) => part === undefined);
      const digest = caseDigest(testCase);
      asked.set(nameOf(id, testCase.id), { digest, vars: isPlain ? canonicalJson(withoutBytes(vars)) : null });
    }
  }
  return ({ suite, case: id, caseDigest: digest, vars }) => {
    const today = asked.get(nameOf(suite, id));
    return today !== undefined && (today.digest === digest || today.vars === canonicalJson(vars));
  };
}

function nameOf(suite: string, id: string): string {
  return JSON.stringify([suite, id]);
}

/** The outputs of an earlier run, read when the first of them is asked for. */
export class EarlierOutputs {
  readonly #run: RunReader;
  readonly #isSame: (result: Result) => boolean;
  #texts: Promise<ReadonlyMap<string, string>> | null = null;

  /** `isSame` tells whether a result answers what is asked today. */
  constructor(run: RunReader, isSame: (result: Result) => boolean) {
    this.#run = run;
    this.#isSame = isSame;
  }

  get runId(): string {
    return this.#run.summary.runId;
  }

  /**
   * What the model answered to the same sample: of the same suite, prompt, case and trial, on the same model, or on the
   * only one that the suite ran on then. Null when there is none, or the case asked something else.
   */
  async outputOf(sample: Names): Promise<string | null> {
    this.#texts ??= readTexts(this.#run, this.#isSame);
    const texts = await this.#texts;
    return texts.get(nameOfSample({ ...sample, model: modelIn(this.#run.summary, sample) })) ?? null;
  }
}

function modelIn({ suites }: RunSummary, { suite, model }: Names): string {
  const models = suites.find(({ id }) => id === suite)?.models ?? [];
  const [only] = models;
  return models.length === 1 && only !== undefined ? only : model;
}

async function readTexts(run: RunReader, isSame: (result: Result) => boolean): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for await (const result of run.results()) {
    if (result.output && isSame(result)) texts.set(nameOfSample(result), outputShown(result.output));
  }
  return texts;
}
