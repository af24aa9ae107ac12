import type { Cassettes } from '../../answers/open-answers.js';
import { identityOf } from '../../answers/reach.js';
import type { MissingSecret } from '../../calls/secrets.js';
import type { JudgeSettings } from '../../core/requests/judge-request.js';
import { requestFactory, sampleKey } from '../../core/requests/request.js';
import { allEntriesOf } from '../../core/scores/cases.js';
import { type Plan, samplesOf } from '../../core/scores/plan.js';
import { LlmciError } from '../../core/text/errors.js';
import { count } from '../../core/text/format.js';
import type { Project } from '../../project/load.js';
import { asksJudge } from '../../scoring/needs.js';
import type { Cache } from '../../store/cache.js';

/** Where a call is looked for that would need a key. */
export interface KeyQuestion {
  readonly project: Pick<Project, 'providers' | 'metrics'>;
  readonly plan: Plan;
  readonly cassettes: Cassettes;
  readonly cache: Cache | null;
  /** The judge of the plan; null when no metric asks one. */
  readonly judge: JudgeSettings | null;
  /** The providers that metrics use themselves, and what for. */
  readonly helpers: ReadonlyMap<string, string>;
}

/**
 * Throws `missing-key` when a provider lacks its key and some sample of it is neither recorded nor cached, when metrics
 * use it (what they will ask follows from the outputs), or when it judges and nothing of that is recorded.
 */
export function checkKeys(missing: ReadonlyMap<string, MissingSecret>, question: KeyQuestion): void {
  for (const [provider, secret] of missing) {
    const what = question.helpers.get(provider) ?? whatSamplesLack(provider, question);
    if (what !== null) throw new LlmciError('missing-key', { provider, ...secret, what });
  }
  const provider = question.judge?.model.provider ?? '';
  const secret = missing.get(provider);
  const what = secret && whatJudgeLacks(question);
  if (secret && what) throw new LlmciError('missing-key', { provider, ...secret, what });
}

/** What of a provider's answers is not there; null when all are. */
function whatSamplesLack(name: string, { project, plan, cassettes, cache }: KeyQuestion): string | null {
  let samples = 0;
  let live = 0;
  const others = new Map<string, number>();
  for (const [index, column] of plan.columns.entries()) {
    const provider = project.providers.get(name);
    if (column.model.provider !== name || !provider) continue;
    const request = requestFactory(column.prompt, column.model);
    const identity = identityOf(provider);
    const cassette = cassettes.get(column.suite.cassette ?? '');
    const recorded = cassette?.countOf(column.suite.id) ?? 0;
    if (cassette && recorded > 0) others.set(cassette.path, recorded);
    for (const sample of samplesOf(plan, [index])) {
      const key = sampleKey(identity, request(sample.case), sample.trial);
      samples++;
      if (!cassette?.find(key) && !cache?.get(key)) live++;
    }
  }
  if (live === 0) return null;
  return live < samples
    ? `${count(live, 'answer')} of ${samples} are not recorded`
    : `none of its answers is recorded${others.size > 0 ? ` for the present prompt, model and parameters (${describeOthers(others)})` : ''}`;
}

/** `fixtures/x.cassette.jsonl has 30 for other requests`: the prompt has changed since, or the model. */
function describeOthers(others: ReadonlyMap<string, number>): string {
  return [...others].map(([path, recorded]) => `${path} has ${recorded} for other requests`).join(', ');
}

/**
 * Of which suite no answer of the judge is recorded; null when there is none. Which questions will be asked depends on
 * outputs that are not there yet, so a single answer that is missing is found only then.
 */
function whatJudgeLacks({ plan, cassettes, judge, project }: KeyQuestion): string | null {
  const without = plan.suites.find(
    (suite) =>
      asksJudge(allEntriesOf(suite), project.metrics) &&
      !cassettes.get(suite.cassette ?? '')?.holdsJudgements(suite.id),
  );
  return without ? `no answer of the judge ${judge?.model.text ?? ''} is recorded for suite ${without.id}` : null;
}
