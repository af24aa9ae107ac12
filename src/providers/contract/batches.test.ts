import { describe, expect, it, onTestFinished } from 'vitest';
import type { BatchOptions } from '../../../test/helpers/model-server/batch-desk.js';
import type { Respond } from '../../../test/helpers/model-server/behaviour.js';
import { startModelServer } from '../../../test/helpers/model-server.js';
import { realWorld } from '../../calls/world.js';
import { knownSecrets } from '../../core/text/redact.js';
import { Literal } from '../../model/json.js';
import type { ModelRequest } from '../../model/request.js';
import { anthropic } from '../anthropic.js';
import { openai } from '../openai.js';
import type { Batches, BatchResult } from './batches.js';
import { ProviderError } from './provider-error.js';

const TYPES = ['openai', 'anthropic'] as const;
type Type = (typeof TYPES)[number];
const MODEL: Readonly<Record<Type, string>> = { openai: 'gpt-4.1-mini', anthropic: 'claude-sonnet-4-0' };

async function connect(type: Type, batches: BatchOptions = {}, respond?: Respond) {
  const server = await startModelServer({ batches, ...(respond && { respond }) });
  onTestFinished(() => server.close());
  const context = { name: type, root: '.', world: realWorld(), secret: () => 'sk-test-key', known: knownSecrets([]) };
  const provider =
    type === 'openai'
      ? await openai.create({ apiKey: 'env:KEY', baseUrl: server.openaiBaseUrl }, context)
      : await anthropic.create({ apiKey: 'env:KEY', baseUrl: server.anthropicBaseUrl }, context);
  if (!provider.batches) throw new Error('no batches');
  return { server, batches: provider.batches };
}

function ask(type: Type, text: string, parameters: ModelRequest['parameters'] = {}): ModelRequest {
  return {
    model: MODEL[type],
    parameters,
    messages: [{ role: 'user', content: text }],
    tools: [],
    output: { format: 'text' },
    vars: {},
  };
}

/** A fresh one for every call, as a lane gives it. */
const now = () => ({ signal: new AbortController().signal });
const idOf = (text: string) => Buffer.from(text).toString('hex').padEnd(64, '0');

async function submit(batches: Batches, type: Type, texts: readonly string[], mark = 'mark-1'): Promise<string> {
  const items = await Promise.all(texts.map((text) => batches.prepare(idOf(text), ask(type, text))));
  return batches.submit({ mark, group: items[0]?.group ?? '', items }, now());
}

async function read(batches: Batches, id: string): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  for await (const result of batches.results(id, now())) results.push(result);
  return results;
}

const errorOf = (results: readonly BatchResult[], text: string) => {
  const result = results.find(({ id }) => id === idOf(text))?.result;
  return result instanceof ProviderError ? { kind: result.kind, message: result.message } : result;
};

