import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const PROMPT = { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] };
const SUITE = {
  prompt: 'reply',
  cases: [{ vars: { ticket: 'hello' } }, { vars: { ticket: 'bye' } }],
  metrics: [{ metric: 'contains', value: 'never said' }],
};
const projectWith = (gates: readonly object[], suite: object = {}, files: Readonly<Record<string, object>> = {}) =>
  makeProject({
    'prompts/reply.prompt.yaml': PROMPT,
    'evals/reply.eval.yaml': { ...SUITE, gates, ...suite },
    ...files,
  });

describe('a suite that cannot fail', () => {
  it.each([
    ['one', [{ metric: 'pass', min: 1, level: 'warn' }], {}],
    [
      'several',
      [
        { metric: 'pass', min: 1, level: 'warn' },
        { metric: 'contains', min: 0.5, level: 'warn' },
      ],
      {},
    ],
    [
      'those beside the prompt too',
      [],
      { 'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 1, level: 'warn' }] } },
    ],
  ])('because all gates only warn (%s): exit 2, and a warning with --allow-no-gates', async (_, gates, files) => {
    const project = await projectWith(gates, {}, files);
    const refused = await runCli(['eval'], { cwd: project.dir });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('so nothing could fail')]);
    expect(refused.stderr).toContain('all are `level: warn`');
    const allowed = await runCli(['eval', '--allow-no-gates'], { cwd: project.dir });
    expect([allowed.code, allowed.stdout]).toEqual([
      0,
      expect.stringContaining('No gate of suite reply can fail prompt reply'),
    ]);
    const { code, stdout } = await runCli(['validate'], { cwd: project.dir });
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('evals/reply.eval.yaml:1:1  warning: no gate of suite reply can fail'),
    ]);
  });

  it.each<[string, readonly object[], object]>([
    ['demand nothing', [{ metric: 'pass', min: 0 }], {}],
    ['allow everything', [{ metric: 'contains', max: 1 }], {}],
    [
      'have marks that everything meets',
      [{ metric: 'pass', min: 1 }],
      { metrics: [{ metric: 'contains', value: 'x', min: 0 }] },
    ],
    [
      'let go what they cannot tell',
      [{ metric: 'pass', min: 0.9, onInconclusive: 'pass' }],
      { cases: [{ vars: { ticket: 'a' } }] },
    ],
  ])('unless a score is missing, since its gates %s: told by validate and eval', async (_, gates, suite) => {
    const project = await projectWith(gates, suite);
    const { code, stdout } = await runCli(['validate'], { cwd: project.dir });
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('warning: no gate of suite reply can fail prompt reply'),
    ]);
    expect(stdout).toContain('can never fail suite reply: its bound cannot be missed');
    expect((await runCli(['eval'], { cwd: project.dir })).stdout).toContain(
      'no gate of suite reply can fail prompt reply',
    );
  });

  it('names the gate that can never fail beside one that can', async () => {
    const project = await projectWith([
      { metric: 'pass', min: 0 },
      { metric: 'pass', min: 1 },
    ]);
    const { stdout } = await runCli(['validate'], { cwd: project.dir });
    expect(stdout).toMatch(/evals\/reply\.eval\.yaml:\d+:1 {2}warning: gate pass rate ≥ 0 can never fail suite reply/);
    expect((await runCli(['eval'], { cwd: project.dir })).code).toBe(1);
  });

  it('says which of two prompts has no gates', async () => {
    const project = await projectWith(
      [],
      { prompt: undefined, prompts: ['reply', 'other'] },
      {
        'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 1 }] },
        'prompts/other.prompt.yaml': PROMPT,
      },
    );
    const { code, stderr } = await runCli(['eval'], { cwd: project.dir });
    expect(code).toBe(2);
    expect(stderr).toContain('has no gates for prompt other (prompts/other.prompt.yaml), so nothing could fail');
    expect(stderr).toContain('prompts/other.thresholds.yaml');
  });
});

describe('maxDrop', () => {
  it.each([
    ['100% of a rate', { metric: 'pass', maxDrop: '100%' }, true],
    ['150% of a mean', { metric: 'contains', maxDrop: '150%' }, true],
    ['all of a fraction', { metric: 'contains', maxDrop: 1 }, true],
    ['all of the score', { metric: 'score', maxDrop: 1 }, true],
    ['nearly all', { metric: 'pass', maxDrop: '99%' }, false],
    ['twice a latency', { metric: 'latency', maxDrop: '100%' }, false],
    ['twice a cost', { metric: 'cost', maxDrop: '200%' }, false],
    ['twice a toxicity', { metric: 'toxicity', maxDrop: '100%' }, false],
  ])('%s', async (_, gate, refused) => {
    const metrics = [...SUITE.metrics, { metric: 'latency' }, { metric: 'cost' }, { metric: 'toxicity', max: 0.5 }];
    const project = await projectWith([gate], { metrics });
    const { code, stderr } = await runCli(['validate'], { cwd: project.dir });
    expect(code).toBe(refused ? 2 : 0);
    if (refused)
      expect(stderr).toMatch(/evals\/reply\.eval\.yaml:\d+:\d+ {2}`maxDrop` of all there is allows anything/);
  });
});
