import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeProject } from '../helpers/project.js';

// The action of this repository: its shape, and the shell lines of its steps as the runner runs them.

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly description?: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description?: string; readonly value?: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(`${root}action.yml`, 'utf8');
const action = parse(text) as Action;
const { steps } = action.runs;

describe('the shape of action.yml', () => {
  it('describes every input and output, and uses every input', () => {
    for (const [name, { description, default: value }] of Object.entries(action.inputs)) {
      expect([name, description, value]).toEqual([name, expect.any(String), expect.any(String)]);
      expect(text).toContain(`inputs.${name}`);
    }
    expect(Object.keys(action.outputs)).toEqual(['verdict', 'exit-code', 'report', 'cost']);
  });

  it('puts no expression into a shell, where a branch name would be a command', () => {
    for (const { run, shell } of steps.filter((step) => step.run !== undefined)) {
      expect(run).not.toContain('${{');
      expect(shell).toBe('bash');
    }
  });

  it('names steps that are there, and only actions of GitHub by a version', () => {
    const ids = new Set(steps.flatMap(({ id }) => id ?? []));
    for (const [, id = ''] of text.matchAll(/steps\.([\w-]+)\./g)) expect(ids).toContain(id);
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w/-]+@v\d+$/);
  });
});

async function runStep(id: string, files: Readonly<Record<string, string | object>>, env: Record<string, string> = {}) {
  const project = await makeProject(files);
  for (const name of ['temp', 'node_modules/.bin']) mkdirSync(project.path(name), { recursive: true });
  symlinkSync(`${root}bin/llmci.js`, project.path('node_modules/.bin/llmci'));
  for (const name of ['output', 'summary']) writeFileSync(project.path(name), '');
  const step = steps.find((each) => each.id === id);
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? 'false'],
    {
      cwd: project.dir,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: project.dir,
        GITHUB_ACTION_PATH: root,
        GITHUB_OUTPUT: project.path('output'),
        GITHUB_STEP_SUMMARY: project.path('summary'),
        GITHUB_BASE_REF: '',
        RUNNER_TEMP: project.path('temp'),
        LLMCI_BIN: project.path('node_modules/.bin/llmci'),
        ...{ LLMCI_SUITES: '', LLMCI_ARGS: '', LLMCI_BUDGET: '1', LLMCI_PROTECT: 'false' },
        ...env,
      },
    },
  );
  return { project, status, stdout, stderr, output: await project.read('output') };
}

const FILES = {
  'llmci.yaml': {},
  'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: 'hello' }] },
  'evals/hello.eval.yaml': {
    prompt: 'hello',
    cases: [{ id: 'a' }],
    metrics: [{ metric: 'contains', value: 'hello' }],
    gates: [{ metric: 'pass', min: 0.9 }],
  },
};

describe('its shell lines', () => {
  it("take the project's own llmci", async () => {
    const { status, output, project } = await runStep('install', FILES);
    expect([status, output]).toEqual([0, `bin=${project.path('node_modules/.bin/llmci')}\n`]);
  });

  it('evaluate, and write summary, report, record and outputs', async () => {
    const { status, output, stdout, project } = await runStep('evaluate', FILES, {
      LLMCI_SUITES: 'hello',
      LLMCI_ARGS: '--no-cache',
    });
    expect([status, output]).toEqual([0, 'exit-code=0\nverdict=pass\ncost=0\n']);
    expect(stdout).toContain('PASS');
    expect(await project.read('summary')).toContain('## ✅ llmci: pass');
    expect(await project.list()).toEqual(expect.arrayContaining(['temp/llmci-report.html', 'temp/llmci-run.json']));
  });

  it('keep the code of files that are wrong, and go on to say so', async () => {
    const { status, output } = await runStep('evaluate', { ...FILES, 'evals/hello.eval.yaml': { prompt: 'nope' } });
    expect([status, output]).toEqual([0, 'exit-code=2\n']);
  });
});
