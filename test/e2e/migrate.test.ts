import { expect, it } from 'vitest';
import type { Migration } from '../../src/model/migration.js';
import { moveModel } from '../../src/project/prompts/move-model.js';
import { makeServedProject, type ServedOptions } from '../helpers/served-project.js';

const REFUSAL = 'temperature is not supported with this model';

/** A project of two prompts on `fake/model-1`: `reply` is answered well by every model, `sort` only by that one. */
async function setUp(options: ServedOptions = {}) {
  const questions: string[] = [];
  const served = await makeServedProject(
    {
      respond: ({ body, lastUserText }) => {
        questions.push(lastUserText);
        const { model, messages, temperature } = body as {
          model: string;
          messages: { content: string }[];
          temperature?: number;
        };
        if (model === 'model-3' && temperature !== undefined)
          return { kind: 'status', status: 400, body: { error: { message: REFUSAL, type: 'invalid_request_error' } } };
        const sorts = messages.some(({ content }) => content.startsWith('Sort'));
        return { kind: 'text', text: sorts && model !== 'model-1' ? 'no' : 'ok' };
      },
    },
    {
      cases: 6,
      prompt: { modelParameters: { temperature: 0.5 } },
      ...options,
      files: {
        'prompts/sort.prompt.yaml': {
          model: 'fake/model-1',
          messages: [{ role: 'user', content: 'Sort: {{ ticket }}' }],
        },
        'prompts/sort.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9 }] },
        'evals/sort.eval.yaml': {
          prompt: 'sort',
          metrics: [{ metric: 'contains', value: 'ok' }],
          cases: Array.from({ length: 6 }, (_, index) => ({ id: `s${index}`, vars: { ticket: `t${index}` } })),
        },
        ...options.files,
      },
    },
  );
  const migrate = (...args: readonly string[]) => served.llmci(['migrate', 'fake/model-1', ...args]);
  const json = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await migrate(...args, '--json');
    if (stdout === '') throw new Error(stderr);
    return { code, migration: JSON.parse(stdout) as Migration };
  };
  return { ...served, questions, migrate, json };
}

it('says of each prompt whether it may move, and moves those whose gates pass', async () => {
  const { migrate, project } = await setUp();
  const text = `# The reply\n${await project.read('prompts/reply.prompt.yaml')}# The end\n`.replaceAll('\n', '\r\n');
  await project.write('prompts/reply.prompt.yaml', text);
  const sorting = await project.read('prompts/sort.prompt.yaml');
  const { code, stdout } = await migrate('--to', 'fake/model-2', '--write');
  expect(code).toBe(1);
  expect(stdout).toMatch(/reply {2}may move/);
  expect(stdout).toMatch(/sort {2}breaks\n {4}✗ pass rate ≥ 0\.9 \(sort\): fail; /);
  expect(stdout).toMatch(/sort pass rate: 1 → 0, 1 lower/);
  expect(stdout).toContain('Written: prompts/reply.prompt.yaml.');
  expect(stdout).toMatch(
    /Move reply to fake\/model-2\n[\s\S]*It passes on fake\/model-2, judged beside fake\/model-1 in run /,
  );
  expect(await project.read('prompts/reply.prompt.yaml')).toBe(text.replace('fake/model-1', 'fake/model-2'));
  expect(await project.read('prompts/sort.prompt.yaml')).toBe(sorting);
});

it('without --write nothing is changed', async () => {
  const { json, project } = await setUp();
  const before = await project.read('prompts/reply.prompt.yaml');
  const { migration } = await json('--to', 'fake/model-2');
  expect(migration.prompts.map(({ prompt, verdict }) => [prompt, verdict])).toEqual([
    ['reply', 'pass'],
    ['sort', 'fail'],
  ]);
  expect([migration.written, await project.read('prompts/reply.prompt.yaml')]).toEqual([[], before]);
});

it('what the new model refuses is told after one case, before both models are run', async () => {
  const { json, questions } = await setUp();
  const { code, migration } = await json('--to', 'fake/model-3');
  expect(code).toBe(1);
  expect(migration.refused).toEqual([{ prompt: 'reply', message: expect.stringContaining(REFUSAL) }]);
  expect(migration.prompts.map(({ prompt }) => prompt)).toEqual(['sort']);
  expect(questions.filter((text) => text.startsWith('ok'))).toEqual(['ok 1']);
});

