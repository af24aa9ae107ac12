import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const run = promisify(execFile);

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly steps: readonly {
          readonly name?: string;
          readonly run?: string;
          readonly if?: string;
          readonly with?: object;
        }[];
      }
    >
  >;
}

// In one process: each that starts here copies the tables of all the memory that the tests have
const SET_UP = `git init --quiet --initial-branch=main && git init --quiet --bare --template= remote.git &&
  printf '[user]\\n name = Ada\\n email = ada@example.com\\n' >> .git/config && git remote add origin "$PWD/remote.git"`;
const COMMIT = "git add --all -- ':!remote.git' && git commit --quiet --message x";

/** A repository whose remote is a bare one on this disk. */
async function makeRepository(files: Readonly<Record<string, string | object>> = {}) {
  const project = await makeProject({
    'package.json': { devDependencies: { llmci: '0.1.0' } },
    'package-lock.json': {},
    ...files,
  });
  const shell = (lines: string) => run('sh', ['-c', lines], { cwd: project.dir });
  await shell(SET_UP);
  const commit = () => shell(COMMIT);
  const llmci = (args: readonly string[], env = {}) => runCli(args, { cwd: project.dir, env });
  return { ...project, commit, llmci };
}

describe('init --delivery', () => {
  it('writes a workflow whose steps release, promote and roll back', async () => {
    const { llmci, commit, read, write } = await makeRepository();
    const made = await llmci(['init', '--ci', 'github', '--delivery']);
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(/^ {2}llmci.yaml +a budget; staging, production/m);
    expect(made.stdout).toMatch(/Made for delivery\n {2}.github\/workflows\/llmci-delivery.yml/);
    expect(made.stdout).toMatch(/Required reviewers; and Deployment branches: the main one alone\n$/);
    await commit();
    const { jobs } = parse(await read('.github/workflows/llmci-delivery.yml')) as Workflow;
    const runJob = async (job: string, does: (condition: string) => boolean, prompt = '') => {
      const said: string[] = [];
      for (const { run: command = '', if: condition } of jobs[job]?.steps ?? []) {
        if (!command.startsWith('npx llmci') || (condition !== undefined && !does(condition))) continue;
        const args = command
          .split(' ')
          .slice(2)
          .map((arg) => arg.replace('"$PROMPT"', prompt).replace(/^"markdown=.*"$/, 'markdown=summary.md'));
        const { code, stdout, stderr } = await llmci(args, { CI: 'true', GITHUB_ACTOR: 'ada' });
        expect(code, `${command}: ${stdout}${stderr}`).toBe(0);
        said.push(stdout);
      }
      return said.join('');
    };
    expect(await runJob('staging', () => true)).toMatch(
      /released support-reply@1 .*promoted support-reply@1 in staging/s,
    );
    expect(await runJob('production', (condition) => condition.includes("inputs.prompt == ''"))).toMatch(
      /promoted support-reply@1 in production/,
    );
    const thresholds = 'prompts/support-reply.prompt.yaml';
    await write(thresholds, (await read(thresholds)).replace(/^modelParameters:.*$/m, '$& # as it was'));
    await commit();
    expect(await runJob('staging', () => true)).toMatch(/Live in staging already: support-reply@1/);
    const status = await llmci(['status']);
    expect(status.stdout).toMatch(/production\n {2}prompt .*\n {2}support-reply +@1/);
    expect((await llmci(['validate'])).code).toBe(0);
    expect((await llmci(['doctor', '--json'])).stdout).not.toMatch(/no workflow/);
  });

  it('hands the token to no code but that of llmci, and takes what production asks from the main branch', async () => {
    const { llmci, read } = await makeRepository();
    await llmci(['init', '--ci', 'github', '--delivery']);
    const { jobs } = parse(await read('.github/workflows/llmci-delivery.yml')) as Workflow;
    for (const [name, { steps }] of Object.entries(jobs)) {
      const [checkout] = steps;
      expect(checkout?.with, name).toMatchObject({ 'persist-credentials': false });
      const at = (what: string) => steps.findIndex(({ name: step }) => step === what);
      expect(at('Let llmci push')).toBeGreaterThan(Math.max(at('Install'), at('Evaluate')));
      // Whatever is pressed or merged is a value, and no part of a command
      for (const { run: command = '' } of steps) expect(command).not.toMatch(/\$\{\{|"\$PROMPT" --/);
    }
    // Without the history nobody is known to have written what they approve
    expect(jobs['staging']?.steps[0]?.with).toMatchObject({ 'fetch-depth': 0 });
    expect(jobs['production']?.steps[0]?.with).toMatchObject({ ref: expect.stringContaining('default_branch') });
    const push = jobs['staging']?.steps.find(({ name }) => name === 'Let llmci push')?.run ?? '';
    const env = { ...process.env, GITHUB_SERVER_URL: 'https://github.com', GITHUB_TOKEN: 'ghs_a' };
    const shown = await run('bash', ['-c', push.replace('git remote set-url origin', 'echo')], {
      env: { ...env, GITHUB_REPOSITORY: 'acme/bot' },
    });
    expect(shown.stdout).toBe('https://x-access-token:ghs_a@github.com/acme/bot.git\n');
  });

  it('changes nothing that is there, and says what to add', async () => {
    const config = 'budget: { usd: 1 }\n';
    const { llmci, read } = await makeRepository({ 'llmci.yaml': config, '.gitlab-ci.yml': 'stages: [test]\n' });
    const { stdout } = await llmci(['init', '--ci', 'gitlab', '--delivery']);
    expect(await read('llmci.yaml')).toBe(config);
    expect(stdout).toMatch(/add to llmci.yaml:\n {6}# Where.*\n {6}environments:\n/);
    expect(stdout).toMatch(/add to .gitlab-ci.yml: include: \[\{ local: .gitlab\/llmci-delivery.yml \}\]/);
    const jobs = parse(await read('.gitlab/llmci-delivery.yml'));
    expect(jobs['llmci-staging'].script).toEqual([
      'npx llmci eval --budget 1',
      'npx llmci release',
      'npx llmci promote --all --to staging',
    ]);
    expect(jobs['llmci-staging'].variables).toEqual({ GIT_DEPTH: '0' });
    expect(jobs['.llmci-delivery'].before_script[0]).toContain('npm ci');
    expect(stdout).toMatch(/LLMCI_PUSH_TOKEN: .* masked and protected\n/);
    const [, , address = ''] = /set-url (origin) (.*)$/.exec(jobs['.llmci-delivery'].before_script.at(-1)) ?? [];
    const env = { ...process.env, CI_SERVER_URL: 'https://git.acme.io:8443/lab', LLMCI_PUSH_TOKEN: 'glpat-a' };
    const shown = await run('sh', ['-c', `echo ${address}`], { env: { ...env, CI_PROJECT_PATH: 'acme/bot' } });
    expect(shown.stdout).toBe('https://llmci:glpat-a@git.acme.io:8443/lab/acme/bot.git\n');
    const again = await llmci(['init', '--ci', 'gitlab', '--delivery']);
    expect(again.stdout).toMatch(/Kept as it was\n {2}.gitlab\/llmci-delivery.yml/);
  });

  it('starts from a file of GitLab that has all jobs, where there was none', async () => {
    const { llmci, read } = await makeRepository({ 'llmci.yaml': 'budget: { usd: 1 }\n' });
    const { stdout } = await llmci(['init', '--ci', 'gitlab', '--delivery']);
    expect(parse(await read('.gitlab-ci.yml'))).toEqual({
      include: [{ local: '.gitlab/llmci.yml' }, { local: '.gitlab/llmci-delivery.yml' }],
    });
    expect(stdout).not.toContain('add to .gitlab-ci.yml');
  });

  it('names its version where npm brings none, and the folder of the project', async () => {
    const { path, read } = await makeRepository({ 'services/support/llmci.yaml': 'budget: { usd: 1 }\n' });
    await runCli(['init', '--ci', 'github', '--delivery'], { cwd: path('services/support') });
    const text = await read('.github/workflows/llmci-delivery.yml');
    expect(text).toMatch(/working-directory: "services\/support"/);
    const again = await runCli(['init', '--ci', 'github', '--delivery', '--keyless'], {
      cwd: path('services/support'),
    });
    expect(again.stdout).toMatch(/delete \.\.\/\.\.\/.github\/workflows\/llmci-delivery.yml and run init again/);
    expect(text).not.toMatch(/npm ci|__/);
    expect(text).toMatch(/run: npm install --global --ignore-scripts llmci@\d+\.\d+\.\d+\n[\s\S]*run: llmci release/);
  });
});

describe('init in a project that has its own configuration', () => {
  const stateStep = /add to llmci.yaml:\n {6}# A branch of its own.*\n {6}state: \{ git: llmci-state \}\n/;
  const environments = 'environments:\n  staging: { evidence: {} }\n  production: { from: staging, evidence: {} }\n';
  it.each([
    {
      has: 'nothing of it',
      config: 'budget: { usd: 1 }\n',
      says: [/add to llmci.yaml:\n.*\n {6}environments:\n/, /state: \{ git: llmci-state \}/],
    },
    { has: 'environments and no state', config: environments, says: [stateStep] },
    {
      has: 'a state and no environments',
      config: 'state: { git: mine }\n',
      says: [/add to llmci.yaml:\n.*\n {6}environments:\n.*\n.*\n {2}\S/],
    },
    {
      has: 'environments in one line',
      config: '{ environments: { staging: {}, production: { from: staging } } }\n',
      says: [stateStep],
    },
    {
      has: 'other environments',
      config: 'environments: { live: {} }\nstate: { git: x }\n',
      says: [/add staging and production to `environments` of llmci.yaml/],
    },
    {
      has: 'a folder for its state',
      config: `${environments}state: ledgers\n`,
      says: [/write `state: \{ git: llmci-state \}` into llmci.yaml: .*ledgers is lost/],
    },
    {
      has: 'a database',
      config: `${environments}state: { postgres: env:STATE_URL }\n`,
      says: [/the variable STATE_URL, and the package pg/],
    },
    { has: 'another remote', config: `${environments}state: { git: x, remote: ops }\n`, says: [/add the remote ops/] },
    { has: 'no valid YAML', config: 'budget: {\n', says: [/ environments:\n/, / state: \{/] },
  ])('says what to add where it has $has', async ({ config, says }) => {
    const { llmci, read } = await makeRepository({ 'llmci.yaml': config });
    const { stdout } = await llmci(['init', '--ci', 'github', '--delivery']);
    for (const text of says) expect(stdout.slice(stdout.indexOf('Made for delivery'))).toMatch(text);
    expect(stdout).not.toMatch(/where their state is/);
    expect(await read('llmci.yaml')).toBe(config);
  });

  it('asks nothing of one that has all that the workflow relies on', async () => {
    const { llmci } = await makeRepository({ 'llmci.yaml': `${environments}state: { git: llmci-state }\n` });
    const { stdout } = await llmci(['init', '--ci', 'github', '--delivery']);
    expect(stdout).toMatch(/To do\n {2}set who may press the button.*\n$/);
  });

  it.each([
    ['budget: { usd: 1 }\n', /add to llmci.yaml:\n {6}# The identity.*\n {6}providers:\n {8}openai:\n/],
    [
      'providers: { mine: { type: echo } }\n',
      /add to `providers` of llmci.yaml:\n {6}openai: \{ type: openai, auth: oidc \}\n/,
    ],
    [
      'providers: { openai: { type: openai, apiKey: env:KEY } }\n',
      /give `providers.openai` of llmci.yaml `auth: oidc`/,
    ],
  ])('says what a workflow without a key needs beside %s', async (config, step) => {
    const { llmci } = await makeRepository({ 'llmci.yaml': config });
    const { stdout } = await llmci(['init', '--ci', 'gitlab', '--keyless']);
    expect(stdout).toMatch(/To do\n/);
    expect(stdout).toMatch(step);
  });

  it('says of workflows of these names whether they do what is said of them', async () => {
    const { llmci, write } = await makeRepository({ '.github/workflows/llmci.yml': 'on: push\njobs: {}\n' });
    const foreign = await llmci(['init', '--ci', 'github']);
    expect(foreign.stdout).toMatch(/To do\n {2}move .github\/workflows\/llmci.yml away and run init again/);
    await write('.github/workflows/llmci.yml', 'jobs: { a: { steps: [{ run: npx llmci eval }] } }\n');
    expect((await llmci(['init', '--ci', 'github'])).stdout).not.toMatch(/To do/);
    const keyless = await llmci(['init', '--ci', 'github', '--keyless']);
    expect(keyless.stdout).toMatch(/delete .github\/workflows\/llmci.yml and run init again, .* it asks for a key/);
  });
});
