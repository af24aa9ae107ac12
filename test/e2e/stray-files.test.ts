import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const GATES = 'gates:\n  - { metric: pass, min: 1 }\n';
const SUITE = 'prompt: reply\ncases:\n  - vars: { ticket: hello }\nmetrics:\n  - { metric: length, max: 100 }\n';
const PROMPT = 'model: echo\nmessages:\n  - role: user\n    content: "{{ ticket }}"\n';
const GOOD = {
  'prompts/reply.prompt.yaml': PROMPT,
  'prompts/reply.thresholds.yaml': GATES,
  'evals/reply.eval.yaml': SUITE,
};

describe('a file that nobody reads is an error', () => {
  it.each([
    ['prompts/a.thresholds.YAML', GATES, 'call it a.thresholds.yaml'],
    ['prompts/a.thresholds.YML', GATES, 'call it a.thresholds.yaml'],
    ['prompts/a.Thresholds.yaml', GATES, 'call it a.thresholds.yaml'],
    ['prompts/a.thresholds.json', '{"gates":[]}', 'call it a.thresholds.yaml'],
    ['prompts/a.gates.yaml', GATES, 'did you mean .thresholds.yaml?'],
    ['prompts/a.gates.yml', GATES, 'did you mean .thresholds.yaml?'],
    ['prompts/a.yaml', PROMPT, 'call it a.prompt.yaml'],
    ['prompts/a.PROMPT.yaml', PROMPT, 'call it a.prompt.yaml'],
    ['prompts/a.prompt.json', '{}', 'call it a.prompt.yaml'],
    ['prompts/deep/a.yml', GATES, 'call it a.thresholds.yaml'],
    ['evals/a.yaml', SUITE, 'call it a.eval.yaml'],
    ['evals/a.yml', SUITE, 'call it a.eval.yaml'],
    ['evals/a.json', '{\n  "prompt": "reply",\n  "metrics": []\n}', 'call it a.eval.yaml'],
    ['evals/a.eval.YAML', SUITE, 'call it a.eval.yaml'],
    ['evals/a.eval.YML', SUITE, 'call it a.eval.yaml'],
    ['evals/a.eval.json', '{}', 'call it a.eval.yaml'],
    ['evals/a.thresholds.yaml', GATES, '.thresholds.yaml files are read below prompts/'],
    ['eval/a.eval.yaml', SUITE, '.eval.yaml files are read below evals/'],
    ['Evals/a.eval.yaml', SUITE, '.eval.yaml files are read below evals/'],
    ['prompt/a.thresholds.yml', GATES, '.thresholds.yaml files are read below prompts/'],
    ['tests/a.thresholds.yaml', GATES, '.thresholds.yaml files are read below prompts/'],
    ['a.thresholds.yaml', GATES, '.thresholds.yaml files are read below prompts/'],
    ['thresholds/reply.yaml', GATES, '.thresholds.yaml files are read below prompts/'],
    ['Gates/reply.yml', GATES, '.thresholds.yaml files are read below prompts/'],
    ['prompts/a.prompt.toml', '', 'call it a.prompt.yaml'],
    ['prompts/a.thresholds.toml', '', 'call it a.thresholds.yaml'],
    ['prompts/a.thresholds.yaml.txt', GATES, 'call it a.thresholds.yaml'],
    ['prompts/a.thresholds.json5', '{gates:[]}', 'call it a.thresholds.yaml'],
    ['prompts/a.json', '{"gates":[{"metric":"pass","min":1}]}', 'call it a.thresholds.yaml'],
    ['prompts/b.json', '{\n\t"messages": []\n}', 'call it b.prompt.yaml'],
    ['evals/b.json', '{"prompt":"reply","gates":[]}', 'call it b.eval.yaml'],
    ['prompts/reply.thresholds', GATES, 'call it reply.thresholds.yaml'],
    ['prompts/a.thresholds.yaml.yaml', GATES, 'call it a.thresholds.yaml'],
    ['prompts/a.thresholds.txt', GATES, 'call it a.thresholds.yaml'],
    ['prompts/thresholds.yaml', GATES, 'call it NAME.thresholds.yaml beside NAME.prompt.yaml'],
    ['prompts/reply-thresholds.yaml', GATES, 'call it reply.thresholds.yaml'],
    ['prompts/gates_a.yml', GATES, 'call it a.thresholds.yaml'],
    ['prompts/a.yaml.txt', GATES, 'call it a.thresholds.yaml'],
    ['prompts/a.toml', '[[gates]]\nmetric = "pass"\n', 'call it a.thresholds.yaml'],
    ['prompts/b.yaml', '{ gates: [{ metric: pass, min: 1 }] }', 'call it b.thresholds.yaml'],
    ['prompts/a.prompt.txt', PROMPT, 'call it a.prompt.yaml'],
    ['evals/a.eval.yamll', SUITE, 'call it a.eval.yaml'],
    ['evals/a.eval.yam', SUITE, 'call it a.eval.yaml'],
    ['evals/a.eval', SUITE, 'call it a.eval.yaml'],
    ['evals/a.eval.yaml ', SUITE, 'call it a.eval.yaml'],
    ['evals/eval.yaml', SUITE, 'call it NAME.eval.yaml'],
    ['a.thresholds', GATES, '.thresholds.yaml files are read below prompts/'],
  ])('%s', async (path, text, advice) => {
    const project = await makeProject({ ...GOOD, [path]: text });
    for (const command of ['validate', 'eval']) {
      const { code, stderr } = await runCli([command], { cwd: project.dir });
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${path}:1:1  this file is not read: ${advice}`)]);
    }
  });

  it.each([
    ['prompts/basic.prompty', 'a prompt of another tool; llmci import prompty prompts/basic.prompty takes it over'],
    ['prompts/basic.prompt.md', 'a prompt of another tool; write it as basic.prompt.yaml'],
    ['tests/a.eval.yaml', '.eval.yaml files are read below evals/'],
    ['suites/a.yaml', '.eval.yaml files are read below evals/'],
  ])('but a warning where it may be for others: %s', async (path, advice) => {
    const project = await makeProject({ ...GOOD, [path]: SUITE });
    const validated = await runCli(['validate'], { cwd: project.dir });
    expect([validated.code, validated.stdout]).toEqual([
      0,
      expect.stringContaining(`${path}:1:1  warning: this file is not read: ${advice}`),
    ]);
    const run = await runCli(['eval'], { cwd: project.dir });
    expect([run.code, run.stdout]).toEqual([0, expect.stringContaining(`${path}:1: this file is not read`)]);
  });

  it('leaves alone what is no file of ours', async () => {
    const project = await makeProject({
      ...GOOD,
      'prompts/reply.prompt.yaml.bak': PROMPT,
      'prompts/reply.thresholds.yaml~': GATES,
      'prompts/README.md': 'messages:\n',
      'prompts/reply.thresholds.yaml.disabled': GATES,
      'llmci.prod.yaml': '{}',
      'llmci.txt': 'PASS\n',
      'llmci.json': '{"runId": "x", "budget": null, "suites": []}',
      'evals/reply.eval.yaml.orig': SUITE,
      'evals/reply.cases.yaml': '- vars: { ticket: x }\n',
      'evals/rows.json': '[{"prompt": "x", "metrics": 1}]',
      'tests/fixtures/evals/a.eval.yaml': SUITE,
      'services/b/evals/b.eval.yaml': SUITE,
      'eval/data.yaml': 'a: 1\n',
      'evals/rows.eval.jsonl': '{}',
      'thresholds/limits.yaml': 'cpu: 1\n',
    });
    const { code, stdout } = await runCli(['validate'], { cwd: project.dir });
    expect([code, stdout]).toEqual([0, expect.not.stringContaining('warning')]);
  });
});

it('every command that reads thresholds tells of those that are not read', async () => {
  const project = await makeProject({
    ...GOOD,
    'llmci.yaml': 'environments:\n  dev: { rollout: { strategy: canary, steps: [{ weight: 10% }] } }\n',
  });
  const llmci = (line: string) => runCli(line.split(' '), { cwd: project.dir });
  expect(await llmci('release reply')).toMatchObject({ code: 0 });
  await project.write('prompts/reply.thresholds.YAML', 'live:\n  gates: []\n');
  const lines = [
    'release',
    'promote reply@1 --to dev',
    'owners',
    'plan',
    'lint',
    'calibrate length --data x --label y',
  ];
  for (const line of [...lines, 'serve --env dev']) {
    const { code, stdout, stderr } = await llmci(line);
    const told = expect.stringMatching(/reply\.thresholds\.YAML(?::|\s+)1:1:? .*this file is not read/);
    expect([line, code, stdout + stderr]).toEqual([line, 2, told]);
  }
});

describe('thresholds that judge nothing', () => {
  const orphan = { ...GOOD, 'prompts/old.prompt.yaml': PROMPT };

  it('are an error', async () => {
    const project = await makeProject({ ...orphan, 'prompts/old.thresholds.yaml': GATES });
    for (const command of ['validate', 'eval']) {
      const { code, stderr } = await runCli([command], { cwd: project.dir });
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining('prompts/old.thresholds.yaml:1:1  no suite runs prompt old'),
      ]);
    }
  });

  it('are not when the file says so', async () => {
    const project = await makeProject({ ...orphan, 'prompts/old.thresholds.yaml': `${GATES}unjudged: ok\n` });
    expect((await runCli(['validate'], { cwd: project.dir })).code).toBe(0);
    const misspelt = await makeProject({ ...orphan, 'prompts/old.thresholds.yaml': `${GATES}unjudged: true\n` });
    expect((await runCli(['validate'], { cwd: misspelt.dir })).code).toBe(2);
  });

  it('are not told while the suite that may judge them is broken', async () => {
    const project = await makeProject({ ...GOOD, 'evals/reply.eval.yaml': `${SUITE}trails: 3\n` });
    expect((await runCli(['validate'], { cwd: project.dir })).stderr).not.toContain('no suite runs');
  });
});
