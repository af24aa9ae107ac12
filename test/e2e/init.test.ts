import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

const STARTER = [
  'evals/support-reply.baseline.json',
  'evals/support-reply.eval.yaml',
  'fixtures/support-reply.cassette.jsonl',
  'llmci.yaml',
  'prompts/support-reply.prompt.yaml',
  'prompts/support-reply.thresholds.yaml',
];
const GITHUB = '.github/workflows/llmci.yml';
const NIGHTLY = '.github/workflows/llmci-nightly.yml';
const GITLAB = ['.gitlab-ci.yml', '.gitlab/llmci.yml'];

const llmci = (project: Project, ...args: string[]) => runCli(args, { cwd: project.dir });
const git = (project: Project, ...args: string[]) => execFileSync('git', args, { cwd: project.dir, stdio: 'ignore' });

/** Every file of the project by its path, except what llmci leaves behind. */
async function contents(project: Project): Promise<Readonly<Record<string, string>>> {
  const paths = (await project.list()).filter((path) => !/^\.(git|llmci)\//.test(path));
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await project.read(path)] as const)));
}

it.each([
  [{ OPENAI_API_KEY: 'k' }, 'openai/gpt-6-luna', 'OPENAI_API_KEY'],
  [{ ANTHROPIC_API_KEY: 'k' }, 'anthropic/claude-haiku-5-5', 'ANTHROPIC_API_KEY'],
  [{ OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' }, 'openai/gpt-6-luna', 'OPENAI_API_KEY'],
  [{ OPENAI_API_KEY: ' ', ANTHROPIC_API_KEY: 'k' }, 'anthropic/claude-haiku-5-5', 'ANTHROPIC_API_KEY'],
])('with %o the starter asks %s, and all that it makes names the key of that', async (env, model, key) => {
  const project = await makeProject();
  const made = await runCli(['init', '--ci', 'github'], { cwd: project.dir, env });
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toContain(`  ${key}=... npx llmci eval --record   ask the model`);
  expect(parse(await project.read('prompts/support-reply.prompt.yaml'))).toHaveProperty('model', model);
  const written = Object.values(await contents(project)).join('\n');
  const other = key === 'OPENAI_API_KEY' ? 'ANTHROPIC_API_KEY' : 'OPENAI_API_KEY';
  expect(written).toContain(`${key}: \${{ secrets.${key} }}`);
  expect(written).not.toContain(other);
  expect((await llmci(project, 'eval', '--replay', '--quiet')).stdout).toMatch(/^PASS/);
  // Whatever key is there now, the starter stays what it is
  const again = await llmci(project, 'init', '--ci', 'github');
  expect(again.stdout).toContain(`  ${key}=... npx llmci eval --record`);
  expect(await llmci(project, 'lint')).toMatchObject({ code: 0 });
});

it('makes a starter that passes offline, and changes nothing when it is run again', async () => {
  const project = await makeProject();
  const first = await llmci(project, 'init');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(await project.list()).toEqual(['.gitignore', ...STARTER]);
  expect(first.stdout).toMatchInlineSnapshot(`
    "Made
      llmci.yaml                             a budget
      prompts/support-reply.prompt.yaml      the prompt
      prompts/support-reply.thresholds.yaml  its gates
      evals/support-reply.eval.yaml          its cases and metrics
      fixtures/support-reply.cassette.jsonl  sample answers, so that it runs offline
      evals/support-reply.baseline.json      their scores, which the next change is compared with
      .gitignore                             a line for .llmci/, where runs are kept

    CI: none (nothing here says GitHub or GitLab; --ci github or --ci gitlab adds a workflow)

    Next
      npx llmci eval                               judge the recorded answers: no key, no network
      edit prompts/ and evals/                     until they are yours
      OPENAI_API_KEY=... npx llmci eval --record   ask the model what is not recorded, and keep its answers
    "
  `);

  expect(await llmci(project, 'validate')).toMatchObject({ code: 0 });
  const evaluated = await llmci(project, 'eval', '--quiet');
  expect(evaluated.stdout).toMatch(/^PASS \(exit code 0\)/);
  expect(evaluated.code).toBe(0);
  expect((await llmci(project, 'eval')).stdout).toMatch(/pass rate at most 30% lower than the baseline +no change/);
  expect((await llmci(project, 'eval', '--replay', '--quiet')).code).toBe(0);

  const before = await contents(project);
  const second = await llmci(project, 'init');
  expect(second.code).toBe(0);
  expect(second.stdout).toMatch(/^Nothing to make: everything is there\.\n/);
  for (const path of STARTER) expect(second.stdout).toContain(path);
  expect(await contents(project)).toEqual(before);
});

it('keeps a prompt of the same name, and gives no sample answers to a prompt that is not its own', async () => {
  const prompt = 'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';
  const project = await makeProject({ 'prompts/support-reply.prompt.yaml': prompt });
  const { code, stdout } = await llmci(project, 'init', '--ci', 'none');
  expect(code).toBe(0);
  expect(stdout).toMatch(/Kept as it was\n {2}prompts\/support-reply\.prompt\.yaml/);
  expect(await project.read('prompts/support-reply.prompt.yaml')).toBe(prompt);
  expect(await project.list()).not.toContain('fixtures/support-reply.cassette.jsonl');
  expect((await llmci(project, 'validate')).code).toBe(0);
});

it('adds no starter to a project that has suites', async () => {
  const project = await makeProject({
    'prompts/own.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: 'hello' }] },
    'evals/own.eval.yaml': {
      prompt: 'own',
      cases: [{ id: 'one' }],
      metrics: [{ metric: 'equals', id: 'same' }],
    },
  });
  const { code, stdout } = await llmci(project, 'init', '--ci', 'github');
  expect(code).toBe(0);
  expect(stdout).toContain('No starter: evals/ has suites of your own.');
  expect(await project.list()).toEqual([
    NIGHTLY,
    GITHUB,
    '.gitignore',
    'evals/own.eval.yaml',
    'llmci.yaml',
    'prompts/own.prompt.yaml',
  ]);
});

it('says what is wrong when the files of the project do not load', async () => {
  const project = await makeProject({ 'prompts/other.prompt.yaml': 'mesages: []\n' });
  const { code, stdout, stderr } = await llmci(project, 'init');
  expect(code).toBe(2);
  expect(stdout).toContain('prompts/support-reply.prompt.yaml');
  expect(stdout).not.toContain('Next');
  expect(stderr).toContain('prompts/other.prompt.yaml:1:1');
  // Once that is mended, init finishes its work
  await project.write('prompts/other.prompt.yaml', 'messages: [{ role: user, content: hello }]\n');
  expect((await llmci(project, 'init')).code).toBe(0);
  expect((await llmci(project, 'eval', '--quiet')).code).toBe(0);
});

it.each([
  { there: 'node_modules', after: 'node_modules\n.llmci/\n' },
  { there: 'node_modules\n', after: 'node_modules\n.llmci/\n' },
  { there: '/.llmci\r\nnode_modules\r\n', after: '/.llmci\r\nnode_modules\r\n' },
  { there: '# .llmci/\n', after: '# .llmci/\n.llmci/\n' },
])('adds .llmci/ to a .gitignore that lacks it: $there', async ({ there, after }) => {
  const project = await makeProject({ '.gitignore': there });
  await llmci(project, 'init', '--ci', 'none');
  expect(await project.read('.gitignore')).toBe(after);
});

it.each([
  { ci: 'github', files: [NIGHTLY, GITHUB] },
  { ci: 'gitlab', files: GITLAB },
  { ci: 'none', files: [] },
])('adds the workflow of --ci $ci', async ({ ci, files }) => {
  const project = await makeProject();
  const { code, stdout } = await llmci(project, 'init', '--ci', ci);
  expect(code).toBe(0);
  expect(stdout).toContain(`CI: ${ci} (as --ci says)`);
  expect((await project.list()).filter((path) => path.endsWith('.yml'))).toEqual(files);
});

it.each([
  { remote: 'git@github.com:acme/shop.git', says: 'CI: github (a remote is on github.com)' },
  { remote: 'https://someone@gitlab.acme.example/shop.git', says: 'CI: gitlab (a remote is on gitlab.acme.example)' },
  { remote: 'ssh://git@code.acme.example:22/github/shop.git', says: 'CI: none' },
])('finds the CI system of the remote $remote', async ({ remote, says }) => {
  const project = await makeProject();
  git(project, 'init', '--quiet');
  git(project, 'remote', 'add', 'origin', remote);
  expect((await llmci(project, 'init')).stdout).toContain(says);
});

it('goes by the files of a CI system when there is no remote, and never overwrites them', async () => {
  const project = await makeProject({ '.gitlab-ci.yml': 'build: { script: make }\n' });
  const { stdout } = await llmci(project, 'init');
  expect(stdout).toContain('CI: gitlab (there is a .gitlab-ci.yml)');
  expect(stdout).toContain('include: [{ local: .gitlab/llmci.yml }]');
  expect(stdout).toMatch(/\.gitlab-ci\.yml +lacks \.gitlab\/llmci\.yml/);
  expect(await project.read('.gitlab-ci.yml')).toBe('build: { script: make }\n');
  await project.write('.gitlab-ci.yml', 'include: [{ local: .gitlab/llmci.yml }]\n');
  const included = await llmci(project, 'init');
  expect(included.stdout).toMatch(/\.gitlab-ci\.yml +includes \.gitlab\/llmci\.yml/);
  expect(included.stdout).not.toContain('Nothing runs yet');

  const other = await makeProject({ '.github/CODEOWNERS': '* @acme/web\n' });
  expect((await llmci(other, 'init')).stdout).toContain('CI: github (there is a .github folder)');
});

it('writes a GitHub workflow with the least rights and no way for forks to the secrets', async () => {
  const project = await makeProject();
  await llmci(project, 'init', '--ci', 'github');
  const text = await project.read(GITHUB);
  expect(text).not.toMatch(/__[A-Z]+__/);
  const workflow = parse(text) as {
    on: object;
    permissions: object;
    jobs: {
      evaluate: { steps: { name?: string; uses?: string; run?: string; env?: object }[] };
      baseline: { permissions: object };
    };
  };
  expect(Object.keys(workflow.on)).toEqual(['pull_request', 'push', 'workflow_dispatch']);
  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(workflow.jobs.baseline.permissions).toEqual({ contents: 'write' });
  expect(parse(await project.read(NIGHTLY)).jobs.drift.permissions).toEqual({ contents: 'read', issues: 'write' });
  const { steps, ...job } = workflow.jobs.evaluate;
  expect(job).toEqual({
    if: "github.event_name != 'push'",
    'runs-on': 'ubuntu-latest',
    'timeout-minutes': 15,
    permissions: { contents: 'read', 'pull-requests': 'write' },
  });
  expect(steps.map((step) => step.uses ?? step.name)).toEqual([
    'actions/checkout@v6',
    'actions/setup-node@v6',
    'actions/cache/restore@v5',
    'Install',
    'Evaluate',
    'actions/upload-artifact@v7',
    'Comment',
    'actions/upload-artifact@v7',
    'actions/cache/save@v5',
  ]);
  expect(steps.filter((step) => JSON.stringify(step).includes('secrets.')).map((step) => step.env)).toEqual([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own expression
    { OPENAI_API_KEY: '${{ secrets.OPENAI_API_KEY }}' },
  ]);
});

it.each([
  ['github', [GITHUB, NIGHTLY, '.github/workflows/llmci-delivery.yml'], /^ *id-token: write$/m],
  ['gitlab', ['.gitlab/llmci.yml', '.gitlab/llmci-delivery.yml'], /^ {2}id_tokens:\n {4}OPENAI_IDENTITY_TOKEN:/m],
])('writes workflows of %s without a key', async (ci, paths, identity) => {
  const project = await makeProject();
  await llmci(project, 'init', '--ci', ci, '--keyless', '--delivery');
  for (const path of paths) {
    const text = await project.read(path);
    parse(text);
    expect(text).toMatch(identity);
    expect(text).toContain('OPENAI_SERVICE_ACCOUNT_ID');
    expect(text).not.toMatch(/secrets\.|OPENAI_API_KEY|__/);
  }
  expect(parse(await project.read('llmci.yaml'))).toMatchObject({
    budget: { usd: 5 },
    providers: { openai: { type: 'openai', auth: 'oidc' } },
    environments: { staging: {} },
  });
  expect((await llmci(project, 'eval')).code).toBe(0);
});

it.each([
  ['a project that names llmci', { 'package.json': { devDependencies: { llmci: '^0.1.0' } } }, '../node_modules/llmci'],
  [
    'one that has it installed above',
    { 'app/llmci.yaml': '{}\n', 'node_modules/llmci/schemas/x': '' },
    '../../node_modules/llmci',
  ],
  ['no package.json', {}, 'https://cdn.jsdelivr.net/npm/llmci@0.1.0'],
])('names the schema of each file for editors, in %s', async (_, files: Record<string, string | object>, home) => {
  const project = await makeProject(files);
  const folder = 'app/llmci.yaml' in files ? 'app/' : '';
  await runCli(['init', '--ci', 'none'], { cwd: project.path(folder || '.') });
  for (const [path, format] of [
    ['prompts/support-reply.prompt.yaml', 'prompt'],
    ['prompts/support-reply.thresholds.yaml', 'thresholds'],
    ['evals/support-reply.eval.yaml', 'suite'],
  ]) {
    const [line] = (await project.read(`${folder}${path}`)).split('\n');
    expect(line).toBe(`# yaml-language-server: $schema=${home}/schemas/${format}.schema.json`);
  }
});

const OWN = { 'package.json': { devDependencies: { llmci: '^0.1.0' } } };
it.each([
  ['npm', { ...OWN, 'package-lock.json': {} }, 'npm ci', 'npx llmci'],
  ['pnpm', { ...OWN, 'pnpm-lock.yaml': {} }, 'pnpm install --frozen-lockfile', 'pnpm exec llmci'],
  ['yarn', { ...OWN, 'yarn.lock': '__metadata:\n' }, 'yarn install --immutable', 'yarn run llmci'],
  [
    'the first yarn',
    { ...OWN, 'yarn.lock': '# yarn lockfile v1\n' },
    'yarn install --frozen-lockfile',
    'yarn run llmci',
  ],
  ['bun', { ...OWN, 'bun.lock': '{}\n' }, 'bun@1 install --frozen-lockfile', 'npx llmci'],
  ['a project without llmci', { 'package.json': {}, 'package-lock.json': {} }, 'llmci@VERSION', 'llmci'],
  ['no package.json', {}, 'npm install --global --ignore-scripts llmci@VERSION', 'llmci'],
])(
  'installs with %s what is locked, or this version',
  async (_, files: Record<string, string | object>, install, command) => {
    const project = await makeProject(files);
    await llmci(project, 'init', '--ci', 'github');
    const { steps } = parse(await project.read(GITHUB)).jobs.evaluate;
    const run = (name: string): string => steps.find((step: { name?: string }) => step.name === name).run;
    expect(run('Install').replace(/\d+\.\d+\.\d+/, 'VERSION')).toContain(install);
    expect(run('Evaluate').startsWith(`${command} eval `)).toBe(true);
  },
);

it('puts the workflow at the root of the repository when the project is a folder of it', async () => {
  const repository = await makeProject({ 'services/bot/llmci.yaml': '{}\n' });
  git(repository, 'init', '--quiet');
  const run = (ci: string) => runCli(['init', '--ci', ci], { cwd: repository.path('services/bot') });
  expect((await run('github')).stdout).toContain('../../.github/workflows/llmci.yml');
  await run('gitlab');
  const github = parse(await repository.read(GITHUB));
  expect(github.jobs.evaluate.defaults).toEqual({ run: { 'working-directory': 'services/bot' } });
  expect(github.jobs.evaluate.steps.at(-1).with.path).toBe('services/bot/.llmci/cache');
  expect(github.on.push.paths).toContain('services/bot/prompts/**');
  const gitlab = parse(await repository.read('.gitlab/llmci.yml'));
  expect(gitlab['.llmci'].before_script[0]).toBe('cd "services/bot"');
  expect(gitlab.llmci.artifacts.reports.junit).toBe('services/bot/llmci-junit.xml');
  expect(await repository.list()).toContain('services/bot/prompts/support-reply.prompt.yaml');
});

it.each([
  { args: ['--ci', 'jenkins'], says: 'Allowed choices are github, gitlab, none' },
  { args: ['--cii', 'github'], says: "unknown option '--cii'" },
  { args: ['here'], says: 'too many arguments' },
  { args: ['--cwd', 'nowhere'], says: 'nowhere is not a folder' },
])('refuses init $args with exit code 2', async ({ args, says }) => {
  const project = await makeProject();
  const { code, stderr } = await llmci(project, 'init', ...args);
  expect(stderr).toContain(says);
  expect(code).toBe(2);
  expect(await project.list()).toEqual([]);
});

const keysOf = async (project: Project, path: string) =>
  [...(await project.read(path)).matchAll(/^ *(\w+): \$\{\{ secrets\.(\w+) \}\}$/gm)].map(([, name]) => name);

it.each([
  [
    'a built-in provider',
    { 'prompts/own.prompt.yaml': { model: 'anthropic/claude-sonnet-5', messages: [] } },
    ['ANTHROPIC_API_KEY'],
  ],
  ['the judge', { 'llmci.yaml': { judge: { model: 'anthropic/claude-sonnet-5' } } }, ['ANTHROPIC_API_KEY']],
  [
    'a column of a suite',
    { 'evals/b.eval.yaml': 'models:\n  - openai/gpt-6-sol\n  - anthropic/claude-sonnet-5\n' },
    ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY'],
  ],
  [
    'an entry of its own',
    {
      'llmci.yaml': {
        providers: { azure: { type: 'openai', baseUrl: 'https://x.example/v1', apiKey: 'env:AZURE_KEY' } },
      },
    },
    ['AZURE_KEY'],
  ],
  [
    'a header',
    {
      'llmci.yaml': {
        providers: {
          app: { type: 'http', url: 'https://x.example', body: {}, output: '$.a', headers: { 'x-key': 'env:APP_KEY' } },
        },
      },
    },
    ['APP_KEY'],
  ],
  ['nothing', {}, ['OPENAI_API_KEY']],
])('hands the jobs the keys that the project needs: %s', async (_, files: Record<string, string | object>, keys) => {
  const project = await makeProject({ 'evals/own.eval.yaml': { prompt: 'own', cases: [] }, ...files });
  await llmci(project, 'init', '--ci', 'github', '--delivery');
  for (const path of [NIGHTLY, '.github/workflows/llmci-delivery.yml'])
    expect(await keysOf(project, path)).toEqual(keys);
  await llmci(project, 'init', '--ci', 'gitlab');
  expect(await project.read('.gitlab/llmci.yml')).toContain(`${keys.join(' and ')} (masked)`);
});

it('writes a workflow without a key where the configuration that is there has auth: oidc', async () => {
  const project = await makeProject({
    'llmci.yaml': { providers: { openai: { type: 'openai', auth: 'oidc' } } },
    'prompts/own.prompt.yaml': { model: 'anthropic/claude-sonnet-5', messages: [] },
  });
  await llmci(project, 'init', '--ci', 'github');
  expect(await keysOf(project, NIGHTLY)).toEqual(['ANTHROPIC_API_KEY']);
  expect(parse(await project.read(NIGHTLY)).jobs.drift.permissions).toMatchObject({ 'id-token': 'write' });
});
