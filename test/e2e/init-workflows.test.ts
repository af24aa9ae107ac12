import { execFile } from 'node:child_process';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { toolVersion } from '../../src/store/files/version.js';
import { runCli } from '../helpers/cli.js';
import { startShim } from '../helpers/llmci-shim.js';
import { makeProject, type Project } from '../helpers/project.js';

// The shell lines of every job that init writes, run in a fresh clone as the CI system runs them. What would reach the network
// is a shim: package managers, gh, and the remote, which is a bare repository on this disk.

const run = promisify(execFile);

/** llmci is this repository, and an install must not see the key. */
const MANAGER = `#!/bin/sh
case " $0 $* " in
*" install "*|*" ci "*) [ -z "$OPENAI_API_KEY$GITHUB_TOKEN" ] || exit 9; echo "$0 $*" >> "${'$'}{0%/*}/installed"; exit 0 ;;
*/corepack*) exit 0 ;;
esac
while [ "$1" = exec ] || [ "$1" = run ] || [ "$1" = llmci ]; do shift; done
exec "${'$'}{0%/*}/llmci-here" "$@"
`;
/** Keeps one issue, and says what it was asked. */
const GH = `#!/bin/sh
here="${'$'}{0%/*}"
echo "$1 $2" >> "$here/gh-calls"
case "$1 $2" in
"issue list") if [ -f "$here/issue" ]; then echo 7; fi ;;
"issue create"|"issue edit") while [ "$1" != --body-file ]; do shift; done; cp "$2" "$here/issue" ;;
"issue close") rm "$here/issue" ;;
esac
`;
const SHIMS = {
  ...Object.fromEntries(['npm', 'npx', 'pnpm', 'yarn', 'corepack', 'llmci'].map((name) => [name, MANAGER])),
  gh: GH,
};

const NPM = 'package-lock.json';

interface Step {
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function makeShims() {
  const programs = { ...SHIMS, 'llmci-here': await startShim() };
  const shims = await makeProject(programs);
  for (const name of Object.keys(programs)) await chmod(shims.path(name), 0o755);
  await mkdir(shims.path('temp'));
  const bare = shims.path('bare.git');
  /** Runs a line of a job; resolves to its exit code and what it printed. */
  const shell = async (checkout: Project, line: string, env: Readonly<Record<string, string>> = {}) => {
    const remotes = [
      'https://x-access-token:token@code.example/acme/shop.git',
      'https://llmci:token@code.example/acme/shop.git',
    ];
    try {
      const { stdout, stderr } = await run('bash', ['-eo', 'pipefail', '-c', line], {
        cwd: checkout.dir,
        env: {
          PATH: [shims.dir, process.env['PATH']].join(delimiter),
          HOME: shims.path('temp'),
          RUNNER_TEMP: shims.path('temp'),
          GITHUB_STEP_SUMMARY: shims.path('temp/summary.md'),
          GITHUB_OUTPUT: shims.path('temp/output'),
          GITHUB_SERVER_URL: 'https://code.example',
          GITHUB_REPOSITORY: 'acme/shop',
          GITHUB_REF_NAME: 'main',
          GIT_CONFIG_COUNT: String(remotes.length),
          ...Object.fromEntries(
            remotes.flatMap((remote, n) => [
              [`GIT_CONFIG_KEY_${n}`, `url.${bare}.insteadOf`],
              [`GIT_CONFIG_VALUE_${n}`, remote],
            ]),
          ),
          ...env,
        },
      });
      return { code: 0, text: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, text: stdout + stderr };
    }
  };
  return { shims, bare, shell };
}

/** What init makes of a project with that lock file. */
async function initProject(ci: string, lock: string): Promise<Project> {
  const project = await makeProject({
    'package.json': { devDependencies: { llmci: '^0.1.0' } },
    ...(lock === 'none' ? {} : { [lock]: '{}\n' }),
  });
  expect((await runCli(['init', '--ci', ci], { cwd: project.dir })).code).toBe(0);
  return project;
}

/** A repository with what init made, pushed to a bare one; `clone` is what a runner checks out. */
async function makeRepository(ci: string) {
  const { shims, bare, shell } = await makeShims();
  const project = await initProject(ci, NPM);
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  // GitLab takes `-o ci.skip`
  await run('git', ['config', 'receive.advertisePushOptions', 'true'], { cwd: bare });
  const git = (...args: string[]) => run('git', args, { cwd: project.dir });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '--message', 'start');
  await git('push', '--quiet', bare, 'main');
  const clone = async (): Promise<Project> => {
    const checkout = await makeProject();
    await run('git', ['clone', '--quiet', '--depth=1', `file://${bare}`, checkout.dir]);
    return checkout;
  };
  const onMain = async () =>
    (await run('git', ['log', '--format=%s', 'main'], { cwd: bare })).stdout.trim().split('\n');
  return { project, shims, clone, shell, onMain };
}

