import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startCodeHost } from '../helpers/code-host-server.js';
import { startShim } from '../helpers/llmci-shim.js';
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
const written = readFileSync(`${root}action.yml`, 'utf8');
const action = parse(written) as Action;
const { steps } = action.runs;

describe('the shape of action.yml', () => {
  it('describes every input and output, and uses every input', () => {
    for (const [name, { description, default: value }] of Object.entries(action.inputs)) {
      expect([name, description, value]).toEqual([name, expect.any(String), expect.any(String)]);
      expect(written).toContain(`inputs.${name}`);
    }
    expect(Object.keys(action.outputs)).toEqual(['verdict', 'exit-code', 'report', 'cost']);
  });

  it('puts no expression into a shell, where a branch name would be a command', () => {
    const scripts = steps.filter(({ run }) => run !== undefined);
    expect(scripts.map(({ id }) => id)).toContain('evaluate');
    for (const { run, shell } of scripts) {
      expect(run).not.toContain('${{');
      expect(shell).toBe('bash');
    }
  });

  it('reads sign-offs with the token where they count, and shows it to no run where they do not', () => {
    expect(steps.find(({ id }) => id === 'evaluate')?.env?.['GITHUB_TOKEN']).toMatch(
      /^\$\{\{ inputs\.protect == 'true' && inputs\.token \|\| env\.GITHUB_TOKEN \}\}$/,
    );
  });

  it('names steps that are there, and only actions of GitHub by a version', () => {
    const ids = steps.flatMap(({ id }) => id ?? []);
    const named = [...written.matchAll(/steps\.([\w-]+)\./g)].map(([, id]) => id);
    expect(named).not.toEqual([]);
    expect(ids).toEqual(expect.arrayContaining(named));
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used).not.toEqual([]);
    expect(used.filter((uses) => !/^actions\/[\w/-]+@v\d+$/.test(uses))).toEqual([]);
  });
});

/** Programs that a step starts, by their names, as lines of shell; `$here` is the folder that they stand in. */
type Shims = Readonly<Record<string, string>>;

/** A checkout with the programs that steps start; `run` does a step as the runner does. */
async function makeRunner(files: Readonly<Record<string, string | object>>, shims: Shims = {}) {
  const project = await makeProject({ output: '', summary: '', ...files });
  for (const name of ['temp', 'shims', 'node_modules/.bin']) mkdirSync(project.path(name), { recursive: true });
  for (const [name, lines] of Object.entries(shims))
    writeFileSync(project.path(`shims/${name}`), `#!/bin/sh\nhere="\${0%/*}"\n${lines}\n`, { mode: 0o755 });
  writeFileSync(project.path('shims/llmci'), await startShim(), { mode: 0o755 });
  const run = async (id: string, env: Readonly<Record<string, string>> = {}, folder = '.') => {
    const line = steps.find((each) => each.id === id)?.run ?? 'false';
    // Not held up, for the server of a code host answers in this process
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', line], {
      cwd: project.path(folder),
      env: {
        PATH: `${project.path('shims')}:${process.env['PATH']}`,
        HOME: project.dir,
        GITHUB_ACTION_PATH: root,
        GITHUB_JOB: 'evaluate',
        GITHUB_OUTPUT: project.path('output'),
        GITHUB_STEP_SUMMARY: project.path('summary'),
        GITHUB_BASE_REF: '',
        GITHUB_WORKSPACE: project.dir,
        RUNNER_TEMP: project.path('temp'),
        LLMCI_BIN: project.path('shims/llmci'),
        ...{ LLMCI_SUITES: '', LLMCI_ARGS: '', LLMCI_BUDGET: '1', LLMCI_PROTECT: 'false', LLMCI_INDEX: '0' },
        ...env,
      },
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [stdout, status] = await Promise.all([text(child.stdout), ended]);
    return { status, stdout, output: await project.read('output') };
  };
  return { project, run };
}

