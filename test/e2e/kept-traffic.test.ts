import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { afterThisTest } from '../helpers/cleanup.js';
import { startHere } from '../helpers/cli.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';
import type { Respond } from '../helpers/model-server/behaviour.js';
import { startModelServer } from '../helpers/model-server.js';

const KEY = 'a-key-of-the-service-4711';

const respond: Respond = ({ lastUserText }) =>
  lastUserText.includes('broken')
    ? { kind: 'status', status: 400 }
    : { kind: 'text', text: lastUserText.includes('rude') ? 'Go away.' : `Dear ${lastUserText}` };

/** A gateway with two prompts live, and a canary of a third release whose metric likes polite answers. */
async function serve(traffic: object | null) {
  const models = await startModelServer({ respond });
  afterThisTest(() => models.close());
  const environments = { live: { rollout: { strategy: 'canary', steps: [{ weight: '50%', calls: 1000 }] } } };
  const project = await makeDelivery(environments);
  await project.write('llmci.yaml', {
    environments,
    ...(traffic && { traffic }),
    providers: { fake: { type: 'openai', baseUrl: models.openaiBaseUrl, apiKey: 'env:FAKE_KEY', retries: 0 } },
  });
  await project.write('prompts/reply.thresholds.yaml', {
    gates: [{ metric: 'pass', min: 0.9 }],
    live: {
      metrics: [{ metric: 'contains', value: 'Dear', id: 'polite' }],
      gates: [{ metric: 'polite', stat: 'rate', maxDrop: '50%' }],
    },
  });
  for (const words of ['Hello', 'Hi']) {
    const messages = [{ role: 'user', content: `${words} {{ name }}` }];
    for (const id of ['reply', 'other'])
      await project.write(`prompts/${id}.prompt.yaml`, { model: 'fake/m', messages });
    await project.commit(words);
    await project.llmci('release');
    await project.llmci('promote', 'reply', '--to', 'live', '--force');
    if (words === 'Hello') await project.llmci('promote', 'other', '--to', 'live', '--force');
  }
  const server = startHere(['serve', '--env', 'live', '--port', '0'], { cwd: project.dir, env: { FAKE_KEY: KEY } });
  const address = (await server.waitForOutput(/(http:\S+) serves live/))[1] ?? '';
  const post = (path: string, body: object) =>
    fetch(`${address}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const stop = async () => {
    server.kill('SIGTERM');
    return server.result;
  };
  afterThisTest(stop);
  return {
    ...{ project, stop },
    ask: async (id: string, name: string, input: object[] = []) => {
      const response = await post('/v1/responses', { prompt: { id, variables: { name } }, input });
      await response.text();
      return response.headers.get('llmci-call') ?? '';
    },
    report: async (call: string, feedback: number) => {
      const response = await post(`/v1/calls/${call}/outcome`, { feedback });
      await response.text();
      return response.status;
    },
  };
}

const folderOf = (project: DeliveryProject) => join(project.dir, '.llmci/traffic/live');
const keptIn = async (project: DeliveryProject) => {
  const names = readdirSync(folderOf(project));
  const texts = await Promise.all(names.map((name) => project.read(`.llmci/traffic/live/${name}`)));
  return texts.join('');
};

it('keeps what failed, masked before it is on the disk, and `cases` reads exactly that', async () => {
  const { project, ask, report, stop } = await serve({ keep: '100%' });
  await ask('reply', 'Ada, all is well');
  await ask('other', 'all is well here too');
  await ask('other', 'broken: mail ann@acme.org');
  await ask('reply', `card 4111 1111 1111 1111, mail bob@acme.org, key ${KEY}`, [
    { role: 'user', content: 'be rude, write to Bob@acme.org or to eve@acme.org' },
  ]);
  const disliked = await ask('reply', 'disliked: where is my parcel?');
  await report(await ask('reply', 'liked: how long do parcels take?'), 1);
  expect(await report(disliked, -1)).toBe(200);
  await expect
    .poll(() => keptIn(project).catch(() => ''), { timeout: 10_000 })
    .toMatch(/"line":"score".*"passed":false/);
  await expect.poll(() => keptIn(project)).toContain('"feedback":-1');
  await stop();

  const kept = await keptIn(project);
  expect(kept).not.toMatch(/acme|4111|4711|all is well|liked: how/);
  const lines = kept
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const calls = lines.filter(({ line }) => line === 'call');
  expect(calls).toHaveLength(3);
  expect(calls.find(({ error }) => error !== null)).toMatchObject({
    vars: { name: 'broken: mail [email-1]' },
    ...{ prompt: 'other', environment: 'live', release: 'other@1', answer: null },
  });
  expect(calls.find(({ messages }) => messages !== null)).toMatchObject({
    vars: { name: expect.stringMatching(/card \[card-1\], mail \[email-1\], key \[redacted\]/) },
    messages: [{ role: 'user', content: 'be rude, write to [email-1] or to [email-2]' }],
  });
  for (const name of readdirSync(folderOf(project)))
    expect(statSync(join(folderOf(project), name)).mode & 0o777).toBe(0o600);

  const made = await project.llmci(
    ...['cases', 'traffic', '.llmci/traffic/live', '--where', 'failed', '--stratify', 'prompt'],
    ...['--to', 'evals/found.jsonl'],
  );
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/3 cases.*\(prompt: .*reply 2/) });
  const rows = await project.read('evals/found.jsonl');
  expect(rows).toContain('"failed":["polite 0"]');
  expect(rows).toContain('"failed":["feedback -1"]');
  expect(rows).toContain('"failed":["error: invalid-request"]');
}, 60_000);

it('keeps all when it is told to, with what became of it; nothing when it is not', async () => {
  const { project, ask, report, stop } = await serve({ keep: '100%', where: 'all', maxAge: '1h', maxMegabytes: 1 });
  await report(await ask('reply', 'fine'), 1);
  await stop();
  expect(await keptIn(project)).toMatch(/"line":"call".*fine[\s\S]*"feedback":1/);
  const silent = await serve(null);
  await silent.ask('other', 'broken');
  await silent.stop();
  expect(() => readdirSync(folderOf(silent.project))).toThrow('ENOENT');
}, 60_000);

it('stops nothing when it cannot write', async () => {
  const { project, ask, stop } = await serve({ keep: '100%' });
  await project.write('.llmci/traffic', 'a file where the folder should be');
  expect(await ask('other', 'broken')).toBe('');
  expect(await ask('other', 'fine')).not.toBe('');
  await ask('other', 'broken again');
  const { stderr, code } = await stop();
  expect(code).toBe(0);
  expect(stderr.match(/calls cannot be kept/g)).toHaveLength(1);
}, 60_000);
