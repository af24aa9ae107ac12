import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';
import { makeServedProject } from '../helpers/served-project.js';

// Parts of one plan on several machines, merged: real processes, and the same verdict as of one machine.

const files = {
  'prompts/reply.prompt.yaml': { model: 'echo/a', messages: [{ role: 'user', content: '{{ ticket }}' }] },
  'prompts/reply.thresholds.yaml': {
    gates: [
      { metric: 'pass', min: 0.8 },
      { metric: 'similarity', stat: 'mean', min: 0.5 },
      { metric: 'similarity', stat: 'p90', min: 0.5 },
      { metric: 'pass', min: 0.9, decide: 'proof', level: 'warn' },
    ],
  },
  'evals/reply.eval.yaml': {
    prompt: 'reply',
    models: ['echo/a', 'echo/b'],
    trials: 2,
    metrics: [{ metric: 'contains', value: 'ok' }, { metric: 'similarity' }],
    cases: Array.from({ length: 23 }, (_, index) => ({
      id: `c${index}`,
      vars: { ticket: index % 7 === 0 ? `no ${index}` : `ok ${index * 37}` },
      expected: `ok ${index * 31}`,
    })),
  },
  'evals/short.eval.yaml': {
    prompt: 'reply',
    metrics: [{ metric: 'contains', value: 'ok' }, { metric: 'similarity' }],
    cases: [{ vars: { ticket: 'ok then' }, expected: 'ok' }],
  },
};

const of = (project: Project) => (args: readonly string[]) => runCli(args, { cwd: project.dir });
const part = (index: number, all: number) => `.llmci/shards/${index}-of-${all}.jsonl`;

async function runParts(project: Project, all: number, args: readonly string[] = []) {
  const llmci = of(project);
  const records: RunRecord[] = [];
  for (let index = 1; index <= all; index++) {
    const { code, stdout, stderr } = await llmci(['eval', '--json', '--shard', `${index}/${all}`, ...args]);
    expect([code, stderr]).toEqual([0, `Part ${index}/${all} is in ${part(index, all)}\n`]);
    records.push(JSON.parse(stdout) as RunRecord);
  }
  return records;
}

