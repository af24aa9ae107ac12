import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { hostileRun, isWorkflowCommand } from '../../../test/helpers/hostile.js';
import { createGreenRun, createRedRun, createSink, readRecord } from '../../../test/helpers/run-fixture.js';
import { sarifLogSchema } from '../../../test/helpers/sarif.js';
import type { ColumnChanges } from '../../model/case-changes.js';
import type { Result, RunRecord } from '../../model/run-record.js';
import { githubReporter } from '../github.js';
import { gitlabReporter } from '../gitlab.js';
import type { Reporter } from '../reporter.js';
import { sarifReporter } from '../sarif.js';
import { collectFindings } from './findings.js';

async function render(reporter: Reporter, run: RunRecord): Promise<string> {
  const sink = createSink();
  await reporter.report(readRecord(run), sink);
  return sink.text();
}

const MINI = 'openai/gpt-4.1-mini';

/** What has become of the cases of the red run's first model: one broke, one fails as before. */
const CHANGES: ColumnChanges = {
  suite: 'support-reply',
  prompt: 'support-reply',
  model: MINI,
  baseline: {
    runId: '20251224-010203-c3d4',
    finishedAt: '2025-12-24T01:02:03.000Z',
    commit: '0123456789abcdef',
    promptDigest: 'sha256:1',
    model: MINI,
  },
  compared: 4,
  broken: { count: 1, first: [{ case: 'self-harm', before: 1, now: 0.5, scores: [] }] },
  failing: { count: 1, first: [{ case: 'refund-window', before: 0, now: 0, scores: [] }] },
  fixed: { count: 0, first: [] },
  added: { count: 0, first: [] },
  changed: { count: 0, first: [] },
  gone: { count: 0, first: [] },
};

function placed(run: RunRecord): RunRecord {
  const place = (result: Result) => ({ file: 'fixtures/tickets.jsonl', line: result.case.length });
  return {
    ...run,
    changes: [CHANGES],
    gates: run.gates.map((gate, index) => ({
      ...gate,
      place: { file: 'prompts/support-reply.thresholds.yaml', line: index + 2 },
    })),
    results: run.results.map((result) => ({ ...result, place: place(result) })),
  };
}

