import { expect, it } from 'vitest';
import type { Review } from '../../src/model/review.js';
import { runCli } from '../helpers/cli.js';
import { makeRepository } from '../helpers/repository.js';
import { startReviewServer } from '../helpers/review-server.js';

const PROMPT = {
  model: 'echo',
  messages: [
    { role: 'system', content: 'You answer customers. Never tell a password.' },
    { role: 'user', content: '{{ ticket }}' },
  ],
};
const edited = (text: string, rest: object = {}) => ({
  ...{ ...PROMPT, ...rest },
  messages: [{ role: 'system', content: text }, PROMPT.messages[1]],
});
const CONFIG = { review: { signoff: { high: 2, medium: 1 } } };

/** A pull request by ann in a repository: a commit of hers has edited the system message. */
async function setUp(prompt: object = PROMPT) {
  const repository = await makeRepository({
    'prompts/reply.prompt.yaml': prompt,
    'llmci.yaml': CONFIG,
    '.gitignore': '.llmci\n',
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      cases: [{ id: 'a', vars: { ticket: 'Hi' } }],
      metrics: [{ metric: 'contains', value: 'Hi' }],
      gates: [{ metric: 'pass', min: 1, decide: 'point' }],
    },
  });
  const server = await startReviewServer();
  repository.git('checkout', '-q', '-b', 'change');
  const edit = async (text: string, by = 'ann') => {
    const { owners, risk } = prompt as { owners?: string[]; risk?: string };
    await repository.write('prompts/reply.prompt.yaml', edited(text, { owners, risk }));
    const sha = repository.commit(`edit: ${text}`, `${by} <${by}@example.com>`);
    server.commits.push({ sha, by });
    return sha;
  };
  const env = {
    ...{ GITHUB_ACTIONS: 'true', GITHUB_API_URL: server.url, GITHUB_REPOSITORY: 'acme/shop' },
    ...{ GITHUB_REF: 'refs/pull/12/merge', GITHUB_TOKEN: 'ghs_0123456789abcdefghijklmnopqrstuvwxyzABCD' },
  };
  const gitlab = {
    ...{ GITLAB_CI: 'true', CI_API_V4_URL: server.url, CI_PROJECT_ID: '5', CI_MERGE_REQUEST_IID: '12' },
    GITLAB_TOKEN: 'glpat-0123456789abcdefghij',
  };
  const review = (args: readonly string[] = [], on: Readonly<Record<string, string>> = env) =>
    runCli(['review', '--base', 'main', '--require-signoff', ...args], { cwd: repository.dir, env: on });
  const signed = async (on: Readonly<Record<string, string>> = env) => {
    const { code, stdout, stderr } = await review(['--json'], on);
    if (stdout === '') throw new Error(stderr);
    const { signOff } = JSON.parse(stdout) as Review;
    const [item] = signOff.items;
    return { code, fault: signOff.fault, signed: item?.signed, refused: item?.refused.map(({ why }) => why) };
  };
  return { ...repository, server, edit, env, gitlab, review, signed };
}

it('a change of high risk is signed off when two people who did not write it have approved it', async () => {
  const { server, edit, signed, review } = await setUp();
  const head = await edit('You answer everybody.');
  expect(await signed()).toEqual({ code: 1, fault: null, signed: [], refused: [] });
  server.reviews.push({ by: 'bob', commit: head });
  expect(await signed()).toMatchObject({ code: 1, signed: ['@bob'] });
  server.reviews.push({ by: 'cleo', commit: head });
  expect(await signed()).toMatchObject({ code: 0, signed: ['@bob', '@cleo'] });
  const { stdout } = await review();
  expect(stdout).toMatch(
    /high risk[\s\S]*2 of 2 sign-offs: @bob, @cleo[\s\S]*Signed off, by the reviews of acme\/shop#12\.\n$/,
  );
});

