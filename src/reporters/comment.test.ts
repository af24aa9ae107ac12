import { expect, test } from 'vitest';
import { createChanges, createGreenRun, createRedRun, readRecord } from '../../test/helpers/run-fixture.js';
import type { RunRecord } from '../model/run-record.js';
import { writeComment } from './comment.js';

const PLACE = { link: null, folder: '', prompts: '' };
const write = (run: RunRecord, before: string | null = null) => writeComment(readRecord(run), before, PLACE);

/** A run with so many cases that fail, each with a long answer. */
function createLargeRun(count: number): RunRecord {
  const run = createRedRun();
  const failing = run.results.find(({ scores }) => scores.some(({ passed }) => passed === false));
  if (failing === undefined) throw new Error('the fixture has a case that fails');
  const results = Array.from({ length: count }, (_, index) => ({
    ...failing,
    model: `model-${index % 10}`,
    case: `case-${index}-${'💥'.repeat(200)}`,
    output: failing.output && { ...failing.output, text: `${'💥 '.repeat(180)}\n`.repeat(12) },
  }));
  const gates = Array.from({ length: 500 }, () => run.gates).flat();
  const changes = Array.from({ length: 2000 }, (_, index) =>
    createChanges({ suite: `suite-${index}-${'s'.repeat(200)}` }),
  );
  return { ...run, results, gates, changes, notes: Array.from({ length: 100 }, () => 'n'.repeat(2000)) };
}

test('stays below what every code host takes, also with what it remembers', async () => {
  const first = await write(createLargeRun(2000));
  // The least of them is that of Bitbucket
  expect(first.length).toBeLessThan(32_768);
  expect(first).toMatch(/… and [\d,]+ more cases that fail: see the whole report\./);
  const second = await write({ ...createLargeRun(2000), runId: '20260102-030405-zzzz' }, first);
  expect(second.length).toBeLessThan(32_768);
  // It did not remember all of them, so none of those can be said to be new
  expect(second).not.toContain('fails now');
});

test('says what a call costs and how long it takes, where that has changed', async () => {
  const usage = (cost: number, latency: number) => [
    { metric: 'cost' as const, before: 0.00002, now: cost, cases: 4 },
    { metric: 'latency' as const, before: 800, now: latency, cases: 4 },
  ];
  const changed = await write(createGreenRun({ changes: [createChanges({ usage: usage(0.00005, 640) })] }));
  expect(changed).toContain(
    '- cost of 1,000 calls \\$0.02 → \\$0.05 (150% more expensive), latency 800ms → 640ms (20% faster)',
  );
  const same = await write(createGreenRun({ changes: [createChanges({ usage: usage(0.00002, 800) })] }));
  expect(same).not.toContain('What a call takes');
});

test('what fails by metric names a case once, and its suite where there are several', async () => {
  const run = createRedRun();
  const failing = run.results.find(({ scores }) => scores.some(({ passed }) => passed === false));
  const [suite] = run.suites;
  if (failing === undefined || suite === undefined) throw new Error('the fixture has a case that fails');
  const results = [failing, { ...failing, model: 'other' }, { ...failing, suite: 'b' }];
  const id = failing.case;
  const both = await write({ ...run, suites: [suite, { ...suite, id: 'b' }], results });
  expect(both).toContain(`- 2 cases on `);
  expect(both).toContain(`(\`${suite.id}: ${id}\`, \`b: ${id}\`)`);
  const one = await write({ ...run, results: [...results.slice(0, 2), { ...failing, case: 'another' }] });
  expect(one).toContain(`(\`${id}\`, \`another\`)`);
});
