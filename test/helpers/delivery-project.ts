import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runCli } from './cli.js';
import { makeProject, type Project } from './project.js';

const run = promisify(execFile);

/** A project in a git repository with one prompt that echoes, a suite that passes, and three environments. */
export async function makeDelivery(environments: object = ENVIRONMENTS): Promise<DeliveryProject> {
  const project = await makeProject({
    'llmci.yaml': { environments },
    '.gitignore': '.llmci/\nreleases/\n',
    'prompts/reply.prompt.yaml': promptSaying('Hello'),
    'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9 }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'contains', value: 'Ada' }],
      cases: [{ id: 'ada', vars: { name: 'Ada' } }],
      gates: [{ metric: 'pass', min: 1, decide: 'point' }],
    },
  });
  const git = (...args: readonly string[]) => run('git', [...args], { cwd: project.dir });
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Ada');
  await git('config', 'user.email', 'ada@example.com');
  const commit = async (message: string) => {
    await git('add', '--all');
    await git('commit', '--quiet', '--message', message);
  };
  await commit('a prompt');
  return {
    ...project,
    git,
    commit,
    llmci: (...args) => runCli(args, { cwd: project.dir }),
    change: async (greeting) => {
      await project.write('prompts/reply.prompt.yaml', promptSaying(greeting));
      await commit(greeting);
    },
  };
}

export interface DeliveryProject extends Project {
  readonly git: (...args: readonly string[]) => Promise<{ readonly stdout: string }>;
  readonly commit: (message: string) => Promise<void>;
  readonly llmci: (...args: readonly string[]) => ReturnType<typeof runCli>;
  /** Writes and commits another prompt. */
  readonly change: (greeting: string) => Promise<void>;
}

export const ENVIRONMENTS = {
  dev: {},
  staging: { from: 'dev', evidence: { maxAge: '7d' } },
  production: { from: 'staging', evidence: {}, approvals: { medium: 1, high: 2 }, override: ['ada@example.com'] },
};

export function promptSaying(greeting: string): object {
  return { model: 'echo/x', messages: [{ role: 'user', content: `${greeting} {{ name }}` }] };
}