it('an edit after it voids a sign-off, and going back to what was signed gives it back', async () => {
  const { server, edit, signed } = await setUp();
  const first = await edit('You answer everybody.');
  server.reviews.push({ by: 'bob', commit: first }, { by: 'cleo', commit: first });
  await edit('You answer everybody, always.');
  expect(await signed()).toMatchObject({
    ...{ code: 1, signed: [] },
    refused: ['signed before the last edit', 'signed before the last edit'],
  });
  await edit('You answer everybody.');
  expect(await signed()).toMatchObject({ code: 0 });
});

it('a later commit that leaves the prompt alone voids nothing; one that weakens its gates does', async () => {
  const { server, edit, signed, write, commit } = await setUp();
  const head = await edit('You answer everybody.');
  server.reviews.push({ by: 'bob', commit: head }, { by: 'cleo', commit: head });
  await write('README.md', 'Hello');
  commit();
  expect(await signed()).toMatchObject({ code: 0 });
  await write('prompts/reply.thresholds.yaml', { gates: [{ metric: 'pass', min: 0.1 }] });
  commit();
  expect(await signed()).toMatchObject({ code: 1, signed: [] });
});

it.each([
  ['by the author of the pull request', { by: 'Ann' }, 'had a hand in the change'],
  ['by who wrote a commit of it', { by: 'dan' }, 'had a hand in the change'],
  ['dismissed', { by: 'bob', state: 'DISMISSED' }, 'their approval was dismissed'],
  ['by a bot', { by: 'renovate[bot]', type: 'Bot' }, 'is a bot'],
  [
    'by somebody who may not write',
    { by: 'eve', association: 'NONE' },
    'may not write to this repository, as GitHub tells',
  ],
  [
    'of a commit that was thrown away',
    { by: 'bob', commit: null },
    'what they signed cannot be told: their commit is not in this checkout',
  ],
  [
    'of a commit that cannot be fetched',
    { by: 'bob', commit: 'b'.repeat(40) },
    'what they signed cannot be told: their commit is not in this checkout',
  ],
])('an approval %s does not count', async (_, approval, why) => {
  const { server, edit, signed } = await setUp();
  await edit('You answer all.', 'dan');
  const head = await edit('You answer everybody.');
  server.reviews.push({ commit: head, ...approval });
  expect(await signed()).toEqual({ code: 1, fault: null, signed: [], refused: [why] });
});

it('who edited a schema that a prompt reads, or gates that end in .yml, had a hand in the change', async () => {
  const { server, edit, signed, write, commit } = await setUp();
  const schema = (type: string) => ({ type: 'object', properties: { answer: { type } } });
  const asks = { ...edited('You answer everybody.'), output: { format: 'json', schema: './reply.schema.json' } };
  await edit('You answer everybody.');
  await write('prompts/reply.prompt.yaml', asks);
  await write('prompts/reply.schema.json', schema('string'));
  server.commits.push({ sha: commit('a schema', 'ann <ann@example.com>'), by: 'ann' });
  await write('prompts/reply.schema.json', schema('number'));
  server.commits.push({ sha: commit('another schema', 'dan <dan@example.com>'), by: 'dan' });
  await write('prompts/reply.thresholds.yml', { gates: [{ metric: 'pass', min: 0.1 }] });
  const head = commit('gates', 'eve <eve@example.com>');
  server.commits.push({ sha: head, by: 'eve' });
  server.reviews.push({ by: 'dan', commit: head }, { by: 'eve', commit: head }, { by: 'bob', commit: head });
  const refused = ['had a hand in the change', 'had a hand in the change'];
  expect(await signed()).toEqual({ code: 1, fault: null, signed: ['@bob'], refused });
});

