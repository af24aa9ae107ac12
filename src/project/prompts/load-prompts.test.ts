import { expect, it } from 'vitest';
import { makeProject } from '../../../test/helpers/project.js';
import { digest } from '../../core/text/canonical.js';
import { loadProject } from '../load.js';

const PROMPT = { model: 'echo', messages: [{ role: 'user', content: 'hello' }] };

async function promptOf(file: object) {
  const project = await makeProject({ 'prompts/reply.prompt.yaml': file });
  const prompt = (await loadProject({ cwd: project.dir })).prompts.get('reply')?.prompt;
  if (!prompt) throw new Error('no prompt was loaded');
  return prompt;
}

it('a prompt is another one when its answers may be others, and not when it is told of otherwise', async () => {
  const plain = await promptOf(PROMPT);
  const told = { id: 'reply', name: 'Reply', description: 'First answer', owners: ['@acme/support'], risk: 'high' };
  for (const [key, value] of Object.entries(told)) {
    const other = await promptOf({ ...PROMPT, [key]: value });
    expect([key, other.digest === plain.digest, other.fileDigest === plain.fileDigest]).toEqual([key, true, false]);
  }
  const asked = {
    model: 'echo:other',
    modelParameters: { temperature: 0 },
    messages: [{ role: 'user', content: 'hello!' }],
    tools: [{ name: 'look_up' }],
    input: { defaults: { company: 'Acme' } },
    output: { format: 'json' },
    responseFormat: 'json_object',
  };
  for (const [key, value] of Object.entries(asked)) {
    expect([key, (await promptOf({ ...PROMPT, [key]: value })).digest === plain.digest]).toEqual([key, false]);
  }
});

it('files that say nothing for people keep the digest that they had', async () => {
  const { digest: now, fileDigest } = await promptOf(PROMPT);
  expect(now).toBe(digest({ ...PROMPT, modelParameters: {} }));
  expect(fileDigest).toBe(now);
});
