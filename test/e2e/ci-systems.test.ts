import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { chmod, symlink } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { startCodeHost } from '../helpers/code-host-server.js';
import { startShim } from '../helpers/llmci-shim.js';
import { makeProject, type Project } from '../helpers/project.js';

// The files that docs/guide/ci-systems.md has to copy, and the component of GitLab: their shell lines, run in a fresh clone of
// a pull request, as each system runs them.

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

const page = readFileSync(`${root}docs/guide/ci-systems.md`, 'utf8');
const fileOf = (name: string): string =>
  page.split('```').find((block) => block.split('\n')[1]?.endsWith(` ${name}`)) ?? '';
const yamlOf = (name: string) => parse(fileOf(name).replace(/^yaml\n/, ''));

/** llmci is this repository; an install that sees a key fails. */
const NPM =
  '#!/bin/sh\n[ -z "$OPENAI_API_KEY" ] || exit 9\nmkdir -p node_modules\necho "$0 $*" >> node_modules/installed\n';
const NPX = '#!/bin/sh\nwhile [ "$1" != llmci ]; do shift; done\nexec "$@"\n';
const SHIMS = { npm: NPM, npx: NPX, 'buildkite-agent': '#!/bin/sh\ncat > annotated\n' };

const prompt = (content: string) => ({ model: 'echo', messages: [{ role: 'user', content }] });
const FILES = {
  '.gitignore': 'node_modules/\n.llmci/\n',
  'package.json': { devDependencies: { llmci: '^0.1.0' } },
  'prompts/hello.prompt.yaml': prompt('hello'),
  'evals/hello.eval.yaml': {
    prompt: 'hello',
    cases: [{ id: 'a' }],
    metrics: [{ metric: 'contains', value: 'hello' }],
    gates: [{ metric: 'pass', min: 0.9, decide: 'point' }],
  },
};

/** A repository whose branch `change` breaks the prompt; `clone` is what a runner checks out of a branch. */
async function makeRepository() {
  const programs = { ...SHIMS, llmci: await startShim() };
  const shims = await makeProject(programs);
  for (const name of Object.keys(programs)) await chmod(shims.path(name), 0o755);
  const project = await makeProject(FILES);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], { cwd: project.dir });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'start');
  git('checkout', '-qb', 'change');
  await project.write('prompts/hello.prompt.yaml', prompt('good day'));
  git('commit', '-qam', 'worse');
  const clone = async (branch: string): Promise<Project> => {
    const checkout = await makeProject();
    execFileSync('git', ['clone', '-q', '-b', branch, `file://${project.dir}`, checkout.dir]);
    return checkout;
  };
  /** Runs lines with a shell; resolves to the exit code and what was printed. */
  const shell = async (shellName: string, checkout: Project, line: string, env: Readonly<Record<string, string>>) => {
    try {
      const { stdout, stderr } = await run(shellName, ['-e', '-c', line], {
        cwd: checkout.dir,
        env: { PATH: [shims.dir, process.env['PATH']].join(delimiter), HOME: shims.dir, ...env },
      });
      return { code: 0, text: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, text: stdout + stderr };
    }
  };
  return { shims, clone, shell };
}

/** The lines of a system: what installs and evaluates, and what comments, with what is in the environment of each. */
interface Lines {
  readonly install: string;
  readonly evaluate: string;
  readonly comment: string;
}

const circle = () => {
  const steps = yamlOf('.circleci/config.yml').jobs.evaluate.steps as { run?: { name: string; command: string } }[];
  const command = (name: string) => steps.find(({ run: step }) => step?.name === name)?.run?.command ?? 'false';
  return { install: command('Install'), evaluate: command('Evaluate'), comment: command('Comment') };
};
const azure = () => {
  const steps = yamlOf('azure-pipelines.yml').steps as { displayName?: string; script?: string }[];
  const script = (name: string) => steps.find(({ displayName }) => displayName === name)?.script ?? 'false';
  return { install: script('Install'), evaluate: script('Evaluate'), comment: script('Comment') };
};
const bitbucket = () => {
  const { step } = yamlOf('bitbucket-pipelines.yml').pipelines['pull-requests']['**'][0];
  const [install, evaluate] = step.script as string[];
  return { install, evaluate, comment: (step['after-script'] as string[]).join('\n') };
};
const jenkins = () => {
  const lines = [...fileOf('Jenkinsfile').matchAll(/sh '([^']+)'/g)].map(([, line = '']) => line);
  return { install: lines[0], evaluate: lines[1], comment: lines[2] };
};

