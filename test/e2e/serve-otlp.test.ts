import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { afterThisTest } from '../helpers/cleanup.js';
import { startCli } from '../helpers/cli.js';
import { makeDelivery } from '../helpers/delivery-project.js';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number; readonly doubleValue?: number };
}
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code?: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
}
interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly histogram?: {
    readonly dataPoints: readonly { readonly count: number; readonly attributes: readonly Attribute[] }[];
  };
  readonly sum?: { readonly isMonotonic: boolean };
  readonly gauge?: object;
}
interface Sent {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
  readonly resourceMetrics?: readonly { readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[] }[];
}

const textsOf = (attributes: readonly Attribute[]) =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue ?? value]),
  );

/** A collector of OTLP over HTTP with JSON, and a service of models that tells which header it got. */
async function startServers() {
  const sent: { readonly path: string; readonly body: Sent }[] = [];
  const traceparents: (string | undefined)[] = [];
  const server = createServer((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      response.setHeader('content-type', 'application/json');
      const text = Buffer.concat(pieces).toString();
      if (incoming.url?.startsWith('/v1/chat')) {
        traceparents.push(incoming.headers['traceparent'] as string | undefined);
        const fails = text.includes('fail me');
        response.statusCode = fails ? 500 : 200;
        const choices = [{ message: { content: 'an answer' }, finish_reason: 'stop' }];
        const usage = { prompt_tokens: 7, completion_tokens: 3 };
        response.end(JSON.stringify({ model: `m-1-2026 ${incoming.headers.authorization}`, choices, usage }));
        return;
      }
      sent.push({ path: incoming.url ?? '', body: JSON.parse(text) as Sent });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(() => void server.close());
  return { sent, traceparents, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it("sends a span of each call under the caller's trace, and the metrics, without contents", async () => {
  const { sent, traceparents, url } = await startServers();
  const project = await makeDelivery({ live: {} });
  const config = await project.read('llmci.yaml');
  const provider = `providers:\n  gpt: { type: openai, baseUrl: "${url}/v1", apiKey: "env:GPT" }\n`;
  await project.write('llmci.yaml', `${config}\n${provider}telemetry: { otlp: "http://env:COLLECTOR/" }\n`);
  await project.write('prompts/reply.prompt.yaml', {
    model: 'gpt/m-1',
    messages: [{ role: 'user', content: 'Hello {{ name }}' }],
  });
  await project.commit('a model');
  await project.llmci('release');
  await project.llmci('promote', 'reply', '--to', 'live');
  const server = startCli(['serve', '--env', 'live', '--port', '0'], {
    cwd: project.dir,
    env: { COLLECTOR: new URL(url).host, GPT: 'key-of-gpt-4711' },
    timeoutMs: 120_000,
  });
  const [, address] = await server.waitForOutput(/(http:\S+) serves live/);
  const ask = (name: string, headers: Record<string, string> = {}) =>
    fetch(`${address}/v1/responses`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ prompt: { id: 'reply', variables: { name } } }),
    });
  const [trace, parent] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  await ask('Ada', { traceparent: `00-${trace}-${parent}-01`, 'llmci-unit': 'ada@example.com' });
  await ask('fail me');
  await ask('Ada', { traceparent: `00-${'1'.repeat(32)}-${parent}-00` });
  server.kill('SIGTERM');
  expect((await server.result).code).toBe(0);

  const traces = sent.flatMap(({ body }) => body.resourceSpans ?? []);
  const spans = traces.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  expect(textsOf(traces[0]?.resource.attributes ?? [])).toMatchObject({
    'service.name': 'llmci',
    'deployment.environment.name': 'live',
  });
  // Whoever began the third trace does not want it recorded
  expect(spans).toHaveLength(2);
  const [answered, failed] = spans;
  expect(answered).toMatchObject({ traceId: trace, parentSpanId: parent, name: 'chat m-1', kind: 3 });
  // The model's service has heard of this very span
  expect(traceparents[0]).toBe(`00-${trace}-${answered?.spanId}-01`);
  expect(textsOf(answered?.attributes ?? [])).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'gpt',
    'gen_ai.request.model': 'm-1',
    // Services may repeat the key that they were sent
    'gen_ai.response.model': 'm-1-2026 Bearer [redacted]',
    'gen_ai.prompt.name': 'reply',
    'gen_ai.prompt.version': '1',
    'gen_ai.usage.input_tokens': 7,
    'gen_ai.usage.output_tokens': 3,
    'llmci.arm': 'control',
  });
  expect(Number(answered?.endTimeUnixNano)).toBeGreaterThanOrEqual(Number(answered?.startTimeUnixNano));
  expect(failed).toMatchObject({ status: { code: 2 } });
  expect(textsOf(failed?.attributes ?? [])).toMatchObject({ 'error.type': 'server' });

  const metrics = sent.flatMap(({ body }) =>
    (body.resourceMetrics ?? []).flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)),
  );
  const named = (name: string) => metrics.findLast((metric) => metric.name === name);
  const duration = named('gen_ai.client.inference.duration');
  expect(duration?.unit).toBe('s');
  expect(
    duration?.histogram?.dataPoints.map(({ count, attributes }) => [count, textsOf(attributes)['error.type']]),
  ).toEqual([
    [2, undefined],
    [1, 'server'],
  ]);
  expect(named('gen_ai.client.inference.usage.input_tokens')?.sum?.isMonotonic).toBe(true);
  expect(named('llmci.live')?.gauge).toBeDefined();
  expect(sent.map(({ path }) => path)).toEqual(expect.arrayContaining(['/v1/traces', '/v1/metrics']));
  expect(JSON.stringify(sent)).not.toMatch(/Hello|an answer|ada@example/);
});

it('a collector that is not there stops nothing', async () => {
  const project = await makeDelivery({ live: {} });
  await project.write('llmci.yaml', `${await project.read('llmci.yaml')}\ntelemetry: { otlp: "http://127.0.0.1:9" }\n`);
  await project.llmci('release');
  await project.llmci('promote', 'reply', '--to', 'live');
  const withCollector = async (address: string) =>
    project.write('llmci.yaml', (await project.read('llmci.yaml')).replace(/otlp: "[^"]*"/, `otlp: "${address}"`));
  const refused = async (address: string) => {
    await withCollector(address);
    const { code, stderr } = await project.llmci('serve', '--env', 'live', '--port', '0');
    return [code, stderr];
  };
  const unset = 'telemetry.otlp needs its address: NO_SUCH_COLLECTOR is not set, and llmci serve sends telemetry there';
  expect(await refused('env:NO_SUCH_COLLECTOR')).toEqual([2, expect.stringContaining(unset)]);
  expect(await refused('http://anna:secret@127.0.0.1:9')).toEqual([
    2,
    expect.stringContaining('a key is never written here'),
  ]);
  await withCollector('http://127.0.0.1:9');
  const server = startCli(['serve', '--env', 'live', '--port', '0'], { cwd: project.dir, timeoutMs: 120_000 });
  const [, address] = await server.waitForOutput(/(http:\S+) serves live/);
  const response = await fetch(`${address}/v1/responses`, {
    method: 'POST',
    body: JSON.stringify({ prompt: { id: 'reply', variables: { name: 'Ada' } } }),
  });
  expect(response.status).toBe(200);
  server.kill('SIGTERM');
  expect((await server.result).code).toBe(0);
});
