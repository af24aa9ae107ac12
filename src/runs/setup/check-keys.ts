import type { Cassettes } from '../../answers/open-answers.js';
import type { JudgeSettings } from '../../core/requests/judge-request.js';
import { followKnown } from '../../core/requests/known-steps.js';
import { parseModelReference } from '../../core/requests/model-reference.js';
import { requestFactory, sampleKey } from '../../core/requests/request.js';
import { allEntriesOf } from '../../core/scores/cases.js';
import type { Plan, Sample } from '../../core/scores/plan.js';
import { LlmciError } from '../../core/text/errors.js';
import { count } from '../../core/text/format.js';
import type { Suite } from '../../model/suite.js';
import type { Project } from '../../project/load.js';
import { identityOf } from '../../providers/contract/identity.js';
import type { Lack } from '../../providers/contract/provider.js';
import { helpersOf, someAskJudge } from '../../scoring/needs.js';
import type { Cache } from '../../store/answers/cache.js';

/** What a run still has to ask. */
export interface OpenQuestions {
  /** The samples of its first round that have no answer. */
  readonly unanswered: readonly Sample[];
  /** The suites with samples that lack scores. */
  readonly unscored: ReadonlySet<Suite>;
}

/** Where a call is looked for that would need a key. */
export interface KeyQuestion extends OpenQuestions {
  readonly project: Pick<Project, 'providers' | 'metrics' | 'config'>;
  readonly plan: Plan;
  readonly cassettes: Cassettes;
  readonly cache: Cache | null;
  /** Whether the command can be told to ask nothing. */
  readonly canReplay: boolean;
  /** The judge of the plan; null when no metric asks one. */
  readonly judge: JudgeSettings | null;
}

/**
 * Throws `missing-key` when a provider lacks its key and some answer of it is neither recorded nor cached, when metrics
 * use it (what they will ask follows from the outputs), or when it judges and nothing of that is recorded.
 */
export function checkKeys(missing: ReadonlyMap<string, Lack>, question: KeyQuestion): void {
  const helpers = helpersOf([...question.unscored].flatMap(allEntriesOf), question.project);
  for (const [provider, secret] of missing) {
    const what = helpers.get(provider) ?? whatSamplesLack(provider, question);
    if (what !== null) throw missingKey(provider, secret, what, question);
  }
  for (const [provider, secret] of missing) {
    const lacking = whatUsersLack(provider, question);
    if (lacking) throw missingKey(provider, secret, lacking, question);
  }
  const provider = question.judge?.model.provider ?? '';
  const secret = missing.get(provider);
  const what = secret && whatJudgeLacks(question);
  if (secret && what) throw missingKey(provider, secret, what, question);
}

function missingKey(provider: string, secret: Lack, what: string, { canReplay }: KeyQuestion): LlmciError {
  const otherwise = canReplay ? '; or see with --replay what the recordings alone say' : '';
  return new LlmciError('missing-key', { provider, need: 'a key', ...secret, what, otherwise });
}

/** What of a provider's answers is not there; null when all are. */
function whatSamplesLack(name: string, { project, plan, unanswered, cassettes, cache }: KeyQuestion): string | null {
  const provider = project.providers.get(name);
  if (!provider) return null;
  const identity = identityOf(provider);
  const makers = plan.columns.map((column) => requestFactory(column));
  const others = new Map<string, number>();
  let samples = 0;
  let live = 0;
  for (const sample of unanswered) {
    const column = plan.columns[sample.column];
    const make = makers[sample.column];
    if (!column || !make || column.model.provider !== name) continue;
    const cassette = cassettes.get(column.suite.cassette ?? '');
    // What the user says first is not known here; that lines of users are recorded says that the answers are
    if (sample.case.simulate && cassette?.holdsUsers(column.suite.id)) continue;
    const { lacking } = followKnown(column.prompt, sample.case, make(sample.case), {
      find: (request) => {
        const key = sampleKey(identity, request, sample.trial);
        return cassette?.find(key) ?? cache?.get(key)?.answer ?? null;
      },
    });
    samples++;
    if (lacking === null) continue;
    live++;
    if (cassette && !others.has(cassette.path)) others.set(cassette.path, cassette.countOf(column.suite.id));
  }
  if (live === 0) return null;
  const recorded = [...others].filter(([, answers]) => answers > 0);
  return live < samples
    ? `${count(live, 'answer')} of ${samples} ${live === 1 ? 'is' : 'are'} not recorded`
    : `none of its answers is recorded${recorded.length > 0 ? ` for the present prompt, model and parameters (${describeOthers(recorded)})` : ''}`;
}

/** `fixtures/x.cassette.jsonl has 30 for other requests`: the prompt has changed since, or the model. */
function describeOthers(others: readonly (readonly [string, number])[]): string {
  return others.map(([path, recorded]) => `${path} has ${recorded} for other requests`).join(', ');
}

/** Of which suite no line of a simulated user is recorded; null when there is none. */
function whatUsersLack(provider: string, { unanswered, plan, cassettes }: KeyQuestion): string | null {
  for (const sample of unanswered) {
    const { simulate } = sample.case;
    const suite = plan.columns[sample.column]?.suite;
    if (!simulate || !suite || parseModelReference(simulate.model).provider !== provider) continue;
    if (!cassettes.get(suite.cassette ?? '')?.holdsUsers(suite.id))
      return `no line of the simulated user ${simulate.model} is recorded for suite ${suite.id}`;
  }
  return null;
}

/**
 * Of which suite no answer of the judge is recorded; null when there is none. Which questions will be asked depends on
 * outputs that are not there yet, so a single answer that is missing is found only then.
 */
function whatJudgeLacks({ unscored, cassettes, judge, project }: KeyQuestion): string | null {
  const without = [...unscored].find(
    (suite) =>
      someAskJudge(allEntriesOf(suite), project.metrics) &&
      !cassettes.get(suite.cassette ?? '')?.holdsJudgements(suite.id),
  );
  return without ? `no answer of the judge ${judge?.model.text ?? ''} is recorded for suite ${without.id}` : null;
}