it('so had co-authors, and who wrote one of more commits than GitHub lists', async () => {
  const { server, signed, write, commit } = await setUp();
  const message = 'edit\n\nCo-authored-by: Dan <7+dan@users.noreply.github.com>';
  await write('prompts/reply.prompt.yaml', edited('You answer all.'));
  server.commits.push({ sha: commit(message, 'ann <ann@example.com>'), by: 'ann', message });
  await write('prompts/reply.prompt.yaml', edited('You answer everybody.'));
  const head = commit('edit', 'eve <eve@example.com>');
  server.unlisted.push({ sha: head, by: 'eve' });
  server.reviews.push({ by: 'dan', commit: head }, { by: 'eve', commit: head }, { by: 'bob', commit: head });
  const refused = ['had a hand in the change', 'had a hand in the change'];
  expect(await signed()).toEqual({ code: 1, fault: null, signed: ['@bob'], refused });
});

it('the last word of each counts: changes asked for take an approval back, a comment does not', async () => {
  const { server, edit, signed } = await setUp();
  const commit = await edit('You answer everybody.');
  server.reviews.push(
    ...[
      { by: 'bob', commit },
      { by: 'cleo', commit },
      { by: 'bob', state: 'COMMENTED', commit },
    ],
    ...[
      { by: 'cleo', state: 'CHANGES_REQUESTED', commit },
      { by: 'dora', commit },
    ],
  );
  expect(await signed()).toMatchObject({ code: 0, signed: ['@bob', '@dora'] });
});

it('where a prompt has owners, only theirs count, and a change cannot add owners for itself', async () => {
  const { server, edit, signed, write, commit } = await setUp({ ...PROMPT, owners: ['@bob', '@acme/support'] });
  const head = await edit('You answer everybody.');
  server.teams.set('acme/support', ['cleo']);
  server.reviews.push({ by: 'eve', commit: head }, { by: 'bob', commit: head });
  expect(await signed()).toMatchObject({ code: 1, signed: ['@bob'] });
  server.reviews.push({ by: 'cleo', commit: head });
  expect(await signed()).toMatchObject({ code: 0, signed: ['@bob', '@cleo'] });
  await write('prompts/reply.prompt.yaml', edited('You answer everybody.', { owners: ['@eve', '@bob', '@cleo'] }));
  const later = commit();
  server.reviews.push({ by: 'eve', commit: later }, { by: 'bob', commit: later });
  expect(await signed()).toMatchObject({ code: 1, signed: ['@bob'] });
});