async function runStep(
  id: string,
  files: Readonly<Record<string, string | object>>,
  env: Readonly<Record<string, string>> = {},
  shims: Shims = {},
) {
  const { project, run } = await makeRunner(files, shims);
  return { project, ...(await run(id, env)) };
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

/** Writes down how it was called and with which keys, and installs an llmci where a package manager would. */
const INSTALLER = `echo "\${0##*/} $*\${OPENAI_API_KEY}" > "$here/called"
bin=node_modules/.bin; if [ "$2" = --prefix ]; then bin="$3/$bin"; mkdir -p "$bin"; fi
printf '#!/bin/sh\\n' > "$bin/llmci"; chmod +x "$bin/llmci"`;

describe('its shell lines', () => {
  it("take the project's own llmci where it is installed", async () => {
    const { project, run } = await makeRunner({ 'package-lock.json': { packages: { 'node_modules/llmci': {} } } });
    writeFileSync(project.path('node_modules/.bin/llmci'), '#!/bin/sh\n', { mode: 0o755 });
    const { status, output } = await run('install');
    expect([status, output]).toEqual([0, `bin=${project.path('node_modules/.bin/llmci')}\n`]);
  });

  it.each([
    ['npm', { 'package-lock.json': { packages: { 'node_modules/llmci': {} } } }, 'npm ci --ignore-scripts'],
    [
      'pnpm',
      { 'pnpm-lock.yaml': 'packages:\n\n  llmci@0.1.0:\n    resolution: {}\n' },
      'npx --yes corepack@0 pnpm install --frozen-lockfile --ignore-scripts',
    ],
    ['an older pnpm', { 'pnpm-lock.yaml': 'packages:\n\n  /llmci@0.1.0:\n' }, 'npx --yes corepack@0 pnpm install'],
    [
      'yarn',
      { 'yarn.lock': '"llmci@npm:^0.1.0":\n  version: 0.1.0\n' },
      'npx --yes corepack@0 yarn install --immutable --mode=skip-build',
    ],
    [
      'the first yarn',
      { 'yarn.lock': 'llmci@^0.1.0:\n  version "0.1.0"\n' },
      'npx --yes corepack@0 yarn install --frozen-lockfile --ignore-scripts',
    ],
    [
      'bun',
      { 'bun.lock': '{\n  "packages": {\n    "llmci": ["llmci@0.1.0", ""],\n  }\n}\n' },
      'npx --yes bun@1 install --frozen-lockfile --ignore-scripts',
    ],
  ])(
    'install with %s just what is locked, and show it no key',
    async (_, files: Record<string, string | object>, command) => {
      const keys = { OPENAI_API_KEY: ' with the key' };
      const { status, output, project } = await runStep('install', files, keys, { npm: INSTALLER, npx: INSTALLER });
      expect([status, output]).toEqual([0, `bin=${project.path('node_modules/.bin/llmci')}\n`]);
      const called = await project.read('shims/called');
      expect(called.startsWith(command)).toBe(true);
      expect(called).not.toContain('with the key');
    },
  );

  it('find what a workspace has locked from the folder of a project in it', async () => {
    const lock = { packages: { 'node_modules/llmci': {} } };
    const { project, run } = await makeRunner(
      { 'package-lock.json': lock, 'packages/app/llmci.yaml': {} },
      { npm: INSTALLER },
    );
    const { status, output } = await run('install', {}, 'packages/app');
    expect([status, output]).toEqual([0, `bin=${project.path('node_modules/.bin/llmci')}\n`]);
    expect(await project.read('shims/called')).toContain('npm ci');
  });

  it.each([
    ['without a lock file', {}],
    [
      'with one that has others alone',
      { 'package-lock.json': {}, 'pnpm-lock.yaml': '  not-llmci@1.0.0:\n', 'yarn.lock': 'my-llmci@1:\n' },
    ],
  ])("install the action's own version %s", async (_, files: Record<string, string | object>) => {
    const { status, output, project } = await runStep('install', files, {}, { npm: INSTALLER, npx: INSTALLER });
    expect([status, output]).toEqual([0, `bin=${project.path('temp/llmci/node_modules/.bin/llmci')}\n`]);
    expect(await project.read('shims/called')).toMatch(
      /^npm install --prefix \S+ --ignore-scripts .*llmci@\d+\.\d+\.\d+\n$/,
    );
  });

  it('evaluate, and write summary, page, record and outputs', async () => {
    const page = 'temp/llmci-report-evaluate-3.html';
    const { status, output, stdout, project } = await runStep('evaluate', FILES, {
      LLMCI_SUITES: 'hello',
      // As a block of YAML has them
      LLMCI_ARGS: '--no-cache\n--seed 7\n',
      LLMCI_INDEX: '3',
    });
    expect([status, output]).toEqual([0, `page=${project.path(page)}\nexit-code=0\nverdict=pass\ncost=0\n`]);
    expect(stdout).toContain('PASS');
    expect(await project.readJson('temp/llmci-run.json')).toMatchObject({ seed: 7 });
    expect(await project.read('summary')).toContain('## ✅ llmci: pass');
    expect(await project.list()).toEqual(expect.arrayContaining([page, 'temp/llmci-run.json']));
  });

  it('keep the code of files that are wrong, and tell no verdict of an earlier step', async () => {
    const { status, output, project } = await runStep('evaluate', {
      ...FILES,
      'evals/hello.eval.yaml': { prompt: 'nope' },
      'temp/llmci-run.json': { verdict: 'pass', usage: { usd: 0 } },
    });
    expect([status, output]).toEqual([0, expect.stringMatching(/^page=\S+\nexit-code=2\n$/)]);
    expect(await project.list()).not.toContain('temp/llmci-run.json');
  });

  it('keep one comment, with a link to the page', async () => {
    const { url, comments } = await startCodeHost('github');
    const { run } = await makeRunner(FILES);
    const page = 'https://code.example/artifacts/1';
    const env = {
      ...{
        GITHUB_ACTIONS: 'true',
        GITHUB_API_URL: url,
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_REF: 'refs/pull/12/merge',
      },
      ...{ GITHUB_TOKEN: 'token', LLMCI_REPORT: page },
    };
    expect((await run('evaluate')).status).toBe(0);
    expect([(await run('comment', env)).status, (await run('comment', env)).status]).toEqual([0, 0]);
    expect(comments.filter(({ body }) => body.includes(page))).toHaveLength(1);
    // A fork's token may only read
    expect((await run('comment', { ...env, GITHUB_TOKEN: '' })).status).toBe(0);
  });

  it.each([
    ['false', '1', 1, null],
    ['false', '3', 3, null],
    ['true', '0', 0, 'conclusion=success'],
    ['true', '1', 0, 'conclusion=failure'],
    ['true', '3', 0, 'conclusion=neutral'],
  ])('end with the verdict: soft-fail %s, exit code %s', async (soft, code, ends, conclusion) => {
    const env = {
      LLMCI_SOFT: soft,
      LLMCI_CODE: code,
      LLMCI_VERDICT: '',
      LLMCI_HEAD: 'abc',
      GITHUB_REPOSITORY: 'acme/shop',
    };
    const gh = 'for each in "$@"; do echo "$each"; done > "$here/asked"';
    const { status, project } = await runStep('verdict', {}, env, { gh });
    expect(status).toBe(ends);
    if (conclusion === null) return expect(await project.list()).not.toContain('shims/asked');
    const asked = (await project.read('shims/asked')).split('\n');
    expect(asked).toEqual(expect.arrayContaining(['repos/acme/shop/check-runs', 'head_sha=abc', conclusion]));
  });

  it('say when a check run may not be written, and leave the job green', async () => {
    const env = {
      LLMCI_SOFT: 'true',
      LLMCI_CODE: '1',
      LLMCI_VERDICT: 'fail',
      LLMCI_HEAD: 'abc',
      GITHUB_REPOSITORY: 'a/b',
    };
    const { status, stdout } = await runStep('verdict', {}, env, { gh: 'exit 1' });
    expect([status, stdout]).toEqual([0, expect.stringContaining('checks: write')]);
  });
});
