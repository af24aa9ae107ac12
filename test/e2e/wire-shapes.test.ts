import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realWorld } from '../../src/calls/world.js';
import { knownSecrets } from '../../src/core/text/redact.js';
import type { Answer } from '../../src/model/output.js';
import type { ModelRequest } from '../../src/model/request.js';
import { type AnyProvider, providerEntrySchema } from '../../src/providers/contract/provider.js';
import { ProviderError } from '../../src/providers/contract/provider-error.js';
import { providerTypes } from '../../src/providers/index.js';

// What services answer, written after their documentation: test/fixtures/wire/*.json, each with its source.

interface Shape {
  readonly name: string;
  readonly status?: number;
  readonly contentType?: string;
  readonly body?: unknown;
  /** Server-sent events. */
  readonly stream?: string;
  readonly answer?: Partial<Answer>;
  readonly error?: { readonly kind: string; readonly message: string };
}

interface Wire {
  readonly source: string;
  readonly type: string;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly shapes: readonly Shape[];
}

const FOLDER = join(import.meta.dirname, '../fixtures/wire');
const wires = readdirSync(FOLDER).map((file) => {
  const wire = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Wire;
  return { ...wire, service: file.replace('.json', '') };
});

/** What the server sends next: its head, and the pieces of its body. */
let next: { readonly status: number; readonly contentType: string; readonly pieces: readonly Uint8Array[] };
let server: Server;
let address = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    const { status, contentType, pieces } = next;
    request.resume().on('end', async () => {
      response.writeHead(status, { 'content-type': contentType });
      // Each leaves as a packet of its own
      for (const piece of pieces) await new Promise((sent) => response.write(piece, () => setImmediate(sent)));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

async function ask({ type, entry, model }: Wire): Promise<Answer> {
  const definition: AnyProvider | undefined = providerTypes.find((one) => one.type === type);
  if (!definition) throw new Error(`no provider type ${type}`);
  const written = { type, baseUrl: address, apiKey: 'env:KEY', stream: true, ...entry };
  const config = providerEntrySchema(definition).parse(written);
  const context = {
    name: 'served',
    root: process.cwd(),
    secret: () => 'a-key',
    world: realWorld(),
    known: knownSecrets([]),
  };
  const provider = await definition.create(config as never, context);
  const request: ModelRequest = {
    model,
    parameters: {},
    messages: [{ role: 'user', content: 'Hi' }],
    tools: [],
    output: { format: 'text' },
    vars: {},
  };
  return provider.complete(request, { signal: new AbortController().signal });
}

function serve({ status = 200, contentType, body, stream }: Shape, pieces?: readonly Uint8Array[]) {
  const text = stream ?? JSON.stringify(body);
  next = {
    status,
    contentType: contentType ?? (stream === undefined ? 'application/json' : 'text/event-stream'),
    pieces: pieces ?? [new TextEncoder().encode(text)],
  };
}

it('there are shapes of many services, each with its source', () => {
  expect(wires.length).toBeGreaterThanOrEqual(12);
  expect(wires.reduce((sum, { shapes }) => sum + shapes.length, 0)).toBeGreaterThanOrEqual(60);
  for (const { source } of wires) expect(source).toMatch(/^https:\/\//);
});

describe.each(wires)('$service', (wire) => {
  it.each(wire.shapes)('$name', async (shape) => {
    serve(shape);
    if (shape.answer) return expect(await ask(wire)).toMatchObject(shape.answer);
    const error = await ask(wire).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({
      kind: shape.error?.kind,
      message: expect.stringContaining(shape.error?.message ?? ''),
    });
  });
});

// Two packets for each cut, so that every byte is once the first of a packet
describe.each(wires.filter(({ service }) => ['openai-chat', 'openai-responses', 'anthropic'].includes(service)))(
  'a stream of $service',
  (wire) => {
    const shape = wire.shapes.find(({ stream, answer }) => stream !== undefined && answer?.text);
    it('is the same answer wherever it is cut', async () => {
      if (!shape?.stream) throw new Error('no stream');
      const bytes = new TextEncoder().encode(shape.stream);
      serve(shape);
      const whole = await ask(wire);
      for (let cut = 1; cut < bytes.length; cut++) {
        serve(shape, [bytes.subarray(0, cut), bytes.subarray(cut)]);
        expect(await ask(wire)).toEqual(whole);
      }
    }, 60_000);
  },
);