const VALUES: Readonly<Record<string, string>> = { 'github.token': 'token', 'secrets.OPENAI_API_KEY': 'masked' };
/** The variables of a step. What the expressions are, the runner would know. */
const envOf = ({ env = {} }: Step, more: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value.replace(/\$\{\{ (.*?) \}\}/g, (_, key: string) => more[key] ?? VALUES[key] ?? ''),
    ]),
  );

/** What installs and what calls llmci by other lock files than that of npm. */
const OTHERS = [
  ['pnpm-lock.yaml', 'corepack enable && pnpm install --frozen-lockfile', 'pnpm exec llmci'],
  ['yarn.lock', 'corepack enable && yarn install --immutable', 'yarn run llmci'],
  ['bun.lock', 'npx --yes bun@1 install --frozen-lockfile', 'npx llmci'],
  ['none', `npm install --global --ignore-scripts llmci@${toolVersion()}`, 'llmci'],
] as const;

describe.each([
  ['GitHub', 'github', ['.github/workflows/llmci.yml', '.github/workflows/llmci-nightly.yml']],
  ['GitLab', 'gitlab', ['.gitlab/llmci.yml', '.gitlab-ci.yml']],
] as const)('the jobs of %s', (_, ci, paths) => {
  it('are the same with all lock files, but for what installs and calls llmci', async () => {
    const npm = await initProject(ci, NPM);
    const { shims, shell } = await makeShims();
    for (const [lock, install, command] of OTHERS) {
      const other = await initProject(ci, lock);
      for (const path of paths) {
        const expected = (await npm.read(path)).replaceAll('npm ci', install).replaceAll('npx llmci', command);
        expect(await other.read(path)).toBe(expected);
      }
      const told = await shell(other, `${install}\n${command} --version`);
      expect(told).toEqual({ code: 0, text: `${toolVersion()}\n` });
      expect(await shims.read('installed')).toContain(' install ');
      await rm(shims.path('installed'));
    }
  });
});

it('the jobs of GitHub judge a change and refresh the baseline', async () => {
  const { project, shims, clone, shell, onMain } = await makeRepository('github');
  const { jobs } = parse(await project.read('.github/workflows/llmci.yml')) as {
    jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
  };
  for (const job of Object.values(jobs)) {
    const checkout = await clone();
    for (const step of job.steps) {
      if (step.run === undefined) continue;
      expect(await shell(checkout, step.run, envOf(step, {})), step.run).toMatchObject({ code: 0 });
    }
    if (job === jobs['evaluate']) {
      expect(await checkout.read('llmci-junit.xml')).toContain('<testsuites');
      expect(await checkout.read('llmci-report.html')).toContain('<html');
    }
  }
  expect(await shims.read('installed')).toMatch(/install|ci/);
  expect(await shims.read('temp/summary.md')).toContain('support-reply');
  expect(await onMain()).toEqual(['chore: refresh the baseline of llmci', 'start']);
});

