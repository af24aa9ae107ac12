import { describe, expect, it } from 'vitest';
import { makeDelivery } from '../../../test/helpers/delivery-project.js';
import { makeProject } from '../../../test/helpers/project.js';
import { LlmciError } from '../../core/text/errors.js';
import { readEnvironment } from '../../store/state/environments.js';
import { openStateFolder } from '../../store/state/state-folder.js';
import { loadProject } from '../load.js';
import { loadLive } from './load-live.js';

const PROMPT = { model: 'echo/x', messages: [{ role: 'user', content: 'Hello {{ name }}' }] };
const SUITE = { prompt: 'reply', cases: [{ vars: { name: 'Ada' } }], metrics: [{ metric: 'contains', value: 'Ada' }] };

async function project(live: string, rest = '') {
  return makeProject({
    'prompts/reply.prompt.yaml': PROMPT,
    'prompts/reply.thresholds.yaml': `gates: [{ metric: pass, min: 0.9 }]\n${rest}live:\n${live}`,
    'evals/reply.eval.yaml': SUITE,
  });
}

async function gatesOf(...gates: readonly string[]) {
  const { dir } = await project(
    `  metrics:\n    - { metric: toxicity, max: 0.5 }\n  gates:\n${gates.map((gate) => `    - ${gate}\n`).join('')}`,
  );
  return (await loadLive(dir)).get('reply')?.gates;
}

async function problemsOf(live: string): Promise<readonly string[]> {
  const { dir } = await project(live);
  const told = await loadProject({ cwd: dir }).then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof LlmciError)) throw error;
      return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    },
  );
  return told;
}

describe('live gates', () => {
  it('say what is counted and what it is held against', async () => {
    expect(
      await gatesOf(
        '{ metric: errors, maxDrop: 1% }',
        '{ metric: latency, maxDrop: 20% }',
        '{ metric: latency, stat: p95, max: 4s }',
        '{ metric: cost, max: $0.002, level: warn }',
        '{ metric: toxicity, stat: rate, maxDrop: 1% }',
        '{ metric: toxicity, maxDrop: 0.05 }',
        '{ metric: feedback, stat: median, min: 0.5 }',
      ),
    ).toMatchObject([
      { stream: 'reply errors', values: 'rate', better: 'lower', bound: { margin: 0.01, relative: false } },
      { stream: 'reply latency log', values: 'log-mean', stat: 'mean', bound: { margin: 0.2, relative: true } },
      { stream: 'reply latency>4000', values: 'rate', better: 'lower', bound: { side: 'max', threshold: 0.05 } },
      { stream: 'reply cost', values: 'mean', level: 'warn', bound: { side: 'max', threshold: 0.002 } },
      { stream: 'reply toxicity passed', values: 'rate', better: 'higher', bound: { margin: 0.01, relative: false } },
      { stream: 'reply toxicity', values: 'mean', better: 'lower', bound: { margin: 0.05, relative: false } },
      { stream: 'reply feedback<0.5', values: 'rate', better: 'lower', bound: { side: 'max', threshold: 0.5 } },
    ]);
  });

  it.each([
    ['{ metric: latencey, maxDrop: 20% }', '5:17 there is no live metric latencey (did you mean latency?)'],
    ['{ metric: latency, stat: p95, maxDrop: 20% }', /5:32 the p95 is judged on live calls by how many lie beyond/],
    ['{ metric: latency, max: 4 }', '5:31 `max` must be a time like 250ms or 4s'],
    ['{ metric: errors, stat: mean, max: 0.1 }', '5:31 errors is a share of calls: its stat is rate'],
    ['{ metric: errors, maxDrop: 100% }', /of all there is allows anything/],
    ['{ metric: latency, stat: rate, max: 0.1 }', /latency has no pass mark/],
    ['{ metric: feedback, maxDrop: 5% }', /is an amount: a share of it cannot be judged/],
    ['{ metric: errors, min: 0.1, max: 0.2 }', /exactly one bound/],
    ['{ metric: errors, maxDrop: 1%, decide: proof }', /decide/],
  ])('refuse %s', async (gate, message) => {
    expect(await problemsOf(`  gates:\n\n    - ${gate}\n`)).toEqual([
      typeof message === 'string' ? message : expect.stringMatching(message),
    ]);
  });

  it.each([
    ['{ metric: equals }', /3:23 equals needs an expected answer, which no live call has; use it in a suite/],

    ['{ metric: exec, command: [echo] }', /3:23 exec runs a program, and a gateway runs none; use it in a suite/],
    ['{ metric: toxicitty }', /toxicity/],
    ['{ metric: latency, max: 4s }', /latency is measured of every call: leave it out here/],
    ['{ metric: toxicity, id: errors }', /errors is what the gateway measures itself/],
    ['{ metric: ./mine.mjs }', /a module cannot score live calls/],
    ['{ metric: toxicity, where: { tags: [a] } }', /live calls have no tags/],
    ['{ metric: judge, rubric: Good?, scale: { min: 1, max: 5 } }', /^3:13 .*judge/],
    ['{ metric: toxicity, mox: 1 }', /mox/],
  ])('refuse to score by %s', async (metric, message) => {
    const told = await problemsOf(`  metrics: [${metric}]\n  gates: [{ metric: errors, maxDrop: 1% }]\n`);
    expect(told).toEqual([expect.stringMatching(message)]);
  });

  it('change nothing of what eval reads', async () => {
    const without = await makeProject({
      'prompts/reply.prompt.yaml': PROMPT,
      'prompts/reply.thresholds.yaml': 'gates: [{ metric: pass, min: 0.9 }]\n',
      'evals/reply.eval.yaml': SUITE,
    });
    const { dir } = await project('  gates: [{ metric: errors, maxDrop: 1% }]\n');
    const [plain, live] = await Promise.all([loadProject({ cwd: without.dir }), loadProject({ cwd: dir })]);
    expect(live.suites).toEqual(plain.suites);
    expect(live.prompts.get('reply')?.prompt).toEqual(plain.prompts.get('reply')?.prompt);
  });

  it('stand in the ledger with the rest of the plan of their rollout', async () => {
    const steps = [{ weight: '10%', calls: 20, for: '5m' }];
    const delivery = await makeDelivery({ dev: { rollout: { strategy: 'canary', steps, deadline: '1d' } } });
    await delivery.write('prompts/reply.thresholds.yaml', {
      gates: [{ metric: 'pass', min: 0.9 }],
      live: { gates: [{ metric: 'errors', maxDrop: '1%' }] },
    });
    await delivery.commit('gates');
    for (const [greeting, name] of [
      ['Hello', 'reply@1'],
      ['Good day', 'reply@2'],
    ] as const) {
      await delivery.change(`${greeting}!`);
      await delivery.llmci('release');
      expect((await delivery.llmci('promote', name, '--to', 'dev')).code).toBe(0);
    }
    const store = openStateFolder(delivery.path('releases'), 'releases');
    const { state } = await readEnvironment(store, 'dev');
    expect(state.rollouts).toMatchObject([
      {
        weight: 0.1,
        plan: {
          steps: [{ weight: 0.1, calls: 20, for: 300_000 }],
          deadline: 86_400_000,
          live: { reply: { sample: 0.1, metrics: [], gates: [{ metric: 'errors', bound: { margin: 0.01 } }] } },
        },
      },
    ]);
  });
});
