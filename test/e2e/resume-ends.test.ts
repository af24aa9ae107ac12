import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Call } from '../helpers/model-server/behaviour.js';
import { makeServedProject, type ServedProject } from '../helpers/served-project.js';

// The end of a run, and what is left of it to go on with.

const text = (content: string) => ({ kind: 'text', text: content }) as const;
const modelOf = ({ body }: Call) => (body as { readonly model?: string }).model;

async function locksIn({ project }: ServedProject): Promise<readonly string[]> {
  return (await project.list()).filter((path) => path.includes('/lock-'));
}

describe('--resume of a run that is finished', () => {
  it('reports it once more while the files are the same', async () => {
    const served = await makeServedProject({ respond: ({ lastUserText }) => text(lastUserText) });
    const first = await served.llmci(['eval', '--no-cache']);
    const { runId } = await served.summary();
    const again = await served.llmci(['eval', '--resume', runId]);
    expect([first.code, again.code]).toEqual([0, 0]);
    expect(again.stderr).toContain(`Run ${runId} is finished: there is nothing to go on with.`);
    // What nothing can go on with is not advised
    const says = async (why: RegExp) => {
      const { code, stderr } = await served.llmci(['eval', '--resume', runId]);
      expect([code, stderr]).toEqual([3, expect.stringMatching(why)]);
    };
    const folder = `.llmci/runs/${runId}`;
    await served.project.write(`${folder}/plan.json`, '{');
    await says(/plan\.json: .*JSON.*; start anew/);
    await rm(served.project.path(`${folder}/plan.json`));
    await says(/it has no plan\.json: start anew/);
    await rm(served.project.path(`${folder}/run.json`));
    await says(/it was cut short, and its plan is gone: start anew/);
  });

  it.each([
    [
      'a prompt',
      'prompts/reply.prompt.yaml',
      { model: 'fake/model-1', messages: [{ role: 'user', content: 'Now {{ ticket }}' }] },
    ],
    ['the gates', 'prompts/reply.thresholds.yaml', { gates: [{ metric: 'pass', min: 0.99 }] }],
    [
      'the cases',
      'evals/reply.eval.yaml',
      {
        prompt: 'reply',
        metrics: [{ metric: 'contains', value: 'ok' }],
        cases: [{ id: 'c1', vars: { ticket: 'ok 1' } }],
      },
    ],
    ['the prices', 'llmci.yaml', null],
  ])('is a usage error after a change of %s', async (_, file, change) => {
    const served = await makeServedProject({ respond: ({ lastUserText }) => text(lastUserText) });
    await served.llmci(['eval', '--no-cache']);
    const { runId } = await served.summary();
    const config = await served.project.read('llmci.yaml');
    const { server } = served;
    if (change) await served.project.write(file, change);
    else await served.project.write(file, `${config}\nprices: { fake/model-1: { input: 1, output: 1 } }\n`);
    const calls = server.stats().calls;
    for (const name of [runId, 'latest']) {
      const { code, stdout, stderr } = await served.llmci(['eval', '--resume', name, '--reporter', 'json=again.json']);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(new RegExp(`error: run ${runId} does not fit the files here: .* changed since it began`));
    }
    expect((await served.project.list()).includes('again.json')).toBe(false);
    expect(server.stats().calls).toBe(calls);
    // The run itself stays readable
    expect((await served.llmci(['report', runId])).code).toBe(0);
  });
});