it('the nightly job of GitHub keeps one issue while the models have changed, and closes it', async () => {
  const { project, shims, clone, shell } = await makeRepository('github');
  const { jobs } = parse(await project.read('.github/workflows/llmci-nightly.yml'));
  const steps: readonly (Step & { readonly id?: string })[] = jobs.drift.steps;
  const [live, tell] = [steps.find(({ id }) => id === 'evaluate'), steps.at(-1)];
  const checkout = await clone();
  // Nothing is recorded any more, so that without a key there is no verdict, and no news
  const without = await shell(checkout, live?.run ?? '', {});
  expect(await shims.read('temp/output'), without.text).toBe('code=2\n');
  expect((await checkout.list()).filter((path) => path.endsWith('.cassette.jsonl'))).toEqual([]);
  const night = async (code: string) =>
    (await shell(checkout, tell?.run ?? '', { ...envOf(tell ?? {}, {}), CODE: code })).code;
  expect(await night('2')).toBe(2);
  // A run to tell of
  await checkout.write(
    'prompts/support-reply.prompt.yaml',
    'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
  );
  expect((await shell(checkout, live?.run ?? '')).code).toBe(0);
  expect(await shims.read('temp/output')).toBe('code=2\ncode=1\n');
  expect([await night('1'), await night('1')]).toEqual([1, 1]);
  expect(await shims.read('issue')).toContain('support-reply');
  expect(await night('0')).toBe(0);
  const calls = (await shims.read('gh-calls')).trim().split('\n');
  expect(calls.filter((call) => call !== 'issue list' && call !== 'label create')).toEqual([
    'issue create',
    'issue edit',
    'issue close',
  ]);
});

it('the jobs of GitLab judge a change and refresh the baseline', async () => {
  const { project, shims, clone, shell, onMain } = await makeRepository('gitlab');
  const jobs = parse(await project.read('.gitlab/llmci.yml'));
  const lines = (...parts: string[][]) => parts.flat().join('\n');
  const env = {
    OPENAI_API_KEY: 'masked',
    CI_SERVER_URL: 'https://code.example',
    CI_PROJECT_PATH: 'acme/shop',
    CI_COMMIT_BRANCH: 'main',
    LLMCI_PUSH_TOKEN: 'token',
    CI_JOB_URL: 'https://code.example/1',
  };
  const before = jobs['.llmci'].before_script;
  const change = await clone();
  expect(await shell(change, lines(before, jobs.llmci.script), env)).toMatchObject({ code: 0 });
  expect(await shell(change, lines(jobs.llmci.after_script), env)).toMatchObject({ code: 0 });
  for (const path of ['llmci-junit.xml', 'llmci-report.html', 'llmci-report.md', 'llmci-code-quality.json'])
    expect(await change.list()).toContain(path);
  expect(await shims.read('installed')).toMatch(/install|ci/);
  expect(await shell(await clone(), lines(before, jobs['llmci-baseline'].script), env)).toMatchObject({ code: 0 });
  expect(await onMain()).toEqual(['chore: refresh the baseline of llmci', 'start']);
});

it('the nightly job of GitLab keeps one issue while the models have changed, and closes it', async () => {
  const { project, clone, shell } = await makeRepository('gitlab');
  const said: string[] = [];
  let open = false;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      said.push(`${request.method} ${new URLSearchParams(body).get('state_event') ?? ''}`.trim());
      if (request.method === 'POST') open = true;
      response.end(request.method === 'GET' && open ? '[{"iid":7}]' : '[]');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { script } = parse(await project.read('.gitlab/llmci.yml'))['llmci-nightly'] as { script: string[] };
  const night = async (checkout: Project) =>
    (
      await shell(checkout, script.join('\n'), {
        CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        CI_PROJECT_ID: '1',
        CI_JOB_URL: 'https://code.example/1',
        GITLAB_TOKEN: 'token',
      })
    ).code;
  const worse = await clone();
  await worse.write(
    'prompts/support-reply.prompt.yaml',
    'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
  );
  expect([await night(worse), await night(worse)]).toEqual([1, 1]);
  expect(await night(await clone())).toBe(2); // no key: no verdict, no news
  await worse.write('prompts/support-reply.thresholds.yaml', 'gates: [{ metric: pass, min: 0 }]\n');
  expect(await night(worse)).toBe(0);
  expect(said).toEqual(['GET', 'POST', 'GET', 'PUT', 'GET', 'GET', 'PUT close']);
});