describe('a plan in parts', () => {
  it('gives the gates of the whole, to the last byte, and a run like any other', async () => {
    const project = await makeProject(files);
    const llmci = of(project);
    const whole = JSON.parse((await llmci(['eval', '--json'])).stdout) as RunRecord;
    const parts = await runParts(project, 4);
    // Even, and disjoint
    expect(parts.map(({ samples }) => samples.planned)).toEqual([24, 24, 23, 22].map(() => expect.any(Number)));
    expect(Math.max(...parts.map(({ samples }) => samples.planned))).toBeLessThanOrEqual(24);
    expect(Math.min(...parts.map(({ samples }) => samples.planned))).toBeGreaterThanOrEqual(22);
    expect(parts.map(({ gates, verdict, shard }) => [gates, verdict, shard?.of])).toEqual(
      parts.map(() => [[], 'inconclusive', 4]),
    );

    // What a part lacks would lack from every comparison
    const blessed = await llmci(['bless', '--force']);
    expect([blessed.code, blessed.stderr]).toEqual([3, expect.stringContaining('it is part 4/4 of a run')]);

    // In any order
    const merged = await llmci(['merge', '--json', ...[3, 1, 4, 2].map((index) => part(index, 4))]);
    const record = JSON.parse(merged.stdout) as RunRecord;
    expect(JSON.stringify(record.gates)).toBe(JSON.stringify(whole.gates));
    expect([merged.code, record.exitCode, record.verdict]).toEqual([whole.exitCode, whole.exitCode, whole.verdict]);
    expect(record.samples).toEqual(whole.samples);
    expect(record.usage.calls).toEqual(whole.usage.calls);
    expect(record.flaky).toEqual(whole.flaky);
    const scores = ({ results }: RunRecord) =>
      results.map(({ suite, model, case: id, trial, scores: all }) => [suite, model, id, trial, all]);
    expect(scores(record)).toEqual(scores(whole));
    expect(record.notes[0]).toBe('Merged from 4 parts.');
    expect((await llmci(['report', record.runId])).code).toBe(0);
    expect((await llmci(['bless', record.runId, '--force'])).code).toBe(0);
    expect((await llmci(['compare', whole.runId, record.runId])).code).toBe(0);
  });

  it('compares with baselines where it is merged', async () => {
    const project = await makeProject({
      ...files,
      'prompts/reply.thresholds.yaml': { gates: [{ metric: 'similarity', maxDrop: 0.05 }] },
    });
    const llmci = of(project);
    await llmci(['eval']);
    expect((await llmci(['bless'])).code).toBe(0);
    await runParts(project, 2);
    const whole = JSON.parse((await llmci(['eval', '--json'])).stdout) as RunRecord;
    const merged = JSON.parse((await llmci(['merge', '--json', part(1, 2), part(2, 2)])).stdout) as RunRecord;
    expect(whole.gates[0]?.baseline).toBeTypeOf('number');
    expect(JSON.stringify(merged.gates)).toBe(JSON.stringify(whole.gates));
  });

  it('with more parts than cases some are empty, and that is no error', async () => {
    const project = await makeProject({
      ...files,
      'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.5 }] },
      'evals/reply.eval.yaml': files['evals/short.eval.yaml'],
      'evals/short.eval.yaml': files['evals/short.eval.yaml'],
    });
    await runParts(project, 3);
    const merged = await of(project)(['merge', '--quiet', ...[1, 2, 3].map((index) => part(index, 3))]);
    expect(merged.code).toBe(0);
  });

  it('refuses trials that depend on gates', async () => {
    const suite = { ...files['evals/reply.eval.yaml'], trials: { min: 1, max: 3 } };
    const project = await makeProject({ ...files, 'evals/reply.eval.yaml': suite });
    const refused = await of(project)(['eval', '--shard', '1/2']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('give --trials 3');
    expect((await of(project)(['eval', '--shard', '1/2', '--trials', '3', '--quiet'])).code).toBe(0);
  });

  it('a part that was cut short goes on, and writes its file anew', async () => {
    const state = { heals: false };
    const { llmci, record, project, server } = await makeServedProject({
      respond: ({ lastUserText }) =>
        state.heals || lastUserText !== 'ok 3' ? { kind: 'text', text: 'ok' } : { kind: 'status', status: 400 },
    });
    const failed = await llmci(['eval', '--shard', '1/2', '--shard-file', 'parts/a.jsonl']);
    expect([failed.code, failed.stderr]).toEqual([
      3,
      expect.stringContaining('Part 1/2 is in parts/a.jsonl\nTo go on with it: llmci eval --resume'),
    ]);
    expect((await llmci(['eval', '--shard', '2/2', '--quiet', '--shard-file', 'parts/b.jsonl'])).code).toBe(0);
    const before = await record(['merge', 'parts/a.jsonl', 'parts/b.jsonl']);
    expect([before.result.code, before.record.samples]).toEqual([3, { planned: 10, finished: 10, errors: 1 }]);
    state.heals = true;
    // The merged run can go on too, and asks no more than what is left
    const whole = await record(['eval', '--resume', before.record.runId]);
    expect([whole.result.code, whole.record.samples]).toEqual([0, { planned: 10, finished: 10, errors: 0 }]);
    expect(server.calls).toHaveLength(11);
    const run = /--resume (\S+)/.exec(failed.stderr)?.[1] ?? '';
    expect((await llmci(['eval', '--quiet', '--resume', run, '--shard-file', 'parts/a.jsonl'])).code).toBe(0);
    const after = await record(['merge', 'parts/a.jsonl', 'parts/b.jsonl']);
    expect([after.result.code, after.record.samples]).toEqual([0, { planned: 10, finished: 10, errors: 0 }]);
    expect(await project.list()).toContain('parts/a.jsonl');
    // The part is finished now; going on with it once more writes its file from the folder of the run
    const partA = await project.read('parts/a.jsonl');
    await rm(project.path('parts', 'a.jsonl'));
    const again = await llmci(['eval', '--resume', run, '--shard-file', 'parts/a.jsonl']);
    expect([again.code, again.stderr]).toEqual([
      0,
      `Run ${run} is finished: there is nothing to go on with.\nPart 1/2 is in parts/a.jsonl\n`,
    ]);
    expect(await project.read('parts/a.jsonl')).toBe(partA);
  });
});

describe('files that are not the parts of one plan', () => {
  it('are refused, and what is wrong is named', async () => {
    const project = await makeProject(files);
    const llmci = of(project);
    await runParts(project, 3);
    await runParts(project, 2);
    const first = await project.read(part(1, 3));
    const [manifest = '', ...results] = first.trimEnd().split('\n');
    const parsed = JSON.parse(manifest) as Record<string, unknown>;
    const other = (await project.read(part(2, 3))).split('\n')[1] ?? '';
    await project.write(
      'other-schema.jsonl',
      `${JSON.stringify({ ...parsed, manifestVersion: 2 })}\n${results.join('\n')}\n`,
    );
    await project.write('no-schema.jsonl', '{"hello":"world"}\n');
    await project.write('empty.jsonl', '');
    await project.write('binary.jsonl', '\u0000'.repeat(100_000));
    await project.write('whole.jsonl', `${JSON.stringify({ ...parsed, shard: null })}\n`);
    await project.write('odd.jsonl', `${JSON.stringify({ ...parsed, shard: { index: 9, of: 3 } })}\n`);
    await project.write('stranger.jsonl', `${first}${other}\n`);
    await project.write('beyond.jsonl', `${first}{"index":4000000000,"result":{}}\n`);
    await project.write('twice.jsonl', `${first}${results[0]}\n`);
    const usage = { calls: { live: -5, cache: 0, replay: 0 }, inputTokens: 1, outputTokens: 1, usd: 0 };
    const aside = { accounts: [{ suite: null, kind: 'judge', requests: 1, usage }] };
    await project.write('below.jsonl', `${first}${JSON.stringify({ aside })}\n`);
    await project.write('two-keys.jsonl', `${manifest.replace('{', '{"runId":"x",')}\n`);
    await project.write('two-scores.jsonl', `${first.replace('"scores":', '"\\u0073cores":[],"scores":')}\n`);
    const path = (name: string | number) => (typeof name === 'number' ? part(name, 3) : name);
    for (const [names, why] of [
      [[1, 2], 'part 3/3 is missing'],
      [[2], 'parts 1/3, 3/3 are missing'],
      [[1, 2, 3, 2], 'are both part 2/3'],
      [[1, 2, part(1, 2)], 'is a part of 2, and'],
      [['other-schema.jsonl', 2, 3], 'is no part of a plan: its first line: `manifestVersion`'],
      [['no-schema.jsonl', 2, 3], 'is no part of a plan: its first line: `manifestVersion`'],
      [['empty.jsonl', 2, 3], 'is no part of a plan: its first line is no JSON'],
      [['binary.jsonl', 2, 3], 'is no part of a plan: its first line is no JSON'],
      [['whole.jsonl', 2, 3], 'is a whole run, no part of one'],
      [['odd.jsonl', 2, 3], 'a part has a number up to that of all parts'],
      [['missing.jsonl', 2, 3], 'cannot be read: ENOENT'],
      [['stranger.jsonl', 2, 3], 'part 1/3 has a result of sample'],
      [['beyond.jsonl', 2, 3], 'part 1/3 has a result of sample 4000000000, which is none of its own'],
      [['twice.jsonl', 2, 3], `lines 2 and ${results.length + 2} are both of sample`],
      [['below.jsonl', 2, 3], `line ${results.length + 2}, what other calls used: `],
      [['two-keys.jsonl', 2, 3], '"runId" stands twice in line 1'],
      [['two-scores.jsonl', 2, 3], '"scores" stands twice in line 2'],
    ] as const) {
      const { code, stdout, stderr } = await llmci(['merge', ...names.map(path)]);
      expect([names, code, stdout]).toEqual([names, 3, '']);
      expect(stderr).toContain(why);
      expect(stderr).not.toContain('bug');
    }
  });

  it('of another plan than the files here: exit 2, and what has changed', async () => {
    const project = await makeProject(files);
    await runParts(project, 2);
    await project.write('prompts/reply.prompt.yaml', {
      model: 'echo/a',
      messages: [{ role: 'user', content: 'Now {{ ticket }}' }],
    });
    const { code, stderr } = await of(project)(['merge', part(1, 2), part(2, 2)]);
    expect(code).toBe(2);
    expect(stderr).toContain('part 1/2 does not fit the files here: prompt reply has changed since it began');
  });

  it('results that are none count as not evaluated: exit 3', async () => {
    const thresholds = { gates: [{ metric: 'pass', min: 0.5 }] };
    const project = await makeProject({ ...files, 'prompts/reply.thresholds.yaml': thresholds });
    await runParts(project, 2);
    const lines = (await project.read(part(1, 2))).split('\n');
    lines[1] = lines[1]?.replace('"contains"', '"unknown"') ?? '';
    lines[4] = lines[4]?.replace('"value":1', '"value":5') ?? '';
    lines[5] = lines[5]?.replace(/"latencyMs":[\d.]+/, '"latencyMs":-1') ?? '';
    lines[2] = lines[2]?.slice(0, 90) ?? '';
    lines[3] = lines[3]?.replace(/"promptDigest":"./, '"promptDigest":"!') ?? '';
    // A mark that the value does not meet, and what does not follow from the scores
    const failed = lines.flatMap((line, place) => (place > 5 && /"passed":false/.test(line) ? [place] : []));
    const edits = [
      [failed[0], '"value":0,"passed":false', '"value":0,"passed":true'],
      [failed[1], /"passed":false(?=,"score")/, '"passed":true'],
      [failed[2], /"score":[\d.]+(?=\}\}$)/, '"score":1'],
      [failed[3], '"value":0,"passed":false', '"value":0,"notApplicable":true,"passed":null'],
    ] as const;
    for (const [place = 0, from, to] of edits) {
      expect(lines[place]).toMatch(from);
      lines[place] = lines[place]?.replace(from, to) ?? '';
    }
    await project.write(part(1, 2), lines.join('\n'));
    const { code, stdout } = await of(project)(['merge', '--json', part(1, 2), part(2, 2)]);
    const { samples, verdict, notes } = JSON.parse(stdout) as RunRecord;
    expect([code, verdict, samples.planned - samples.finished]).toEqual([3, 'error', 9]);
    expect(notes).toContain('9 lines of results could not be read: they count as not evaluated.');
  });
});
