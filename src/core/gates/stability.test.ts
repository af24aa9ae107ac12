import { describe, expect, it } from 'vitest';
import { BLESSED, compared } from '../../../test/helpers/compared.js';
import type { Result } from '../../model/run-record.js';
import { caseDigest, summariseMetrics } from '../scores/baseline.js';
import { changesOf } from './case-changes.js';
import { own } from './pairing.js';
import { CaseHistories } from './stability.js';

const column = compared([[1], [1]], [[0], [1]]);
const changes = [changesOf(column)].flatMap((each) => each ?? []);
const marks = own(summariseMetrics(column.suite), 'pass')?.digest;
const testCase = column.suite.cases.at(0);

function trial(passed: boolean | null, more: Partial<Result> & { readonly source?: 'live' | 'cache' } = {}): Result {
  const { source = 'live', ...other } = more;
  const output = { text: '', toolCalls: [], usage: null, usd: null, latencyMs: 1, finishReason: 'stop', source };
  return {
    ...{ suite: column.suite.id, prompt: column.prompt, promptDigest: 'x', model: column.model },
    ...{ case: testCase?.id ?? '', caseDigest: testCase ? caseDigest(testCase) : '', trial: 1, tags: [], vars: {} },
    ...{ output: output as unknown as Result['output'], error: null, scores: [], passed, score: null },
    ...other,
  };
}

function historyAfter(trials: readonly Result[], { runId = 'earlier', digest = marks } = {}) {
  const histories = new CaseHistories(changes, [column]);
  for (const each of trials) histories.add(runId, each, digest);
  return histories.describe(changes)[0]?.broken.first[0]?.history;
}

describe('what earlier trials tell of a case that fails', () => {
  it('flaky: under one prompt it passed and failed, the baseline counted', () => {
    expect(historyAfter([trial(true), trial(false)])).toEqual({ stability: 'flaky', passed: 1, trials: 2 });
    expect(historyAfter([trial(false)])).toEqual({ stability: 'flaky', passed: 1, trials: 2 });
  });

  it('stable: it never did both under one prompt; that another prompt failed is no wavering', () => {
    const thrice = [trial(true), trial(true), trial(true)];
    expect(historyAfter(thrice)).toEqual({ stability: 'stable', passed: 3, trials: 3 });
    expect(historyAfter([...thrice, trial(false, { promptDigest: 'other' })])).toMatchObject({ stability: 'stable' });
    expect(historyAfter([trial(true), trial(false, { model: 'other' })])).toMatchObject({ stability: 'new' });
  });

  it('new: hardly anything is known of it, and an answer from the cache is no further trial', () => {
    expect(historyAfter([])).toEqual({ stability: 'new', passed: 1, trials: 1 });
    const again = Array.from({ length: 9 }, () => trial(true, { source: 'cache' }));
    expect(historyAfter(again)).toEqual({ stability: 'new', passed: 1, trials: 1 });
    expect(historyAfter([...again, trial(true)])).toMatchObject({ stability: 'new', trials: 1 });
    expect(historyAfter([trial(false, { source: 'cache' })])).toMatchObject({ stability: 'flaky' });
  });

  it('leaves out what asked or was judged otherwise, and what has no outcome', () => {
    const others = [trial(false, { caseDigest: 'other' }), trial(null), trial(false, { suite: 'other' })];
    expect(historyAfter(others)).toMatchObject({ stability: 'new', trials: 1 });
    expect(historyAfter([trial(false)], { digest: 'other' })).toMatchObject({ stability: 'new', trials: 1 });
  });

  it('does not count the blessed run twice while it is kept', () => {
    expect(historyAfter([trial(true)], { runId: BLESSED.runId })).toMatchObject({ trials: 1 });
  });
});