it('a prompt that no gate judges cannot be told, and is not moved', async () => {
  const { json } = await setUp({ thresholds: null });
  const { migration } = await json('--to', 'fake/model-2', '--write');
  expect(migration.prompts[0]).toMatchObject({
    ...{ prompt: 'reply', verdict: 'unknown', reasons: ['no gate has judged it on the new model'] },
  });
  expect(migration.written).toEqual([]);
});

it('gates that compare do so with the old model, case by case, where no baseline is committed', async () => {
  const thresholds = { gates: [{ metric: 'pass', maxDrop: '20%' }] };
  const { json, project } = await setUp({
    cases: 40,
    thresholds,
    files: { 'prompts/sort.thresholds.yaml': thresholds },
  });
  const { code, migration } = await json('--to', 'fake/model-2', '--write');
  expect(migration.prompts.map(({ prompt, verdict }) => [prompt, verdict])).toEqual([
    ['reply', 'pass'],
    ['sort', 'fail'],
  ]);
  expect(migration.prompts[1]?.reasons[0]).toMatch(/^pass rate at most 20% lower than the baseline \(sort\): fail; /);
  expect(migration.written).toEqual(['prompts/reply.prompt.yaml']);
  expect([code, await project.read('prompts/reply.prompt.yaml')]).toEqual([1, expect.stringContaining('fake/model-2')]);
});

it('a budget that is spent on the old model leaves nothing to judge the new one by', async () => {
  const { json, project } = await setUp({
    config: { prices: { 'fake/model-1': { input: 1e6, output: 1e6 }, 'fake/model-2': { input: 1e6, output: 1e6 } } },
  });
  const { code, migration } = await json('--to', 'fake/model-2', '--write', '--budget', '0.000001');
  expect([code, migration.written]).toEqual([3, []]);
  expect(migration.prompts.every(({ verdict }) => verdict !== 'pass')).toBe(true);
  expect(await project.read('prompts/reply.prompt.yaml')).toContain('fake/model-1');
});

/** A project whose judge, asked as `fake/model-1` and `-2`, calls good what is good, and as `-3` everything. */
async function setUpJudge(gate: object = {}) {
  const served = await makeServedProject(
    {
      respond: ({ body }) => {
        const { model } = body as { model: string };
        const isGood = model === 'model-3' || JSON.stringify(body).includes('fine answer');
        return { kind: 'text', text: JSON.stringify({ reason: 'as told', verdict: isGood ? 'yes' : 'no' }) };
      },
    },
    {
      cases: 2,
      prompt: { model: 'echo' },
      config: { judge: { model: 'fake/model-1' } },
      suite: { metrics: [{ metric: 'judge', id: 'tone', rubric: 'Kind?', choices: { yes: 1, no: 0 }, min: 1 }] },
      thresholds: { gates: [{ metric: 'tone', stat: 'rate', min: 0.1, ...gate }] },
      files: {
        'fixtures/labelled.jsonl': Array.from({ length: 20 }, (_, index) =>
          index % 2 ? { output: `fine answer ${index}`, human: 1 } : { output: `rude words ${index}`, human: 0 },
        ),
      },
    },
  );
  const config = await served.project.read('llmci.yaml');
  await served.project.write('llmci.yaml', `# Ours\n${config}`);
  const calibrate = () =>
    served.llmci(['calibrate', 'tone', '--data', 'fixtures/labelled.jsonl', '--label', 'human', '--write']);
  const migrate = (to: string) => served.llmci(['migrate', 'fake/model-1', '--to', to, '--write']);
  return { ...served, calibrate, migrate };
}