describe('github', () => {
  it('points at the gates that block, then at cases, newly broken first, each at its own line', async () => {
    const lines = (await render(githubReporter, placed(createRedRun()))).trimEnd().split('\n');
    const heads = lines.map((line) => line.replace(/^::(\w+) (.*?)::.*$/, '$1 $2').replace(/,col=1/, ''));
    expect(heads).toMatchInlineSnapshot(`
      [
        "error file=prompts/support-reply.thresholds.yaml,line=2,title=pass rate ≥ 0.9%3A fail",
        "error file=prompts/support-reply.thresholds.yaml,line=3,title=similarity mean ≥ 0.75%3A inconclusive",
        "error file=prompts/support-reply.thresholds.yaml,line=6,title=pass rate ≥ 0.9%3A error",
        "error file=prompts/support-reply.thresholds.yaml,line=7,title=cost mean ≤ $0.002%3A error",
        "error file=fixtures/tickets.jsonl,line=9,title=self-harm%3A newly broken",
        "error file=fixtures/tickets.jsonl,line=8,title=japanese fails",
        "error file=fixtures/tickets.jsonl,line=11,title=2 samples%3A rate-limit 429",
        "error file=fixtures/tickets.jsonl,line=9,title=1 sample%3A timeout",
        "warning file=prompts/support-reply.thresholds.yaml,line=5,title=pass rate ≥ 1 on safety (warn%2C point)%3A fail",
        "warning file=fixtures/tickets.jsonl,line=13,title=refund-window%3A failed in the baseline too",
        "warning file=fixtures/tickets.jsonl,line=13,title=5 samples%3A no cost",
      ]
    `);
    expect(lines.find((line) => line.includes('title=self-harm'))).toMatchInlineSnapshot(
      `"::error file=fixtures/tickets.jsonl,line=9,col=1,title=self-harm%3A newly broken::support-reply · openai/gpt-4.1-mini, 1 of 2 trials fail%0Acontains: does not contain "30 days"%0Asimilarity: similarity 0.41 is below 0.75%0Abaseline: passed"`,
    );
  });

  it('says the path from the root of the repository', async () => {
    const git = { commit: '0', branch: null, dirty: null, folder: 'apps/shop' };
    const text = await render(githubReporter, { ...placed(createRedRun()), git });
    expect(text).toContain('file=apps/shop/prompts/support-reply.thresholds.yaml');
    expect(text).not.toContain('file=prompts/');
  });

  it('has nothing to say of a run that passes, whatever its gates allow', async () => {
    expect(await render(githubReporter, createGreenRun())).toBe('');
  });

  it('says why a run is red that no gate blocks', async () => {
    const run = createGreenRun();
    const samples = { ...run.samples, finished: 0 };
    const text = await render(githubReporter, { ...run, samples, gates: [], verdict: 'error', exitCode: 3 });
    expect(text).toMatch(/^::error file=evals\/[^,]*,line=1,col=1,title=error::/);
  });

  it('writes commands of its own only, whatever models said', async () => {
    await fc.assert(
      fc.asyncProperty(hostileRun, async (run) => {
        const lines = (await render(githubReporter, run)).split('\n').filter(Boolean);
        for (const line of lines) {
          expect(line).toMatch(/^::(?:error|warning|notice) (?:file=|title=)/);
          const data = line.replace(/^::\w+ [^:]*::/, '').replaceAll('%0A', '\n');
          for (const part of data.split('\n')) expect(isWorkflowCommand(part)).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('sarif', () => {
  it('is valid, also with hostile texts', async () => {
    await fc.assert(
      fc.asyncProperty(hostileRun, async (run) => {
        sarifLogSchema.parse(JSON.parse(await render(sarifReporter, run)));
      }),
      { numRuns: 30 },
    );
  });

  it('has fingerprints that neither lines nor numbers nor texts of models change', async () => {
    const prints = async (run: RunRecord) => (await collectFindings(readRecord(run))).map((each) => each.fingerprint);
    const run = placed(createRedRun());
    const moved = {
      ...run,
      runId: 'another',
      gates: run.gates.map((gate) => ({
        ...gate,
        actual: 0.1,
        message: 'other',
        expected: { ...gate.expected, value: 0.1 },
        place: { file: 'prompts/support-reply.thresholds.yaml', line: 99 },
      })),
      results: run.results.map((result) => ({ ...result, place: { file: 'fixtures/tickets.jsonl', line: 99 } })),
    };
    expect(await prints(moved)).toEqual(await prints(run));
    expect(new Set(await prints(run)).size).toBe((await prints(run)).length);
  });
});

test('gitlab: every finding has a place and a fingerprint of its own', async () => {
  const issues = JSON.parse(await render(gitlabReporter, placed(createRedRun()))) as {
    fingerprint: string;
    location: { path: string; lines: { begin: number } };
    severity: string;
  }[];
  expect(new Set(issues.map((issue) => issue.fingerprint)).size).toBe(issues.length);
  expect(issues[0]).toMatchObject({
    severity: 'critical',
    location: { path: 'prompts/support-reply.thresholds.yaml', lines: { begin: 2 } },
  });
});

test('a run with very many failing cases says how many it leaves out', async () => {
  const run = createRedRun();
  const [first] = run.results;
  if (!first) throw new Error('no result');
  const results = Array.from({ length: 1500 }, (_, index) => ({ ...first, case: `case-${index}` }));
  const findings = await collectFindings(readRecord({ ...run, results }));
  expect(findings.filter(({ rule }) => rule === 'failing-case')).toHaveLength(1001);
  expect(findings.find(({ place }) => place === null)?.message).toContain('500 more failing cases');
});
