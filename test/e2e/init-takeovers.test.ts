import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

/** What init says is there already. */
async function takeovers(project: Project): Promise<string> {
  const { code, stdout } = await runCli(['init', '--ci', 'none'], { cwd: project.dir });
  expect(code).toBe(0);
  return /\nHere already, to be taken over\n([\s\S]*)$/.exec(stdout)?.[1] ?? '';
}

const PROMPT_YML = 'messages: [{ role: user, content: "Hello {{name}}" }]\ntestData: []\n';

it('names the command that takes over what other tools left, and the calls in the code', async () => {
  const project = await makeProject({
    'promptfooconfig.yaml': 'prompts: [Hi]\nproviders: [openai:gpt-6-luna]\ntests: []\n',
    '.github/prompts/a.prompt.yml': PROMPT_YML,
    '.github/prompts/b.prompt.yml': PROMPT_YML,
    'ask me/one.prompty': '---\nname: x\n---\nuser:\nHi\n',
    'genkit/hello.prompt': '---\nmodel: x\n---\nHi\n',
    'export/langfuse.json': { name: 'a', version: 1, labels: ['production'], prompt: 'Hi' },
    'evals.json': { data_source_config: {}, testing_criteria: [] },
    'package.json': { name: 'shop' },
    'src/hosted.ts': 'const a = 1;\nawait client.responses.create({ prompt: { id: "pmpt_68a1b2c3d4e5f6" } });\n',
    'app/bot.py': 'import openai\n\n\nreply = client.chat.completions.create(\n  model="gpt-6")\n',
  });
  expect(await takeovers(project)).toMatchInlineSnapshot(`
    "  promptfooconfig.yaml       npx llmci import promptfoo promptfooconfig.yaml
      .github/prompts (2 files)  npx llmci import github .github/prompts
      genkit/hello.prompt        npx llmci import dotprompt genkit/hello.prompt
      ask me/one.prompty         npx llmci import prompty 'ask me/one.prompty'
      evals.json                 npx llmci import openai evals.json
      export/langfuse.json       npx llmci import langfuse export/langfuse.json
      src/hosted.ts:2            npx llmci import openai FILE, a file with the prompt pmpt_68a1b2c3d4e5f6 as OpenAI's dashboard shows it: calls that name it fail after 2026-11-30
      app/bot.py:4               calls a model: write its messages into prompts/, and get them with llmci/runtime
      src/hosted.ts:2            calls a model: write its messages into prompts/, and get them with llmci/runtime
    "
  `);
});

it('says nothing where there is nothing, or only what others wrote', async () => {
  const project = await makeProject({
    'node_modules/x/promptfooconfig.yaml': 'prompts: []\n',
    'dist/bundle.js': 'client.responses.create({})\n',
    '.venv/lib/openai.py': 'self.chat.completions.create(\n',
    'src/add.ts': 'export const add = (a: number, b: number) => a + b;\n',
    'prompts/mine.prompt.yaml': PROMPT_YML.replace('testData: []\n', ''),
  });
  expect(await takeovers(project)).toBe('');
});

it('follows no link, opens no large file, and names three calls of many', async () => {
  const project = await makeProject();
  const outside = await makeProject({ 'promptfooconfig.yaml': 'prompts: []\n' });
  symlinkSync(outside.dir, project.path('linked'));
  symlinkSync(project.dir, project.path('round'));
  writeFileSync(project.path('huge.py'), `x.messages.create(\n${' '.repeat(300_000)}`);
  mkdirSync(project.path('src'));
  for (let n = 0; n < 9; n += 1) writeFileSync(project.path(`src/call-${n}.ts`), 'await generateText({})\n');
  const said = await takeovers(project);
  expect(said).not.toMatch(/linked|round|huge/);
  expect(said.match(/calls a model/g)).toHaveLength(3);
  expect(said).toContain('src/call-2.ts:1');
  expect(said).toContain('(so do 6 more files)');
});

it('looks at the nearest part of a large repository, and says so', async () => {
  const project = await makeProject({ 'promptfooconfig.yaml': 'prompts: []\n' });
  mkdirSync(project.path('many/deep'), { recursive: true });
  for (let n = 0; n < 20_001; n += 1) writeFileSync(project.path(`many/${n}.txt`), '');
  writeFileSync(project.path('many/deep/promptfooconfig.yaml'), 'prompts: []\n');
  const said = await takeovers(project);
  expect(said).toMatch(/promptfooconfig.yaml/);
  expect(said).not.toMatch(/deep/);
  expect(said).toMatch(/only the part nearest to its root was looked at\./);
});