const GITHUB = { GITHUB_TOKEN: 'ghs_token' };
const SYSTEMS = [
  {
    name: 'Jenkins',
    lines: jenkins,
    keyed: false,
    env: {
      CHANGE_URL: 'https://github.com/acme/shop/pull/12',
      CHANGE_TARGET: 'main',
      BUILD_URL: 'https://ci.example/1/',
    },
    host: 'github',
    token: GITHUB,
    report: 'https://ci.example/1/artifact/llmci-report.html',
  },
  {
    name: 'CircleCI',
    lines: circle,
    keyed: true,
    env: { CIRCLE_PULL_REQUEST: 'https://github.com/acme/shop/pull/12', CIRCLE_BUILD_URL: 'https://ci.example/2' },
    host: 'github',
    token: GITHUB,
    report: 'https://ci.example/2',
  },
  {
    name: 'Azure Pipelines',
    lines: azure,
    keyed: false,
    env: {
      ...{ TF_BUILD: 'True', SYSTEM_TEAMPROJECT: 'Shop', BUILD_REPOSITORY_ID: 'r1', BUILD_BUILDID: '3' },
      ...{ SYSTEM_PULLREQUEST_PULLREQUESTID: '12', SYSTEM_PULLREQUEST_TARGETBRANCH: 'refs/heads/main' },
    },
    host: 'azure',
    token: { SYSTEM_ACCESSTOKEN: 'token' },
    report: '_build/results?buildId=3',
  },
  {
    name: 'Bitbucket',
    lines: bitbucket,
    keyed: true,
    env: {
      ...{ BITBUCKET_BUILD_NUMBER: '4', BITBUCKET_REPO_FULL_NAME: 'acme/shop', BITBUCKET_PR_ID: '12' },
      ...{ BITBUCKET_PR_DESTINATION_BRANCH: 'main', BITBUCKET_GIT_HTTP_ORIGIN: 'https://bitbucket.org/acme/shop' },
    },
    host: 'bitbucket',
    token: { BITBUCKET_TOKEN: 'token' },
    report: 'https://bitbucket.org/acme/shop/pipelines/results/4',
  },
] as const;

const apiOf = (host: string, url: string): Record<string, string> =>
  host === 'github'
    ? { GITHUB_API_URL: url }
    : host === 'azure'
      ? { SYSTEM_COLLECTIONURI: `${url}/acme/` }
      : { BITBUCKET_API_URL: `${url}/2.0` };

describe('the files to copy', () => {
  it.each(SYSTEMS)('$name: red with one comment, and green for a change that is good', async (system) => {
    const { clone, shell } = await makeRepository();
    const { url, comments } = await startCodeHost(system.host);
    const { install, evaluate, comment } = system.lines() as Lines;
    const env = { ...system.env, ...apiOf(system.host, url) };
    const judge = async (branch: string) => {
      const checkout = await clone(branch);
      const keys = system.keyed ? { OPENAI_API_KEY: 'masked' } : {};
      expect(await shell('sh', checkout, install, { ...env, ...keys })).toMatchObject({ code: 0 });
      const { code } = await shell('sh', checkout, evaluate, { ...env, OPENAI_API_KEY: 'masked' });
      const { text, ...ended } = await shell('sh', checkout, comment, { ...env, ...system.token });
      return { code, comment: ended.code, text, files: await checkout.list() };
    };
    const red = await judge('change');
    expect(red).toMatchObject({ code: 1, comment: 0, text: expect.stringContaining('created') });
    expect(red.files).toEqual(
      expect.arrayContaining([
        'llmci-report.html',
        expect.stringMatching(/^(?:llmci-junit|test-results\/llmci)\.xml$/),
      ]),
    );
    expect(comments.at(-1)?.body).toContain('llmci: fail');
    expect(comments.at(-1)?.body).toContain(system.report);
    expect(await judge('main')).toMatchObject({ code: 0, text: expect.stringContaining('updated') });
    expect(comments).toHaveLength(4);
  });

  it('Buildkite: all of it in one step', async () => {
    const { clone, shell } = await makeRepository();
    const { url, comments } = await startCodeHost('github');
    const { command } = yamlOf('.buildkite/pipeline.yml').steps[0] as { command: string };
    const checkout = await clone('change');
    // As the upload of a pipeline does
    const ended = await shell('bash', checkout, command.replaceAll('$$', '$'), {
      ...{ BUILDKITE_PULL_REQUEST: '12', BUILDKITE_REPO: 'git@github.com:acme/shop.git' },
      ...{ BUILDKITE_PULL_REQUEST_BASE_BRANCH: 'main', BUILDKITE_BUILD_URL: 'https://ci.example/5' },
      ...{ OPENAI_API_KEY: 'masked', GITHUB_API_URL: url, ...GITHUB },
    });
    expect(ended).toMatchObject({ code: 1, text: expect.stringContaining('acme/shop#12: created') });
    expect(comments.at(-1)?.body).toContain('https://ci.example/5');
    expect(await checkout.read('annotated')).toContain('llmci: fail');
  });
});

