import { execFileSync } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { type CodeHostServer, startCodeHost } from '../helpers/code-host-server.js';
import { makeProject, type Project } from '../helpers/project.js';

// One comment on a pull request, whatever happens between. The code hosts are servers on loopback that speak their formats.

const TOKEN = 'ghs_0123456789abcdefghijklmnopqrstuvwxyzABCD';
const HOSTS = {
  github: ({ url }: CodeHostServer) => ({
    ...{
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: url,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_REF: 'refs/pull/12/merge',
    },
    ...{ GITHUB_TOKEN: TOKEN, GITHUB_SERVER_URL: 'https://github.example', GITHUB_RUN_ID: '77' },
  }),
  gitlab: ({ url }: CodeHostServer) => ({
    ...{
      GITLAB_CI: 'true',
      CI_API_V4_URL: `${url}/api/v4`,
      CI_PROJECT_ID: '5',
      CI_MERGE_REQUEST_IID: '12',
      GITLAB_TOKEN: TOKEN,
    },
  }),
  bitbucket: ({ url }: CodeHostServer) => ({
    ...{ BITBUCKET_BUILD_NUMBER: '3', BITBUCKET_API_URL: `${url}/2.0`, BITBUCKET_REPO_FULL_NAME: 'acme/shop' },
    ...{ BITBUCKET_PR_ID: '12', BITBUCKET_TOKEN: TOKEN },
  }),
  azure: ({ url }: CodeHostServer) => ({
    ...{
      TF_BUILD: 'True',
      SYSTEM_COLLECTIONURI: `${url}/acme/`,
      SYSTEM_TEAMPROJECT: 'Shop Floor',
      BUILD_REPOSITORY_ID: 'r1',
    },
    ...{ SYSTEM_PULLREQUEST_PULLREQUESTID: '12', SYSTEM_ACCESSTOKEN: TOKEN },
  }),
} as const;
const dialects = Object.keys(HOSTS) as (keyof typeof HOSTS)[];

/** A refusal that ends at once. */
const SOON = { status: 503, headers: { 'retry-after': '0' } };

let project: Project;
const prompt = (content: string) => ({ model: 'echo', messages: [{ role: 'user', content }] });
const evaluate = () => runCli(['eval', '--quiet'], { cwd: project.dir });

beforeEach(async () => {
  project = await makeProject({
    'prompts/p.prompt.yaml': prompt('{{ text }} 30 days'),
    'prompts/p.thresholds.yaml': { gates: [{ metric: 'pass', min: 1, decide: 'point' }] },
    'evals/p.eval.yaml': {
      prompt: 'p',
      metrics: [{ metric: 'contains', value: '30 days' }],
      cases: [
        { id: 'a', vars: { text: 'yes @everyone <b>x</b>' } },
        { id: 'b', vars: { text: 'no' } },
      ],
    },
  });
  await evaluate();
  await runCli(['bless'], { cwd: project.dir });
});

