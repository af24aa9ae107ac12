import { expect, it } from 'vitest';
import { PNG } from '../helpers/media-project.js';
import type { Respond } from '../helpers/model-server/behaviour.js';
import { makeServedProject } from '../helpers/served-project.js';

// A judge of answers about images: it reads their names, or sees them where llmci.yaml says that its model can.

const BASE64 = PNG.toString('base64');
const URL = `data:image/png;base64,${BASE64}`;
const VERDICT = JSON.stringify({ reason: 'So it is.', verdict: 'yes' });

const respond: Respond = ({ body }) => ({ kind: 'text', text: body['model'] === 'judge-1' ? VERDICT : 'ok, a cat' });

function makeLook(judge: object) {
  return makeServedProject(
    { respond },
    {
      config: { judge: { model: 'fake/judge-1', ...judge } },
      prompt: { messages: [{ role: 'user', content: [{ text: 'What is it?' }, { image: '{{ picture }}' }] }] },
      suite: {
        cassette: '../fixtures/reply.jsonl',
        cases: [{ id: 'cat', vars: { picture: URL } }],
        metrics: [{ metric: 'judge', rubric: 'Is it true?', choices: { yes: 1, no: 0 }, min: 0.5 }],
      },
    },
  );
}

type Served = Awaited<ReturnType<typeof makeLook>>;

/** The content of the last message to the judge. */
function shownIn({ server }: Served): unknown {
  const asked = server.calls.map(({ body }) => body as { model: string; messages: { content: unknown }[] });
  return asked.find(({ model }) => model === 'judge-1')?.messages.at(-1)?.content;
}

it('reads the name of an image unless it is shown it', async () => {
  const served = await makeLook({});
  expect((await served.record(['eval', '--no-cache'])).result.code).toBe(0);
  const shown = shownIn(served);
  expect(shown).toEqual(expect.stringContaining('[image]'));
  expect(shown).not.toContain(BASE64);
});

it.each(['schema', 'words'])('sees the image, asked with %s; no recording holds its bytes', async (structured) => {
  const served = await makeLook({ media: true, structured });
  const { result, record } = await served.record(['eval', '--record', '--no-cache']);
  expect([result.code, record.results[0]?.scores[0]?.value]).toEqual([0, 1]);
  const texts = structured === 'words' ? [expect.stringContaining('JSON Schema')] : [];
  expect(shownIn(served)).toEqual([
    { type: 'text', text: expect.stringContaining('What follows are the images') },
    { type: 'image_url', image_url: { url: URL } },
    ...texts.map((text) => ({ type: 'text', text })),
  ]);
  const cassette = await served.project.read('fixtures/reply.jsonl');
  expect(cassette.trim().split('\n')).toHaveLength(3);
  expect(cassette + JSON.stringify(record)).not.toContain(BASE64);
  const calls = served.server.stats().calls;
  expect((await served.record(['eval', '--replay'])).result.code).toBe(0);
  expect(served.server.stats().calls).toBe(calls);
});

it('is another judge when it sees images', async () => {
  const served = await makeLook({});
  await served.record(['eval', '--record', '--no-cache']);
  const config = await served.project.read('llmci.yaml');
  await served.project.write('llmci.yaml', config.replace('model: fake/judge-1', 'model: fake/judge-1\n  media: true'));
  const replayed = await served.record(['eval', '--replay']);
  expect(replayed.result.code).toBe(3);
  expect(replayed.record.results[0]?.scores[0]?.reason).toContain('has no answer of the judge to this question');
  expect(replayed.record.results[0]?.output?.text).toBe('ok, a cat');
});
