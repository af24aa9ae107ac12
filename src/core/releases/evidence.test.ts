import { describe, expect, it } from 'vitest';
import { createGate, createGreenRun, createRedRun } from '../../../test/helpers/run-fixture.js';
import type { Output, Step } from '../../model/output.js';
import type { RunRecord } from '../../model/run-record.js';
import { countResult, evidenceOf, nothingJudged } from './evidence.js';

const PROMPT = 'support-reply';
const DIGEST = 'sha256:2f1c';

function evidence(run: RunRecord, prompt = PROMPT, digest = DIGEST) {
  const judged = nothingJudged();
  for (const result of run.results) if (result.prompt === prompt) countResult(judged, result);
  return evidenceOf(run, prompt, digest, judged);
}

const weakening = (enforced: boolean): RunRecord['protection'] => ({
  base: { name: 'main', commit: '2f1c9e0' },
  weakened: [{ file: 'prompts/reply.thresholds.yaml', effect: 'weakened', text: 'a gate is weaker' }],
  enforced,
});

describe('what a run says of a prompt', () => {
  it('is its gates, suites and answers', () => {
    expect(evidence(createGreenRun())).toMatchObject({
      run: '20260102-030405-a1b2',
      verdict: 'pass',
      commit: '2f1c9e0',
      dirty: false,
      suites: [{ id: PROMPT, cases: 1, trials: 1, dataset: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      gates: [{ metric: 'pass', verdict: 'pass' }],
      samples: { planned: 1, finished: 1, errors: 0 },
    });
    expect(evidence(createRedRun())?.verdict).toBe('fail');
  });

  it('is nothing for another digest, or a prompt that it had not', () => {
    expect(evidence(createGreenRun(), PROMPT, 'other')).toBeNull();
    expect(evidence(createGreenRun(), 'other')).toBeNull();
  });

  it('is not spoilt by another prompt of the same run', () => {
    const failing = createGate({ prompt: 'other', verdict: 'fail', blocks: true });
    const run = createGreenRun();
    expect(evidence({ ...run, gates: [...run.gates, failing], verdict: 'fail', exitCode: 1 })?.verdict).toBe('pass');
  });

  it.each<[string, Partial<RunRecord>, string]>([
    ['cut short', { interrupted: true }, 'error'],
    ['late', { late: true }, 'error'],
    ['without a result', { results: [] }, 'error'],
    ['a part of a plan', { shard: { index: 1, of: 2 } }, 'inconclusive'],
    ['red, since the change weakens what judges it', { protection: weakening(true) }, 'fail'],
  ])('does not pass when it was %s', (_, other, verdict) => {
    expect(evidence(createGreenRun(other))?.verdict).toBe(verdict);
  });

  it('passes where what the change weakens is told, and forbidden by nobody', () => {
    expect(evidence(createGreenRun({ protection: weakening(false) }))?.verdict).toBe('pass');
  });

  it('names the suites of the prompt that were not run, and those with fewer trials', () => {
    const notRun = [
      { suite: 'hard', prompts: ['other', PROMPT] },
      { suite: 'else', prompts: ['other'] },
    ];
    expect(evidence(createGreenRun({ notRun }))?.leftOut).toEqual(['hard']);
    expect(evidence(createGreenRun({ fewerTrials: ['else', PROMPT] }))?.fewerTrials).toEqual([PROMPT]);
    for (const lack of ['leftOut', 'fewerTrials']) expect(evidence(createGreenRun())).not.toHaveProperty(lack);
  });

  it('says how old the answers are that were there before', () => {
    const [result] = createGreenRun().results;
    const output = result?.output;
    if (!result || !output) throw new Error('the run has a result');
    const step = (source: Output['source'], recorded?: string): Step => ({
      ...{ source, usage: output.usage, usd: null, latencyMs: 1, finishReason: 'stop' },
      ...(recorded === undefined ? {} : { recorded }),
    });
    const outputs: readonly Output[] = [
      { ...output, source: 'live' },
      { ...output, source: 'cache', recorded: '2026-01-02' },
      { ...output, source: 'cache' },
      // Given in this run to an equal request
      { ...output, source: 'cache', recorded: '2026-01-03', shared: true },
      { ...output, source: 'replay', recorded: '2025-03-04' },
      // One live answer makes the others no newer
      { ...output, source: 'live', steps: [step('cache', '2025-12-24'), step('live')] },
      { ...output, source: 'live', steps: [step('replay'), step('live'), step('replay', '2024-01-01')] },
      { ...output, source: 'live', steps: [step('live'), step('live')] },
    ];
    const run = createGreenRun();
    const results = outputs.map((each) => ({ ...result, output: each }));
    expect(evidence({ ...run, results })).toMatchObject({
      answers: { live: 3, cache: 3, replay: 2 },
      cached: { oldest: '2025-12-24', undated: 1 },
      recordings: { oldest: '2024-01-01', undated: 1 },
    });
  });

  it('has another dataset when a case asks something else', () => {
    const run = createGreenRun();
    const changed = { ...run, results: run.results.map((result) => ({ ...result, caseDigest: 'other' })) };
    expect(evidence(changed)?.suites[0]?.dataset).not.toBe(evidence(run)?.suites[0]?.dataset);
  });
});
