import type { Evidence } from '../../model/evidence.js';
import { isRecord } from '../../model/json.js';
import type { Release } from '../../model/release.js';
import { canonicalJson, digest } from '../text/canonical.js';
import { nameOfRelease } from './decision.js';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export interface Statement {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[];
  readonly predicateType: typeof TEST_RESULT;
  readonly predicate: object;
}

export const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';

/**
 * The evidence of a release as an in-toto statement of a test result, for whoever signs such; null for a release that no run
 * has judged. Its subject has the digest of the prompt. `url` is the page of the run in CI; null for none.
 */
export function statementOf(release: Release, url: string | null): Statement | null {
  const { evidence } = release;
  if (evidence === null) return null;
  const { run, finishedAt, filtered, dirty } = evidence;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: nameOfRelease(release), digest: { sha256: release.digest } }],
    predicateType: TEST_RESULT,
    predicate: {
      ...testResultOf([['', evidence]]),
      ...(url === null ? {} : { url }),
      // Fields of our own: consumers that do not know them leave them out
      ...{ run, finishedAt, filtered, dirty },
      ...ownResultOf(evidence),
    },
  };
}

/**
 * What a run said of all its prompts, as one statement of which each prompt is a subject. It passes when all of them have.
 * Null for a run that has judged none. `judged` is by the ids of prompts.
 */
export function statementOfRun(judged: ReadonlyMap<string, Evidence>): Statement | null {
  const [first] = judged.values();
  if (first === undefined) return null;
  const { run, finishedAt, filtered, dirty } = first;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [...judged].map(([name, { digest }]) => ({ name, digest: { sha256: digest } })),
    predicateType: TEST_RESULT,
    predicate: {
      ...testResultOf([...judged].map(([prompt, evidence]) => [`${prompt}: `, evidence])),
      ...{ run, finishedAt, filtered, dirty },
      prompts: Object.fromEntries([...judged].map(([prompt, evidence]) => [prompt, ownResultOf(evidence)])),
    },
  };
}

/** Whether the predicate of a statement, of a release or of a run, says what evidence says. */
export function attests(predicate: unknown, prompt: string, evidence: Evidence): boolean {
  if (!isRecord(predicate)) return false;
  const { run, finishedAt, filtered, dirty } = evidence;
  const { prompts } = predicate;
  const own = isRecord(prompts) ? new Map(Object.entries(prompts)).get(prompt) : predicate;
  return (
    says(predicate, { run, finishedAt, filtered, dirty }) &&
    // What was signed of fewer suites or trials is not of all of them
    says(isRecord(own) ? { ...ALL, ...own } : own, { ...ALL, ...ownResultOf(evidence) })
  );
}

/** Left out where it is so. */
const ALL = { leftOut: [], fewerTrials: [] };

function says(said: unknown, expected: object): boolean {
  if (!isRecord(said)) return false;
  const fields = new Map(Object.entries(said));
  return Object.entries(expected).every(([name, value]) => canonicalJson(fields.get(name)) === canonicalJson(value));
}

/** The fields of a test result; what is before the name of each test tells of which prompt it is. */
function testResultOf(judged: readonly (readonly [before: string, Evidence])[]) {
  const results = judged.map(([, evidence]) => resultOf(evidence));
  const gatesThat = (is: (gate: Gate) => boolean) =>
    judged.flatMap(([before, { gates }]) => gates.filter(is).map((gate) => `${before}${nameOfGate(gate)}`));
  return {
    result: (['FAILED', 'WARNED'] as const).find((each) => results.includes(each)) ?? 'PASSED',
    configuration: configurationOf(judged.map(([, evidence]) => evidence)),
    passedTests: gatesThat(({ verdict }) => verdict === 'pass'),
    warnedTests: gatesThat(({ verdict, blocks }) => verdict !== 'pass' && !blocks),
    failedTests: gatesThat(({ verdict, blocks }) => verdict !== 'pass' && blocks),
  };
}

function ownResultOf(evidence: Evidence) {
  const { verdict, samples, answers, recordings, cached, leftOut, fewerTrials } = evidence;
  return {
    ...{ verdict, samples, answers },
    // Of all of it: a policy looks at which gates judged which model, and these must be those that were signed
    evidence: digest(evidence),
    ...(fewerTrials === undefined ? {} : { fewerTrials }),
    ...(leftOut === undefined ? {} : { leftOut }),
    ...(recordings === undefined ? {} : { recordings }),
    ...(cached === undefined ? {} : { cached }),
  };
}

/** What was not judged has not passed. */
function resultOf({ verdict, gates, filtered, leftOut, fewerTrials, dirty }: Evidence): 'PASSED' | 'WARNED' | 'FAILED' {
  if (verdict !== 'pass') return 'FAILED';
  const isAll = !filtered && leftOut === undefined && fewerTrials === undefined;
  const isWhole = isAll && dirty === false && gates.some(({ level }) => level === 'error');
  return isWhole && gates.every((gate) => gate.verdict === 'pass') ? 'PASSED' : 'WARNED';
}

/** The commit, and of each suite the digests of what it asked and of what judged it. */
function configurationOf(judged: readonly Evidence[]): readonly object[] {
  const commit = judged[0]?.commit ?? null;
  const source = commit === null ? [] : [{ name: 'commit', digest: { gitCommit: commit } }];
  // Several prompts may be of one suite
  const suites = new Map(judged.flatMap((evidence) => evidence.suites.map((suite) => [suite.id, suite])));
  const asked = [...suites.values()].flatMap(({ id, dataset, metrics }) => [
    { name: `suite ${id}`, digest: { sha256: dataset } },
    ...Object.entries(metrics).map(([metric, digest]) => ({
      name: `metric ${metric} of ${id}`,
      annotations: { definition: digest },
    })),
  ]);
  return [...source, ...asked];
}

type Gate = Evidence['gates'][number];

function nameOfGate({ suite, model, metric, stat, where, expected: { bound, value } }: Gate): string {
  const tags = where.length > 0 ? ` of ${where.join(', ')}` : '';
  return `${suite} on ${model}: ${metric} ${stat}${tags} ${bound} ${value}`;
}