it('a judge that agrees with people on the new model moves, with its calibrations', async () => {
  const { project, calibrate, migrate, llmci } = await setUpJudge({ calibrated: { kappa: 0.8 } });
  expect(await calibrate()).toMatchObject({ code: 0 });
  const config = await project.read('llmci.yaml');
  const { code, stdout } = await migrate('fake/model-2');
  expect(stdout).toMatch(
    /The judge of llmci\.yaml {2}may move\n {2}✓ tone: kappa 1 → 1 on 20 examples of fixtures\/labelled/,
  );
  expect(stdout).toContain('Written: evals/tone.calibration.json, llmci.yaml.');
  expect(stdout).toMatch(/Move the judge to fake\/model-2\n[\s\S]*The judge agrees with people on fake\/model-2:/);
  expect([code, await project.read('llmci.yaml')]).toEqual([0, config.replace('fake/model-1', 'fake/model-2')]);
  // The gate asks for a calibration, and has one of the judge that is there now
  expect((await llmci(['lint'])).stdout).not.toContain('stale');
});

it.each([
  ['as a gate demands', { calibrated: { kappa: 0.8 } }, /✗ tone: kappa 1 → 0 on 20 examples .*; a gate asks for 0\.8/],
  ['as the old one did', {}, /✗ tone: kappa 1 → 0 on 20 examples .*; that of the old judge is at least\s/],
])('a judge that does not agree with people %s stays', async (_, gate, said) => {
  const { project, calibrate, migrate } = await setUpJudge(gate);
  await calibrate();
  const before = [await project.read('llmci.yaml'), await project.read('evals/tone.calibration.json')];
  const { code, stdout } = await migrate('fake/model-3');
  expect([code, stdout]).toEqual([1, expect.stringMatching(said)]);
  expect(stdout).toMatch(/The judge of llmci\.yaml {2}not moved/);
  expect([await project.read('llmci.yaml'), await project.read('evals/tone.calibration.json')]).toEqual(before);
});

it('a judge that was not calibrated, or on examples that have changed, cannot be told and stays', async () => {
  const { project, calibrate, migrate } = await setUpJudge();
  const none = await migrate('fake/model-2');
  expect([none.code, none.stdout]).toEqual([3, expect.stringMatching(/✗ tone: tone is not calibrated: there is no /)]);
  await calibrate();
  await project.write('fixtures/labelled.jsonl', '{"output": "fine answer", "human": 1}\n');
  const changed = await migrate('fake/model-2');
  expect([changed.code, changed.stdout]).toEqual([3, expect.stringMatching(/labelled\.jsonl was changed since/)]);
  await project.write('fixtures/labelled.jsonl', '{');
  expect((await migrate('fake/model-2')).code).toBe(3);
  expect(await project.read('llmci.yaml')).toContain('fake/model-1');
});

it('names what nobody asks, and models that nobody knows', async () => {
  const { llmci, migrate } = await setUp();
  const none = await llmci(['migrate', 'fake/model-9', '--to', 'fake/model-2']);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no prompt, suite or judge asks this model')]);
  expect((await migrate('--to', 'nobody/model')).code).toBe(2);
  expect((await migrate('--to', 'fake/model-1')).code).toBe(2);
});

it.each([
  ['model: a/b # why\n', 'model: c/d # why\n'],
  ["model: 'a/b'\nmodelParameters: { }\n", "model: 'c/d'\nmodelParameters: { }\n"],
  ['"model" : "a/b"\r\nmessages: []\r\n', '"model" : "c/d"\r\nmessages: []\r\n'],
  ['models: [ a/b, x/y ]\n', 'models: [ c/d, x/y ]\n'],
  ['# kept\n# llmci-ignore retired-model: as it was\nmodel: a/b\n', '# kept\nmodel: c/d\n'],
  ['models:\n  - x\n  # llmci-ignore retiring-model: why\n  - a/b\n', 'models:\n  - x\n  - c/d\n'],
  ['# llmci-ignore floating-model: why\nmodel: a/b\n', '# llmci-ignore floating-model: why\nmodel: c/d\n'],
  ['messages: [{ role: user, content: a/b }]\nmodel: x\n', null],
  ['description: "model: a/b"\n', null],
  ['judge:\n  model: a/b # ours\n  budget: {}\n', 'judge:\n  model: c/d # ours\n  budget: {}\n'],
])('only the word of the model is touched in %j', (text, moved) => {
  expect(moveModel(text, 'a/b', 'c/d')).toBe(moved);
});
