import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { promisify } from 'node:util';
import { runCli } from './cli.js';
import { makeProject, type Project } from './project.js';

const run = promisify(execFile);

// In one process: each that starts here copies the tables of all the memory that the tests have
const COMMIT = 'git add --all && git commit --quiet --message "$1"';
// Git does not look after each commit whether there is something to tidy up
const SETTINGS = '[user]\\n name = Ada\\n email = ada@example.com\\n[gc]\\n auto = 0\\n';
const SET_UP = `git init --quiet --initial-branch=main && printf '${SETTINGS}' >> .git/config`;

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
  await run('sh', ['-c', `${SET_UP} && ${COMMIT}`, 'sh', 'a prompt'], { cwd: project.dir });
  return withCommands(project);
}

/** A copy of such a project as it lay in a folder, whose path may stand in what git has been told. */
export async function copyDelivery(folder: string, wasAt: string): Promise<DeliveryProject> {
  const project = await makeProject();
  await cp(folder, project.dir, { recursive: true });
  await project.write('.git/config', (await project.read('.git/config')).replaceAll(wasAt, project.dir));
  return withCommands(project);
}

function withCommands(project: Project): DeliveryProject {
  const commit = async (message: string) => {
    await run('sh', ['-c', COMMIT, 'sh', message], { cwd: project.dir });
  };
  return {
    ...project,
    commit,
    git: (...args) => run('git', [...args], { cwd: project.dir }),
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