it('the workflow for forks judges the commit that was looked at, as data', async () => {
  const block = /```yaml\n(# \.github\/workflows\/llmci-fork\.yml\n[\s\S]*?)```/.exec(
    readFileSync(`${root}docs/guide/ci.md`, 'utf8'),
  );
  const { jobs } = parse(block?.[1] ?? '') as { jobs: Record<string, { steps: readonly { run?: string }[] }> };
  const lines = (job: string) => jobs[job]?.steps.flatMap(({ run: line }) => line ?? []) ?? [];
  const { shims, clone, shell } = await makeRepository();
  const fork = await clone('change');
  const head = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: fork.dir, encoding: 'utf8' }).trim();
  const [look = ''] = lines('change');
  const change = (comment: string, folder: string) => {
    mkdirSync(shims.path(folder));
    return shell('bash', fork, look, { COMMENT: comment, RUNNER_TEMP: shims.path(folder) });
  };
  expect((await change('/evaluate 0123abc', 'other')).code).toBe(1);
  expect((await change(`/evaluate ${head}; rm -rf /`, 'command')).code).toBe(1);
  expect(await change(`/evaluate ${head.slice(0, 9)}`, 'good')).toMatchObject({ code: 0 });
  const [install = '', remove = '', evaluate = ''] = lines('evaluate');
  const checkout = await clone('main');
  await shell('bash', checkout, `${install}\n${remove}`, {});
  cpSync(shims.path('good/change'), checkout.dir, { recursive: true });
  const summary = { GITHUB_STEP_SUMMARY: checkout.path('summary.md'), OPENAI_API_KEY: 'masked' };
  expect(await shell('bash', checkout, evaluate, summary)).toMatchObject({ code: 1 });
  expect(await checkout.read('summary.md')).toContain('llmci: fail');
});

// GitLab's component

const component = readFileSync(`${root}templates/llmci.yml`, 'utf8');
const [header, body] = parseAllDocuments(component).map((document) => document.toJS());

/** The keys of an input that GitLab knows. */
const inputSchema = z.strictObject({
  description: z.string().min(1),
  type: z.enum(['string', 'number', 'boolean', 'array']).default('string'),
  options: z.array(z.string()).min(1).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]),
});
/** The part of a job that the component uses, as strict as GitLab. */
const jobSchema = z.strictObject({
  stage: z.string().min(1),
  image: z.string().min(1),
  rules: z.array(z.strictObject({ if: z.string() })),
  allow_failure: z.boolean(),
  cache: z.strictObject({
    key: z.string(),
    paths: z.array(z.string()),
    policy: z.enum(['pull', 'push', 'pull-push']),
    when: z.literal('always'),
  }),
  variables: z.record(z.string(), z.string()),
  script: z.array(z.string()),
  artifacts: z.strictObject({
    when: z.literal('always'),
    expose_as: z.string(),
    paths: z.array(z.string()),
    reports: z.strictObject({ junit: z.string(), codequality: z.string(), dotenv: z.string() }),
  }),
});

const inputs = z.record(z.string(), inputSchema).parse(header.spec.inputs);

/** A component with its inputs filled in, as GitLab does it: a text that is one input alone keeps the type of its value. */
function include(given: Readonly<Record<string, string | number | boolean>> = {}) {
  const value = (name: string) => {
    const input = inputs[name];
    if (input === undefined) throw new Error(`no input ${name}`);
    const is = given[name] ?? input.default;
    if (typeof is !== input.type) throw new Error(`${name} is no ${input.type}`);
    return is;
  };
  const fill = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(fill);
    if (typeof node === 'object' && node !== null)
      return Object.fromEntries(Object.entries(node).map(([key, each]) => [fill(key), fill(each)]));
    if (typeof node !== 'string') return node;
    const alone = /^\$\[\[ inputs\.([\w-]+) \]\]$/.exec(node)?.[1];
    return alone
      ? value(alone)
      : node.replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => String(value(name)));
  };
  const [[name, job] = ['', {}], ...others] = Object.entries(fill(body) as Record<string, unknown>);
  expect(others).toEqual([]);
  return { name, ...jobSchema.parse(job) };
}

