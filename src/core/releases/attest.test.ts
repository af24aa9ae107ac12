import { describe, expect, it } from 'vitest';
import { ADA, evidenceFor, GATE, hour, releaseAt } from '../../../test/helpers/ledger.js';
import type { Evidence } from '../../model/evidence.js';
import { attests, statementOf, statementOfRun } from './attest.js';

const HEX = 'd'.repeat(64);

function statement(changes: Partial<Evidence> = {}, url: string | null = null) {
  const ref = releaseAt(3);
  const evidence = evidenceFor(ref, 2, changes);
  const rest = { declaredRisk: null, commit: null, dirty: null, author: ADA, at: hour(3), note: null };
  return statementOf({ release: 1, ...ref, asked: {}, ...rest, evidence }, url);
}

describe('the statement of a release', () => {
  it('is a test result of in-toto whose subject is the prompt', () => {
    const suites = [
      { id: 'reply', models: ['echo/x'], cases: 10, trials: 1, dataset: HEX, metrics: { contains: 'ab12' } },
    ];
    expect(statement({ suites }, 'https://ci/1')).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'reply@3', digest: { sha256: releaseAt(3).digest } }],
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      predicate: {
        result: 'PASSED',
        configuration: [
          { name: 'commit', digest: { gitCommit: 'c0ffee' } },
          { name: 'suite reply', digest: { sha256: HEX } },
          { name: 'metric contains of reply', annotations: { definition: 'ab12' } },
        ],
        url: 'https://ci/1',
        passedTests: ['reply on echo/x: pass rate min 0.9'],
        warnedTests: [],
        failedTests: [],
        run: 'run-1',
        finishedAt: hour(2),
        verdict: 'pass',
        filtered: false,
        dirty: false,
        samples: { planned: 10, finished: 10, errors: 0 },
        answers: { live: 10, cache: 0, replay: 0 },
        evidence: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  it.each<[string, Partial<Evidence>, string]>([
    ['failed', { verdict: 'fail', gates: [{ ...GATE, verdict: 'fail' }] }, 'FAILED'],
    ['could not be judged', { verdict: 'error' }, 'FAILED'],
    ['is inconclusive', { verdict: 'inconclusive' }, 'FAILED'],
    ['had some of the cases only', { filtered: true }, 'WARNED'],
    ['was of files that were not committed', { dirty: true }, 'WARNED'],
    ['was outside of a commit', { dirty: null }, 'WARNED'],
    ['had no gate that could fail', { gates: [] }, 'WARNED'],
    ['passed with a warning', { gates: [GATE, { ...GATE, level: 'warn', verdict: 'fail', blocks: false }] }, 'WARNED'],
  ])('of a run that %s is %s', (_, changes, result) => {
    expect(statement(changes)?.predicate).toMatchObject({ result });
  });
});

describe('the statement of a run', () => {
  const [reply, other] = [releaseAt(3), releaseAt(1, 'other')];
  const passed = evidenceFor(reply, 2);
  const failed = evidenceFor(other, 2, { verdict: 'fail', gates: [{ ...GATE, verdict: 'fail' }] });

  it('has each prompt as a subject, and passes when all of them have', () => {
    expect(statementOfRun(new Map([['reply', passed]]))).toMatchObject({
      subject: [{ name: 'reply', digest: { sha256: reply.digest } }],
      predicate: { result: 'PASSED', passedTests: ['reply: reply on echo/x: pass rate min 0.9'], failedTests: [] },
    });
    const both = statementOfRun(
      new Map([
        ['reply', passed],
        ['other', failed],
      ]),
    );
    expect(both).toMatchObject({
      subject: [{ name: 'reply' }, { name: 'other', digest: { sha256: other.digest } }],
      predicate: {
        result: 'FAILED',
        failedTests: ['other: reply on echo/x: pass rate min 0.9'],
        prompts: { reply: { verdict: 'pass' }, other: { verdict: 'fail' } },
      },
    });
    expect(statementOfRun(new Map())).toBeNull();
  });

  it('attests the evidence of each of its prompts, as that of a release does, and no other', () => {
    const both = statementOfRun(
      new Map([
        ['reply', passed],
        ['other', failed],
      ]),
    )?.predicate;
    for (const predicate of [statement()?.predicate, both]) {
      expect(attests(predicate, 'reply', passed)).toBe(true);
      for (const changes of [
        { run: 'run-2' },
        { verdict: 'fail' },
        { filtered: true },
        { dirty: null },
        { finishedAt: hour(3) },
        { samples: { planned: 10, finished: 10, errors: 1 } },
        { answers: { live: 0, cache: 0, replay: 10 } },
        { recordings: { oldest: null, undated: 1 } },
        { leftOut: ['hard'] },
        { fewerTrials: ['reply'] },
        { gates: [] },
        { gates: [{ ...GATE, model: 'openai/other' }] },
        { gates: [{ ...GATE, level: 'warn' }] },
      ] satisfies Partial<Evidence>[])
        expect(attests(predicate, 'reply', { ...passed, ...changes }), JSON.stringify(changes)).toBe(false);
    }
    for (const lacks of [{ leftOut: ['hard'] }, { fewerTrials: ['reply'] }]) {
      const part = statementOfRun(new Map([['reply', { ...passed, ...lacks }]]))?.predicate;
      expect(part).toMatchObject({ result: 'WARNED' });
      expect(attests(part, 'reply', passed)).toBe(false);
    }
    expect(attests(both, 'other', passed)).toBe(false);
    expect(attests(both, '__proto__', passed)).toBe(false);
    for (const none of [null, 'PASSED', [], { result: 'PASSED' }, { prompts: {} }])
      expect(attests(none, 'reply', passed)).toBe(false);
  });
});
