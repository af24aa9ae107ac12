import { expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeRepository } from '../helpers/repository.js';

const PROMPT = {
  model: 'echo',
  messages: [{ role: 'user', content: 'Hello' }],
  owners: ['@acme/support', 'ann@acme.com'],
};

async function setUp(files: Readonly<Record<string, string | object>>) {
  const repository = await makeRepository(files);
  const owners = (...args: readonly string[]) => runCli(['owners', ...args], { cwd: repository.dir });
  return { ...repository, owners };
}

const BLOCK = `# >>> llmci owners
# Written by \`llmci owners\` from \`owners\` in the prompts: change it there.
/prompts/a\\ b.prompt.yaml @acme/support ann@acme.com
/prompts/a\\ b.thresholds.yaml @acme/support ann@acme.com
# <<< llmci owners
`;
const FILES = {
  'prompts/a b.prompt.yaml': PROMPT,
  'prompts/a b.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9 }] },
  'prompts/unowned.prompt.yaml': { ...PROMPT, owners: [] },
};

it.each(['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'])(
  'writes into %s',
  async (path) => {
    const { owners, read } = await setUp({ ...FILES, [path]: '* @acme/all\n' });
    expect((await owners('--check')).code).toBe(1);
    expect(await read(path)).toBe('* @acme/all\n');
    expect(await owners()).toMatchObject({ code: 0, stdout: `${path} written: 2 files with owners.\n` });
    expect(await read(path)).toBe(`* @acme/all\n\n${BLOCK}`);
    expect((await owners('--check')).code).toBe(0);
  },
);

it('keeps what stands around its lines, and takes them away when nobody owns a prompt', async () => {
  const { owners, read, write } = await setUp({
    ...FILES,
    CODEOWNERS: `# ours\r\n${BLOCK.replaceAll('\n', '\r\n')}/docs @bob\r\n`,
  });
  await write('prompts/a b.prompt.yaml', { ...PROMPT, owners: ['@bob'] });
  await owners();
  expect(await read('CODEOWNERS')).toMatch(
    /^# ours\r\n# >>> llmci owners\r\n[\s\S]*\.yaml @bob\r\n# <<< llmci owners\r\n\/docs @bob\r\n$/,
  );
  await write('prompts/a b.prompt.yaml', { ...PROMPT, owners: [] });
  await owners();
  expect(await read('CODEOWNERS')).toBe('# ours\r\n/docs @bob\r\n');
});

it('without a prompt there is nothing to say, and no project', async () => {
  const { owners } = await setUp({ 'readme.md': 'x', CODEOWNERS: '* @acme/all\n' });
  for (const args of [[], ['--check']])
    expect(await owners(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('no prompt found in') });
});

it('makes the file where the code host looks', async () => {
  const github = await setUp(FILES);
  await github.owners();
  expect(await github.read('.github/CODEOWNERS')).toBe(BLOCK);
  const gitlab = await setUp({ ...FILES, '.gitlab-ci.yml': 'test: {}' });
  await gitlab.owners();
  expect(await gitlab.read('.gitlab/CODEOWNERS')).toBe(BLOCK);
});

it('projects of one repository have marks of their own', async () => {
  const { dir, read } = await setUp({
    'a/llmci.yaml': '{}',
    'a/prompts/x.prompt.yaml': PROMPT,
    'b/llmci.yaml': '{}',
    'b/prompts/y.prompt.yaml': PROMPT,
  });
  for (const folder of ['a', 'b', 'a']) await runCli(['owners'], { cwd: `${dir}/${folder}` });
  const text = await read('.github/CODEOWNERS');
  expect(text.match(/^\/.*$/gm)).toEqual([
    '/a/prompts/x.prompt.yaml @acme/support ann@acme.com',
    '/b/prompts/y.prompt.yaml @acme/support ann@acme.com',
  ]);
});

it.each(['@acme\n* @evil', 'support', '@a b', '#x', '@', ''])('%j is no owner: nothing is written', async (owner) => {
  const { owners, list } = await setUp({ 'prompts/a.prompt.yaml': { ...PROMPT, owners: [owner] } });
  const { code, stderr } = await owners();
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/prompts\/a\.prompt\.yaml:\d+:\d+ .*is no owner that code hosts know/),
  ]);
  expect((await list()).filter((path) => path.endsWith('CODEOWNERS'))).toEqual([]);
});

it('a prompt that cannot be read, and a mark without the other, stop it', async () => {
  const broken = await setUp({ ...FILES, 'prompts/c.prompt.yaml': 'messages: [' });
  expect((await broken.owners()).code).toBe(2);
  const half = await setUp({ ...FILES, CODEOWNERS: '# >>> llmci owners\n' });
  expect(await half.owners()).toMatchObject({ code: 2, stderr: expect.stringContaining('one mark of `llmci owners`') });
});

it('a file whose name would be lines of its own is refused: the first of them would take the owners from another', async () => {
  const { dir, write, read } = await makeRepository({ 'prompts/a.prompt.yaml': { ...PROMPT, owners: ['@ann'] } });
  await write('prompts/a.prompt.yaml\n.prompt.yaml', { ...PROMPT, owners: ['@ann'] });
  const { code, stderr } = await runCli(['owners'], { cwd: dir });
  expect([code, stderr]).toEqual([2, expect.stringMatching(/its name has a line break/)]);
  await expect(read('.github/CODEOWNERS')).rejects.toThrow('ENOENT');
});