describe('the component of GitLab', () => {
  it('has the shape that GitLab asks for, and the version of this llmci', () => {
    for (const name of Object.keys(inputs)) expect(component).toContain(`$[[ inputs.${name} ]]`);
    const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
    expect(inputs['version']?.default).toBe(version);
    expect(include({ 'job-name': 'judge', 'soft-fail': true })).toMatchObject({ name: 'judge', allow_failure: true });
  });

  it('knows every input of the action, and installs by the same lines', () => {
    const action = parse(readFileSync(`${root}action.yml`, 'utf8'));
    // The token and Node of a job of GitLab are those of its variables and its image
    const own = Object.keys(action.inputs).filter((name) => name !== 'token' && name !== 'node-version');
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(own));
    const lock = (script: string) =>
      /while \[ "\$PWD"[\s\S]*?if grep -qs '"node_modules[\s\S]*?\n *fi\n/
        .exec(script)?.[0]
        .replace(/^ +/gm, '')
        .replace('$CI_PROJECT_DIR', '$GITHUB_WORKSPACE');
    const install =
      (action.runs.steps as { id?: string; run?: string }[]).find(({ id }) => id === 'install')?.run ?? '';
    expect(lock(include().script.join('\n'))).toBe(lock(install));
  });

  it('puts no text of an input into the shell', () => {
    const typed = Object.entries(inputs).flatMap(([name, { type }]) => (type === 'string' ? [] : [name]));
    const script = (Object.values(body)[0] as { script: string[] }).script.join('\n');
    const used = [...script.matchAll(/\$\[\[ inputs\.([\w-]+) \]\]/g)].map(([, name]) => name);
    expect(typed).toEqual(expect.arrayContaining(used));
  });

  it('judges a merge request: red, one comment, page, record and variables for later jobs', async () => {
    const { shims, clone, shell } = await makeRepository();
    const { url, comments } = await startCodeHost('gitlab');
    const { script, variables } = include({ args: '--no-cache', suites: 'hello', protect: true });
    const merge = async (branch: string) => {
      const checkout = await clone(branch);
      mkdirSync(checkout.path('node_modules/.bin'), { recursive: true });
      await symlink(shims.path('llmci'), checkout.path('node_modules/.bin/llmci'));
      const ended = await shell('sh', checkout, script.join('\n'), {
        ...variables,
        ...{
          GITLAB_CI: 'true',
          CI_PROJECT_DIR: checkout.dir,
          CI_API_V4_URL: `${url}/api/v4`,
          CI_PROJECT_ID: '5',
          CI_MERGE_REQUEST_IID: '12',
        },
        ...{ CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main', CI_JOB_URL: 'https://gitlab.example/-/jobs/1' },
        ...{ GITLAB_TOKEN: 'token', OPENAI_API_KEY: 'masked' },
      });
      return { ...ended, checkout };
    };
    const red = await merge('change');
    expect(red).toMatchObject({ code: 1, text: expect.stringContaining('created') });
    expect(await red.checkout.read('llmci.env')).toBe('LLMCI_EXIT_CODE=1\nLLMCI_VERDICT=fail\nLLMCI_COST=0\n');
    const { paths, reports } = include().artifacts;
    for (const path of [...paths, ...Object.values(reports)]) await red.checkout.read(path);
    expect(comments.at(-1)?.body).toContain('https://gitlab.example/-/jobs/1/artifacts/file/llmci-report.html');
    const green = await merge('main');
    expect(green).toMatchObject({ code: 0, text: expect.stringContaining('updated') });
    expect(comments).toHaveLength(4);
    expect(await shims.list()).not.toContain('installed');
  });

  it('installs what is locked without a key, and else its own version', async () => {
    const { clone, shell } = await makeRepository();
    const { script, variables } = include();
    const installed = async (lock: object) => {
      const checkout = await clone('main');
      await checkout.write('package-lock.json', lock);
      await shell('sh', checkout, script.join('\n'), { ...variables, OPENAI_API_KEY: 'masked' });
      return checkout.read('node_modules/installed');
    };
    expect(await installed({ packages: { 'node_modules/llmci': {} } })).toContain('npm ci --ignore-scripts');
    expect(await installed({ packages: {} })).toMatch(
      /npm install --prefix \S+ --ignore-scripts .*llmci@\d+\.\d+\.\d+\n$/,
    );
  });
});