describe('a run that cannot keep what it recorded', () => {
  it('lets go of everything, keeps its samples, says so, and can be gone on with', async () => {
    const state = { breaks: true };
    const served: ServedProject = await makeServedProject(
      {
        respond: ({ lastUserText }) => {
          if (state.breaks) {
            // Where the first cassette is to go is a file
            rmSync(served.project.path('fixtures'), { recursive: true, force: true });
            writeFileSync(served.project.path('fixtures'), '');
            mkdirSync(served.project.path('kept/third.cassette.jsonl'), { recursive: true });
          }
          return text(lastUserText);
        },
      },
      {
        cases: 3,
        suite: { cassette: '../fixtures/reply.cassette.jsonl' },
        files: Object.fromEntries(
          ['second', 'third'].map((name) => [
            `evals/${name}.eval.yaml`,
            {
              prompt: 'reply',
              cassette: `../kept/${name}.cassette.jsonl`,
              metrics: [{ metric: 'contains', value: 'ok' }],
              cases: [{ id: 'other', vars: { ticket: 'ok other' } }],
            },
          ]),
        ),
      },
    );
    const { code, stderr } = await served.llmci(['eval', '--record', '--no-cache']);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /error: run \S+ could not be brought to its end: cannot write \S*fixtures\/reply\.cassette\.jsonl: /,
    );
    expect(stderr).toMatch(/; kept\/third\.cassette\.jsonl:1:1: .*folder/);
    expect(stderr).toMatch(/Its samples are kept/);
    expect(stderr).toMatch(/To go on with it: llmci eval --resume/);
    expect(await locksIn(served)).toEqual([]);
    expect((await served.runFile('results.jsonl')).match(/^\{"index"/gm)).toHaveLength(5);
    expect(await served.project.read('kept/second.cassette.jsonl')).toContain('ok other');
    const { calls } = served.server.stats();

    state.breaks = false;
    await rm(served.project.path('fixtures'));
    await rm(served.project.path('kept/third.cassette.jsonl'), { recursive: true });
    const again = await served.llmci(['eval', '--resume']);
    expect(again.code).toBe(0);
    expect(served.server.stats().calls).toBe(calls);
    expect((await served.project.read('fixtures/reply.cassette.jsonl')).match(/ok \d/g)).not.toBeNull();
    expect((await served.llmci(['eval', '--replay'], { env: { FAKE_KEY: undefined } })).code).toBe(0);
  });
});

describe('--resume asks for no key that it does not need', () => {
  const judge = { metric: 'judge', rubric: 'Is it polite?', choices: { good: 1, bad: 0 }, min: 0.5 };
  const verdict = text(JSON.stringify({ reason: 'It is.', verdict: 'good' }));

  /** Two models at two providers, each with a key of its own, and a judge with a third; the second fails at first. */
  async function setUp(suite: object = {}) {
    const state = { heals: false };
    const served = await makeServedProject(
      {
        requireKeys: false,
        respond: (call) => {
          if (modelOf(call) === 'judge-1') return verdict;
          if (modelOf(call) === 'model-2' && !state.heals) return { kind: 'status', status: 500 };
          return text(call.lastUserText);
        },
      },
      { cases: 3 },
    );
    const { openaiBaseUrl: baseUrl } = served.server;
    const provider = (key: string) => ({ type: 'openai', baseUrl, apiKey: `env:${key}`, retries: 0 });
    await served.project.write('llmci.yaml', {
      providers: { fake: provider('FAKE_KEY'), other: provider('OTHER_KEY'), court: provider('COURT_KEY') },
      judge: { model: 'court/judge-1' },
    });
    await served.project.write('evals/reply.eval.yaml', {
      prompt: 'reply',
      models: ['fake/model-1', 'other/model-2'],
      metrics: [{ metric: 'contains', value: 'ok' }],
      cases: ['ok 1', 'ok 2'].map((ticket, index) => ({ id: `c${index}`, vars: { ticket } })),
      ...suite,
    });
    const env = { FAKE_KEY: 'k-one', OTHER_KEY: 'k-two', COURT_KEY: 'k-three' };
    const first = await served.llmci(['eval', '--no-cache'], { env });
    expect(first.code).toBe(3);
    state.heals = true;
    return { served, env, state };
  }

  it('of a provider whose samples are all finished', async () => {
    const { served, env } = await setUp();
    const refused = await served.llmci(['eval', '--resume'], { env: { ...env, OTHER_KEY: undefined } });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      // Without a word of --replay, which is refused beside --resume
      expect.stringMatching(/other needs a key: OTHER_KEY is not set.*\nNothing was sent\. Set OTHER_KEY\.\n/),
    ]);
    const { code, stderr } = await served.llmci(['eval', '--resume'], { env: { ...env, FAKE_KEY: undefined } });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('needs a key')]);
  });

  it('of a judge that has judged all, and asks where it has not', async () => {
    const { served, env } = await setUp({ metrics: [judge] });
    const without = { ...env, COURT_KEY: undefined };
    const refused = await served.llmci(['eval', '--resume'], { env: without });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('court needs a key: COURT_KEY is not set'),
    ]);
    expect((await served.llmci(['eval', '--resume'], { env })).code).toBe(0);
    const { runId } = await served.summary();
    expect((await served.llmci(['eval', '--resume', runId], { env: without })).code).toBe(0);
  });
});
