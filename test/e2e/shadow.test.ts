import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { afterThisTest } from '../helpers/cleanup.js';
import { startCli, startHere } from '../helpers/cli.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';

/** A project whose second release is on its way in, and the service that answers for both. */
async function makeRollout(
  rollout: object,
  fails: (said: string) => boolean = () => false,
  gates: readonly object[] = [{ metric: 'errors', maxDrop: '20%' }],
) {
  const asked: string[] = [];
  const copies: string[] = [];
  const upstream = createServer((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const body = JSON.parse(Buffer.concat(pieces).toString()) as { messages: { content: string }[] };
      const said = body.messages[0]?.content ?? '';
      asked.push(said);
      if (incoming.headers['llmci-copy'] === 'true') copies.push(said);
      response.setHeader('content-type', 'application/json');
      if (fails(said)) return response.writeHead(400).end('{}');
      const usage = { prompt_tokens: 7, completion_tokens: 3 };
      return response.end(JSON.stringify({ choices: [{ message: { content: said }, finish_reason: 'stop' }], usage }));
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  afterThisTest(() => void upstream.close());
  const project = await makeDelivery({ live: { rollout } });
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
  const config = await project.read('llmci.yaml');
  await project.write('llmci.yaml', `${config}\nproviders:\n  gpt: { type: openai, baseUrl: ${url} }\n`);
  await project.write('prompts/reply.thresholds.yaml', {
    gates: [{ metric: 'pass', min: 0.9 }],
    live: { gates },
  });
  for (const greeting of ['Hello', 'Good day']) {
    const messages = [{ role: 'user', content: `${greeting} {{ name }}` }];
    await project.write('prompts/reply.prompt.yaml', { model: 'gpt/m', messages });
    await project.commit(greeting);
    await project.llmci('release');
    expect((await project.llmci('promote', 'reply', '--to', 'live', '--force')).code).toBe(0);
  }
  return { project, asked, copies };
}

async function serve(project: DeliveryProject, begin: typeof startHere = startHere) {
  const server = begin(['serve', '--env', 'live', '--port', '0'], { cwd: project.dir });
  const address = (await server.waitForOutput(/(http:\S+) serves live/))[1] ?? '';
  const ask = async (name: string) => {
    const body = JSON.stringify({ prompt: { id: 'reply', variables: { name } } });
    const response = await fetch(`${address}/v1/responses`, { method: 'POST', body });
    return { status: response.status, release: response.headers.get('llmci-release') };
  };
  const end = async (signal?: NodeJS.Signals) => {
    server.kill(signal);
    await server.result;
  };
  afterThisTest(() => end());
  return { ask, end };
}

const ledger = (project: DeliveryProject) => project.read('releases/environments/live.jsonl');
const counts = async (project: DeliveryProject) =>
  JSON.parse(await project.read('.llmci/serve/live/counts.json').catch(() => '{"counts":[]}')) as {
    counts: { copies?: { answered: number }; steps: { streams: Record<string, { paired: { n: number } }> }[] }[];
  };

it('a shadow answers nobody, is judged by pairs across a kill, and becomes live when its gates have passed', async () => {
  const { project, asked, copies } = await makeRollout({
    ...{ strategy: 'shadow', steps: [{ weight: '100%', calls: 60 }] },
  });
  const first = await serve(project, startCli);
  for (let call = 0; call < 30; call++)
    expect(await first.ask(`a${call}`)).toEqual({ status: 200, release: 'reply@1' });
  await expect.poll(async () => (await counts(project)).counts[0]?.copies?.answered, { timeout: 10_000 }).toBe(30);
  await first.end('SIGKILL');
  const second = await serve(project);
  for (let call = 0; call < 70; call++) await second.ask(`b${call}`);
  await expect.poll(() => ledger(project), { timeout: 15_000 }).toContain('"action":"complete"');
  const last = JSON.parse((await ledger(project)).trim().split('\n').at(-1) ?? '') as {
    figures: { counts: Awaited<ReturnType<typeof counts>>['counts'][number] };
  };
  expect(last.figures.counts.steps[0]?.streams['reply errors']?.paired.n).toBeGreaterThanOrEqual(60);
  // Whoever is asked can tell a copy, and nothing is asked twice
  expect(copies).toContain('Good day a0');
  expect(copies.every((said) => said.startsWith('Good day'))).toBe(true);
  expect(new Set(asked).size).toBe(asked.length);
  await expect.poll(async () => (await second.ask('after')).release).toBe('reply@2');
  const explained = (await project.llmci('rollout', 'live', '--explain')).stdout;
  expect(explained).toContain('the same');
  expect(explained).toMatch(/^ {2}by copies: \d+ calls of the candidate/m);
}, 120_000);

it('a bad blue-green candidate goes back before anybody has had it', async () => {
  const { project } = await makeRollout({ strategy: 'blue-green' }, (said) => said.startsWith('Good day'));
  const { ask } = await serve(project);
  for (let call = 0; call < 60; call++) expect(await ask(`c${call}`)).toEqual({ status: 200, release: 'reply@1' });
  await expect.poll(() => ledger(project), { timeout: 15_000 }).toContain('"action":"rollback"');
}, 120_000);

it('a good one is switched at once, and watched before it is complete', async () => {
  const steps = [
    { weight: 0, calls: 20 },
    { weight: '100%', calls: 10, for: '1s' },
  ];
  const { project } = await makeRollout({ strategy: 'blue-green', steps });
  const { ask } = await serve(project);
  for (let call = 0; call < 60; call++) await ask(`d${call}`);
  await expect
    .poll(() => ledger(project), { timeout: 15_000 })
    .toMatch(/"action":"step".*"weight":1|"weight":1.*"action":"step"/);
  await expect.poll(async () => (await ask('switched')).release).toBe('reply@2');
  const askOnAndRead = async () => {
    for (let call = 0; call < 10; call++) await ask(`e${call}`);
    return ledger(project);
  };
  await expect.poll(askOnAndRead, { timeout: 15_000, interval: 200 }).toContain('"action":"complete"');
}, 120_000);

it('after the switch a bad one goes back by itself, to the release that was kept', async () => {
  let switched = false;
  const steps = [
    { weight: 0, calls: 20 },
    { weight: '100%', for: '1h' },
  ];
  const gates = [
    { metric: 'errors', maxDrop: '20%' },
    { metric: 'errors', max: '30%' },
  ];
  const fails = (said: string) => switched && said.startsWith('Good day');
  const { project } = await makeRollout({ strategy: 'blue-green', steps }, fails, gates);
  const { ask } = await serve(project);
  for (let call = 0; call < 60; call++) await ask(`f${call}`);
  await expect.poll(async () => (await ask('switched')).release, { timeout: 15_000 }).toBe('reply@2');
  switched = true;
  const releaseOf = async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => ask(`g${n}`)));
    return (await ask('h')).release;
  };
  await expect.poll(releaseOf, { timeout: 30_000 }).toBe('reply@1');
  expect(await ask('back')).toEqual({ status: 200, release: 'reply@1' });
  await expect.poll(() => ledger(project)).toContain('"action":"rollback"');
}, 120_000);