describe.each(TYPES)('batches of %s', (type) => {
  it('hands requests in, follows them, and reads their answers by id', async () => {
    const { batches, server } = await connect(type, { polls: 1 });
    const id = await submit(batches, type, ['one', 'two', 'three']);
    expect((await batches.status(id, now())).ended).toBeNull();
    const status = await batches.status(id, now());
    expect(status.done).toBe(3);
    expect(status.ended).not.toBeNull();
    const results = await read(batches, id);
    expect(results.map((result) => result.id)).toEqual(['three', 'two', 'one'].map(idOf));
    for (const text of ['one', 'two', 'three'])
      expect(results.find((result) => result.id === idOf(text))?.result).toMatchObject({ text, finishReason: 'stop' });
    expect(server.batches[0]?.texts).toEqual(['one', 'two', 'three']);
    expect(server.calls.every(({ status }) => status === 200)).toBe(true);
  });

  it('hands in the numbers of calls as they are, as live calls do', async () => {
    const { batches } = await connect(type);
    const call = { id: 'call_1', name: 'find', arguments: { order: new Literal(2 ** 53, '9007199254740993') } };
    const said = ask(type, 'Where is it?').messages;
    const messages = [...said, { role: 'assistant' as const, content: '', toolCalls: [call] }];
    const { text } = await batches.prepare(idOf('one'), { ...ask(type, ''), messages });
    expect(text).toContain('9007199254740993');
  });

  it('tells the errors of single requests by their kinds', async () => {
    const { batches } = await connect(
      type,
      { unanswered: (text) => (text === 'late' ? 'expired' : text === 'ended' ? 'cancelled' : null) },
      ({ lastUserText }) =>
        lastUserText === 'bad'
          ? { kind: 'status', status: 400 }
          : lastUserText === 'busy'
            ? { kind: 'status', status: 429 }
            : lastUserText === 'odd'
              ? { kind: 'empty-choices' }
              : { kind: 'text', text: 'fine' },
    );
    const id = await submit(batches, type, ['bad', 'busy', 'odd', 'late', 'ended', 'good']);
    await batches.status(id, now());
    const results = await read(batches, id);
    expect(errorOf(results, 'bad')).toMatchObject({ kind: 'invalid-request' });
    expect(errorOf(results, 'busy')).toMatchObject({ kind: 'rate-limit' });
    if (type === 'openai') expect(errorOf(results, 'odd')).toMatchObject({ kind: 'bad-response' });
    expect(errorOf(results, 'late')).toMatchObject({ kind: 'timeout', message: expect.stringMatching(/^expired: /) });
    expect(errorOf(results, 'ended')).toMatchObject({ kind: 'server', message: expect.stringContaining('cancelled') });
    expect(errorOf(results, 'good')).toMatchObject({ text: 'fine' });
  });

  it('passes over lines that are no results', async () => {
    const { batches } = await connect(type, {
      alsoSend: () => [
        'not JSON',
        '{}',
        '[]',
        'null',
        '{"custom_id":7}',
        '{"custom_id":"x","result":{"type":"new"}}',
        '',
      ],
    });
    const id = await submit(batches, type, ['one']);
    await batches.status(id, now());
    const known = (await read(batches, id)).filter((result) => result.id !== 'x');
    expect(known).toHaveLength(1);
  });

  it('finds a batch whose answer was lost, and none that was never made', async () => {
    const { batches, server } = await connect(type, {
      onCreate: (n) => (n === 1 ? 'lose-answer' : n === 2 ? 'drop' : 'answer'),
    });
    await submit(batches, type, ['other']);
    const at = new Date();
    await expect(submit(batches, type, ['one', 'two'], 'mark-2')).rejects.toMatchObject({ kind: 'network' });
    await expect(submit(batches, type, ['a', 'b', 'c'], 'mark-3')).rejects.toMatchObject({ kind: 'network' });
    expect(await batches.find({ mark: 'mark-2', size: 2, at }, now())).toEqual([server.batches[1]?.id]);
    expect(await batches.find({ mark: 'mark-3', size: 3, at }, now())).toEqual([]);
    if (type === 'anthropic') {
      const later = new Date(at.getTime() + 60 * 60_000);
      expect(await batches.find({ mark: 'mark-2', size: 2, at: later }, now())).toEqual([]);
    }
  });

  it('is not led astray by something that is no list', async () => {
    let page = '';
    const { batches } = await connect(type, { list: () => page });
    for (page of ['null', '{"data":7}', '[]', '"text"', '{"data":[null,{"id":7},{}],"has_more":true}']) {
      const found = batches.find({ mark: 'mark-1', size: 1, at: new Date() }, now());
      await found.then(
        (ids) => expect(ids).toEqual([]),
        (error: unknown) => expect(error).toBeInstanceOf(ProviderError),
      );
    }
  });

  it('tells what fails as a provider does, without the key', async () => {
    const { batches } = await connect(type, { onStatus: (n) => (n === 0 ? 500 : 200) });
    const id = await submit(batches, type, ['one']);
    await expect(batches.status(id, now())).rejects.toMatchObject({ kind: 'server', status: 500 });
    await expect(read(batches, 'no-such-batch')).rejects.toMatchObject({ status: 404 });
    const aborted = AbortSignal.abort(new ProviderError('cancelled', 'stopped'));
    await expect(batches.status(id, { signal: aborted })).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('batches of openai', () => {
  it('keeps requests to several models apart', async () => {
    const { batches } = await connect('openai');
    const small = await batches.prepare(idOf('a'), ask('openai', 'a'));
    const large = await batches.prepare(idOf('a'), { ...ask('openai', 'a'), model: 'gpt-4.1' });
    expect(small.group).not.toBe(large.group);
  });

  it('says why a batch was not begun, for each of its requests', async () => {
    const refuse = { code: 'token_limit_exceeded', message: 'Enqueued token limit reached.' };
    const { batches } = await connect('openai', { refuse });
    const id = await submit(batches, 'openai', ['one']);
    const { ended } = await batches.status(id, now());
    expect(ended?.missing).toMatchObject({
      kind: 'rate-limit',
      message: expect.stringContaining('Enqueued token limit'),
    });
    expect(await read(batches, id)).toEqual([]);
  });
});

describe('batches of anthropic', () => {
  it('keep requests apart that need the earlier version of the API, and send its headers', async () => {
    const { batches, server } = await connect('anthropic');
    const plain = await batches.prepare(idOf('a'), ask('anthropic', 'a'));
    const warm = await batches.prepare(idOf('b'), ask('anthropic', 'b', { temperature: 0.5 }));
    expect(plain.group).not.toBe(warm.group);
    const id = await batches.submit({ mark: 'm', group: warm.group, items: [warm] }, now());
    await batches.status(id, now());
    expect((await read(batches, id))[0]?.result).toMatchObject({ text: 'b' });
    expect(server.calls[0]?.headers).toMatchObject({ 'anthropic-version': '2023-06-01', 'x-api-key': 'sk-test-key' });
  });
});