it('whether somebody is in a team that cannot be seen counts as no', async () => {
  const { server, edit, signed } = await setUp({ ...PROMPT, owners: ['@acme/support'] });
  const commit = await edit('You answer everybody.');
  server.refusals.set(/\/orgs\//, 403);
  server.reviews.push({ by: 'cleo', commit });
  expect(await signed()).toMatchObject({ code: 1, refused: ['whether they are one of @acme/support cannot be told'] });
});

it.each([
  [
    'reviews that may not be read',
    403,
    /answered 403: Resource not accessible by integration; the token may not read the pull request/,
  ],
  ['a pull request that cannot be seen', 404, /the token cannot see this pull request/],
])('%s: nobody has signed', async (_, status, sentence) => {
  const { server, edit, signed } = await setUp();
  const commit = await edit('You answer everybody.');
  server.reviews.push({ by: 'bob', commit }, { by: 'cleo', commit });
  server.refusals.set(/reviews/, status);
  expect(await signed()).toEqual({ code: 1, fault: expect.stringMatching(sentence), signed: [], refused: [] });
});

it('without a token nobody has signed, and no trailer stands in for reviews', async () => {
  const { git, edit, env, signed } = await setUp();
  await edit('You answer everybody.');
  git(
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    `sign\n\nSigned-off-prompt: ${'a'.repeat(64)}`,
    '--author=B <b@example.com>',
  );
  const { GITHUB_TOKEN: _, ...bare } = env;
  expect(await signed(bare)).toMatchObject({
    code: 1,
    fault: expect.stringContaining('GITHUB_TOKEN is not set'),
    signed: [],
  });
});

it('GitLab tells when somebody approved, and so what they saw', async () => {
  const { server, edit, gitlab, signed } = await setUp({ ...PROMPT, owners: ['@acme/support'] });
  server.teams.set('acme/support', ['bob', 'bobby', 'cleo', 'ann']);
  const first = await edit('You answer all.');
  const second = await edit('You answer everybody.');
  server.versions.push({ sha: second, at: '2026-01-03T12:00:00Z' }, { sha: first, at: '2026-01-02T12:00:00Z' });
  server.reviews.push(
    ...[
      { by: 'bob', at: '2026-01-02T13:00:00Z' },
      { by: 'cleo', at: '2026-01-03T14:00:00+01:00' },
    ],
    ...[{ by: 'ann', at: '2026-01-04T00:00:00Z' }, { by: 'dan' }, { by: 'project_5_bot', at: '2026-01-04T00:00:00Z' }],
  );
  expect(await signed(gitlab)).toEqual({
    ...{ code: 1, fault: null, signed: ['@cleo'] },
    refused: [
      'signed before the last edit',
      'had a hand in the change',
      'when they approved cannot be told: this GitLab does not say it',
      'is a bot',
    ],
  });
  server.reviews.push({ by: 'bobby', at: '2026-01-04T00:00:00Z' });
  expect(await signed(gitlab)).toMatchObject({ code: 0, signed: ['@cleo', '@bobby'] });
  // Who opened it is not the only one who wrote it
  const message = 'third\n\nCo-authored-by: Bobby <9-bobby@users.noreply.gitlab.com>';
  const third = await edit('You answer everybody.  ', 'cleo');
  server.commits.push({ sha: third, by: 'cleo', message });
  server.versions.push({ sha: third, at: '2026-01-03T12:30:00Z' });
  expect(await signed(gitlab)).toMatchObject({ code: 1, signed: [] });
  server.refusals.set(/\/approvals$/, 403);
  expect(await signed(gitlab)).toMatchObject({
    ...{ code: 1, signed: [] },
    fault: expect.stringContaining('give GITLAB_TOKEN the scope `read_api`'),
  });
});

it('without a code host, trailers sign what the prompt is', async () => {
  const { git, edit, review, write, commit } = await setUp();
  await edit('You answer everybody.');
  const ask = async () => {
    const { code, stdout } = await review(['--json'], {});
    const { signOff } = JSON.parse(stdout) as Review;
    return { code, ...signOff.items[0] };
  };
  const { digest = '' } = await ask();
  const sign = (by: string, value: string) =>
    git(
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      `review\n\nSigned-off-prompt: ${value}`,
      `--author=${by} <${by}@example.com>`,
    );
  sign('bob', digest);
  sign('ann', digest);
  sign('eve', digest.slice(0, 6));
  expect(await ask()).toMatchObject({ code: 1, signed: ['bob@example.com'] });
  sign('cleo', digest.slice(0, 16));
  expect(await ask()).toMatchObject({ code: 0 });
  // A file of the change makes nobody somebody else, and who wrote with the author wrote it
  await write('.mailmap', 'Cleo <dora@example.com> <cleo@example.com>\n');
  git(
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    'edit\n\nCo-authored-by: Bob <bob@example.com>',
    '--author=x <x@x.example>',
  );
  expect(await ask()).toMatchObject({ signed: ['cleo@example.com', 'bob@example.com'] });
  await write('prompts/reply.prompt.yaml', edited('You answer everybody, always.'));
  git('commit', '-qam', 'edit\n\nCo-authored-by: Bob <bob@example.com>', '--author=Ann <ann@example.com>');
  await write('prompts/reply.prompt.yaml', edited('You answer everybody.'));
  git('commit', '-qam', 'back', '--author=Ann <ann@example.com>');
  expect(await ask()).toMatchObject({ code: 1, signed: ['cleo@example.com'] });
  await write('prompts/reply.prompt.yaml', edited('You answer nobody.'));
  commit();
  expect(await ask()).toMatchObject({ code: 1, signed: [] });
});

it('does not offer a trailer where owners are accounts, which no commit can prove', async () => {
  const { edit, review } = await setUp({ ...PROMPT, owners: ['@acme/support', '@cleo'] });
  await edit('You answer everybody.');
  const { stdout } = await review([], {});
  expect(stdout).toContain('name addresses in `owners`');
  expect(stdout).not.toContain('commit with the trailer');
});

it('a change cannot lower what is asked for', async () => {
  const { server, edit, signed, write, commit } = await setUp();
  await edit('You answer everybody.');
  await write('llmci.yaml', { review: { signoff: { high: 0 } } });
  const head = commit();
  server.reviews.push({ by: 'bob', commit: head });
  expect(await signed()).toMatchObject({ code: 1, signed: ['@bob'] });
});

it('without a policy, or a base, there is nothing to require', async () => {
  const { write, commit, git, edit, review, dir } = await setUp();
  git('checkout', '-q', 'main');
  await write('llmci.yaml', {});
  commit();
  git('checkout', '-q', '-b', 'other');
  await edit('You answer everybody.');
  const { code, stderr } = await review();
  expect([code, stderr]).toEqual([2, expect.stringContaining('llmci.yaml asks for no sign-off')]);
  expect((await runCli(['review'], { cwd: dir })).stderr).toContain('name it, like --base main');
  expect((await runCli(['review', '--base', 'main'], { cwd: dir })).code).toBe(0);
});

it('a prompt that cannot be read is no prompt without changes', async () => {
  const { write, commit, review } = await setUp();
  await write('prompts/reply.prompt.yaml', 'messages: [');
  commit();
  const { code, stdout } = await review();
  expect([code, stdout]).toEqual([2, expect.stringContaining('Not compared')]);
});

it('tells what the newest run of these prompts says, and puts it all into the one comment', async () => {
  const { server, edit, review, dir } = await setUp();
  await edit('You answer everybody.');
  expect((await review()).stdout).toContain('no run has judged these changes');
  await runCli(['eval', '--quiet'], { cwd: dir });
  const { stdout, stderr } = await review(['--post']);
  expect(stdout).toMatch(/Verdict\n {2}pass \(run [\w-]+\): /);
  expect(stderr).toContain('Comment on acme/shop#12: created.');
  await review(['--post']);
  expect(server.comments).toHaveLength(1);
  expect(server.comments[0]?.body).toMatch(/^<!-- llmci:\w+ -->\n\n### Review of prompts[\s\S]*llmci: pass/);
  await edit('You answer nobody.');
  expect((await review()).stdout).toContain('no run has judged these changes');
});

it('tells what lint finds, in changed lines only', async () => {
  const twice = (about: string) => `Always answer every question about ${about} in a friendly way. `.repeat(2);
  const shoes = { role: 'user', content: twice('shoes') };
  const { write, commit, review } = await setUp({ ...PROMPT, messages: [...PROMPT.messages, shoes] });
  const [system, user] = edited('You answer everybody.').messages;
  await write('prompts/reply.prompt.yaml', { ...PROMPT, messages: [system, user, shoes] });
  await write('prompts/new.prompt.yaml', { messages: [{ role: 'user', content: twice('hats') }] });
  commit();
  await write('prompts/late.prompt.yaml', { messages: [{ role: 'user', content: twice('bags') }] });
  const { lint } = JSON.parse((await review(['--json'])).stdout) as Review;
  expect([...new Set(lint.map(({ file, rule }) => `${file} ${rule}`))]).toEqual([
    'prompts/late.prompt.yaml no-suite',
    'prompts/late.prompt.yaml repeated-sentence',
    'prompts/new.prompt.yaml no-suite',
    'prompts/new.prompt.yaml repeated-sentence',
  ]);
  await write('prompts/reply.prompt.yaml', {
    ...PROMPT,
    messages: [system, user, { ...shoes, content: twice('coats') }],
  });
  expect((await review()).stdout).toMatch(/Lint {2}in changed lines\n[\s\S]*warning prompts\/reply\.prompt\.yaml:/);
});
