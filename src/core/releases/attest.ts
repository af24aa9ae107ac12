import type { Evidence } from '../../model/evidence.js';
import type { Release } from '../../model/release.js';
import { nameOf } from './decision.js';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export interface Statement {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[];
  readonly predicateType: 'https://in-toto.io/attestation/test-result/v0.1';
  readonly predicate: object;
}

/**
 * The evidence of a release as an in-toto statement of a test result, for whoever signs such; null for a release that no run
 * has judged. Its subject has the digest of the prompt. `url` is the page of the run in CI; null for none.
 */
export function statementOf(release: Release, url: string | null): Statement | null {
  const { evidence } = release;
  if (evidence === null) return null;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: nameOf(release), digest: { sha256: release.digest } }],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: resultOf(evidence),
      configuration: configurationOf(evidence),
      ...(url === null ? {} : { url }),
      passedTests: gatesThat(evidence, ({ verdict }) => verdict === 'pass'),
      warnedTests: gatesThat(evidence, ({ verdict, blocks }) => verdict !== 'pass' && !blocks),
      failedTests: gatesThat(evidence, ({ verdict, blocks }) => verdict !== 'pass' && blocks),
      // Fields of our own: consumers that do not know them leave them out
      run: evidence.run,
      finishedAt: evidence.finishedAt,
      verdict: evidence.verdict,
      filtered: evidence.filtered,
      dirty: evidence.dirty,
      samples: evidence.samples,
      answers: evidence.answers,
      ...(evidence.recordings === undefined ? {} : { recordings: evidence.recordings }),
    },
  };
}

/** What was not judged has not passed. */
function resultOf({ verdict, gates, filtered, dirty }: Evidence): 'PASSED' | 'WARNED' | 'FAILED' {
  if (verdict !== 'pass') return 'FAILED';
  const isWhole = !filtered && dirty === false && gates.some(({ level }) => level === 'error');
  return isWhole && gates.every((gate) => gate.verdict === 'pass') ? 'PASSED' : 'WARNED';
}

/** The commit, and of each suite the digests of what it asked and of what judged it. */
function configurationOf({ commit, suites }: Evidence): readonly object[] {
  const source = commit === null ? [] : [{ name: 'commit', digest: { gitCommit: commit } }];
  const judged = suites.flatMap(({ id, dataset, metrics }) => [
    { name: `suite ${id}`, digest: { sha256: dataset } },
    ...Object.entries(metrics).map(([metric, digest]) => ({
      name: `metric ${metric} of ${id}`,
      annotations: { definition: digest },
    })),
  ]);
  return [...source, ...judged];
}

function gatesThat({ gates }: Evidence, is: (gate: Evidence['gates'][number]) => boolean): readonly string[] {
  return gates.filter(is).map(({ suite, model, metric, stat, where, expected: { bound, value } }) => {
    const tags = where.length > 0 ? ` of ${where.join(', ')}` : '';
    return `${suite} on ${model}: ${metric} ${stat}${tags} ${bound} ${value}`;
  });
}