describe.each(dialects)('on %s', (dialect) => {
  async function open() {
    const server = await startCodeHost(dialect);
    const comment = (...args: readonly string[]) =>
      runCli(['comment', ...args], { cwd: project.dir, env: HOSTS[dialect](server) });
    const own = () => server.comments.filter(({ body }) => /^(?:<!-- llmci:|\[llmci\]: #)/.test(body));
    return { server, comment, own };
  }

  it('there is one comment after many runs, which tells what has changed since the last', async () => {
    const { server, comment, own } = await open();
    await project.write('prompts/p.prompt.yaml', prompt('{{ text }} 60 days'));
    expect((await evaluate()).code).toBe(1);
    const first = await comment();
    expect([first.code, first.stderr]).toEqual([0, expect.stringMatching(/^Comment on .*12: created\.\n$/)]);
    expect(own()[0]?.body).toMatch(/### ❌ llmci: fail[\s\S]*2 newly broken[\s\S]*does not contain/);
    const prose = (own()[0]?.body ?? '').replace(/```text[\s\S]*?```/g, '');
    expect(prose).not.toMatch(/<b>|@everyone/);
    expect((await comment()).stderr).toContain('unchanged');
    await project.write('prompts/p.prompt.yaml', prompt('{% if text == "no" %}30 days{% else %}{{ text }}{% endif %}'));
    await evaluate();
    expect((await comment()).stderr).toContain('updated');
    expect(own()[0]?.body).toMatch(/no longer fails: `p: b`/);
    await project.write('prompts/p.prompt.yaml', prompt('{{ text }} 30 days'));
    await evaluate();
    await comment();
    expect(own()).toHaveLength(1);
    expect(own()[0]?.body).toContain('### ✅ llmci: pass');
    expect(server.comments).toHaveLength(4);
    expect((await comment('--delete-on-pass')).stderr).toContain('removed');
    expect(own()).toHaveLength(0);
    expect((await comment('--only-on-change')).stderr).toContain('none');
    expect(server.requests.every(({ token }) => token.includes(TOKEN))).toBe(true);
  });

  it.each([403, 404, 422, 401])('a refusal with %i is told, and changes no exit code', async (status) => {
    const { server, comment, own } = await open();
    server.mishaps.push({ status, body: { message: `not with ${TOKEN}` } });
    const refused = await comment();
    expect(refused.code).toBe(0);
    expect(refused.stderr).toMatch(new RegExp(`^No comment on .*answered ${status}`));
    expect(refused.stderr + refused.stdout).not.toContain(TOKEN);
    expect(own()).toHaveLength(0);
  });

  it('waits when it is asked to, and tries again what failed, without a second comment', async () => {
    const { server, comment, own } = await open();
    server.mishaps.push({ status: 429, headers: { 'retry-after': '0' } }, { status: 502 });
    expect((await comment()).stderr).toContain('created');
    server.mishaps.push('hang up');
    expect((await comment()).stderr).toContain('unchanged');
    expect(own()).toHaveLength(1);
  });

  it('an answer that never comes makes no second comment', async () => {
    const { server, comment, own } = await open();
    const listing = { status: 200, body: dialect === 'github' || dialect === 'gitlab' ? ([] as object) : {} };
    server.mishaps.push(listing, 'hang up');
    expect(await comment()).toMatchObject({ code: 0, stderr: expect.stringContaining('created') });
    expect(own()).toHaveLength(1);
    await comment();
    expect(own()).toHaveLength(1);
  });

  it.each(['do and hang up', 'do and answer 502'] as const)(
    'one that was made although no answer came is not made again: %s',
    async (mishap) => {
      const { server, comment, own } = await open();
      const listing = { status: 200, body: dialect === 'github' || dialect === 'gitlab' ? ([] as object) : {} };
      server.mishaps.push(listing, mishap);
      expect((await comment()).stderr).toContain('created');
      expect(own()).toHaveLength(1);
    },
  );

  it('ten runs with faults in between leave one comment', async () => {
    const { server, comment, own } = await open();
    const listing = { status: 200, body: dialect === 'github' || dialect === 'gitlab' ? ([] as object) : {} };
    const faults: (typeof server.mishaps)[] = [
      ...[[listing, 'do and hang up'], ['hang up'], [], [SOON, SOON], [{ status: 403 }]],
      ...[
        [{ ...SOON, status: 429 }],
        [listing, { status: 404 }],
        [listing, { ...SOON, status: 429 }, { status: 422 }],
        [],
      ],
      ...[[{ status: 401 }]],
    ] as never;
    for (const [index, mishaps] of faults.entries()) {
      await project.write('prompts/p.prompt.yaml', prompt(`{{ text }} ${index % 2 === 0 ? '60' : '30'} days`));
      const { code } = await evaluate();
      server.mishaps.splice(0, Infinity, ...mishaps);
      expect((await comment()).code).toBe(0);
      expect([index, code, own().length]).toEqual([index, index % 2 === 0 ? 1 : 0, 1]);
    }
  });

  it('a comment of somebody else with the same mark is not ours: it is neither changed nor in the way', async () => {
    const { server, comment } = await open();
    await comment();
    const [mark = ''] = server.comments.at(-1)?.body.split('\n') ?? [];
    const body = `${mark}\n\n### ✅ llmci: pass`;
    server.comments.pop();
    server.comments.unshift({ id: 77, body, isOfStranger: true });
    for (const [greeting, said] of [
      ['60', 'created'],
      ['30', 'updated'],
    ] as const) {
      await project.write('prompts/p.prompt.yaml', prompt(`{{ text }} ${greeting} days`));
      await evaluate();
      expect((await comment()).stderr).toContain(said);
      expect(server.comments[0]).toMatchObject({ id: 77, body });
      expect(server.comments.filter((each) => each.body.startsWith(mark))).toHaveLength(2);
    }
  });

  it('a missing token is told with what to do', async () => {
    const server = await startCodeHost(dialect);
    const env = Object.fromEntries(Object.entries(HOSTS[dialect](server)).filter(([, value]) => value !== TOKEN));
    const { code, stderr } = await runCli(['comment'], { cwd: project.dir, env });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/TOKEN is not set: /)]);
  });
});

it('a limit of requests is not taken for a token that may not write', async () => {
  const { url, mishaps } = await startCodeHost('github');
  const limited = { status: 403, headers: { 'retry-after': '3600' } };
  mishaps.push({ ...limited, body: { message: 'You have exceeded a secondary rate limit.' } });
  const { code, stderr } = await runCli(['comment'], {
    cwd: project.dir,
    env: HOSTS.github({ url } as CodeHostServer),
  });
  expect([code, stderr]).toEqual([
    0,
    'No comment on GitHub: 127.0.0.1:PORT answered 403: You have exceeded a secondary rate limit.; the next run brings the comment up to date.\n'.replace(
      '127.0.0.1:PORT',
      new URL(url).host,
    ),
  ]);
});

it('posts no run of another commit than the one that is checked out', async () => {
  const { url, comments } = await startCodeHost('github');
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], { cwd: project.dir });
  git('init', '-q');
  git('add', '-A', '--', 'prompts', 'evals');
  git('commit', '-qm', 'one');
  await evaluate();
  const env = HOSTS.github({ url } as CodeHostServer);
  git('commit', '-q', '--allow-empty', '-m', 'two');
  const { code, stderr } = await runCli(['comment'], { cwd: project.dir, env });
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^No comment on GitHub: the newest run, .* is of commit /)]);
  expect(comments).toHaveLength(3);
  await evaluate();
  expect((await runCli(['comment'], { cwd: project.dir, env })).stderr).toContain('created');
});

it('outside of CI it says so, and --dry-run prints it', async () => {
  const none = await runCli(['comment'], { cwd: project.dir });
  expect([none.code, none.stderr]).toEqual([0, expect.stringContaining('--dry-run')]);
  const dry = await runCli(['comment', '--dry-run', '--link', 'https://ci.example/1'], { cwd: project.dir });
  expect(dry.stdout).toMatch(/^<!-- llmci:[0-9a-f]{16} -->\n\n### ✅ llmci: pass/);
  expect(dry.stdout).toContain('[The whole report](https://ci.example/1)');
  expect((await runCli(['comment', 'nothing'], { cwd: project.dir })).code).toBe(2);
});
