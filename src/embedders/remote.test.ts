import { describe, expect, it } from 'vitest';
import { BatchedEmbedder, type VectorStore } from './batched.js';
import { createRemoteEngine } from './remote.js';

/** A service whose vector of a text is [its length, 1]; it notes what it is sent, and refuses requests with "bad". */
function open(options: { store?: VectorStore; answer?: (text: string) => Float32Array } = {}) {
  const sent: string[][] = [];
  const answer = options.answer ?? ((text: string) => Float32Array.of(text.length, 1));
  const engine = createRemoteEngine({
    id: 'service/model',
    refused: (error) => String(error).includes('refused'),
    send: async (texts) => {
      sent.push([...texts]);
      if (texts.includes('down')) throw new Error('nobody answers');
      if (texts.includes('bad')) throw new Error('refused');
      return texts.map(answer);
    },
  });
  const embedder = new BatchedEmbedder(engine, { window: 64, inFlight: 2, store: options.store ?? null });
  return { embedder, sent };
}

describe('a service that embeds', () => {
  it('is sent no blank text and no half character, and pieces of a long one', async () => {
    const { embedder, sent } = open();
    expect(await embedder.embed(['  '])).toEqual([new Float32Array(0)]);
    expect(sent).toEqual([]);
    const vectors = await embedder.embed(['', 'a\ud800b', 'word '.repeat(200_000)]);
    expect(vectors[0]).toEqual(new Float32Array(2));
    const texts = sent.flat();
    expect(texts[0]).toBe('a\uFFFDb');
    expect(texts.length).toBeLessThanOrEqual(17);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(6000);
    expect(Math.hypot(...(vectors[2] ?? []))).toBeCloseTo(1, 5);
  });

  it('is sent the halves of what it refuses, so that one text costs no other its vector', async () => {
    const { embedder, sent } = open();
    const texts = ['a', 'bb', 'bad', 'dddd', 'eeeee'];
    const results = await Promise.allSettled(texts.map((text) => embedder.embed([text])));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(sent.length).toBeLessThanOrEqual(7);
  });

  it('is not asked again for what it failed at', async () => {
    const { embedder, sent } = open();
    await expect(embedder.embed(['a', 'down'])).rejects.toThrow('nobody answers');
    expect(sent).toHaveLength(1);
  });

  it('may not change the length of its vectors', async () => {
    const { embedder } = open({ answer: (text) => new Float32Array(text.length) });
    await embedder.embed(['ab', 'cd']);
    await expect(embedder.embed(['abc'])).rejects.toMatchObject({ kind: 'answer' });
  });
});

describe('vectors that are kept from run to run', () => {
  function memory() {
    const kept = new Map<string, Float32Array>();
    const store: VectorStore = {
      get: async (text) => kept.get(text) ?? null,
      put: async (text, vector) => void kept.set(text, vector),
    };
    return { kept, store };
  }

  it('are not asked for, and the others are asked for together', async () => {
    const { store } = memory();
    await open({ store }).embedder.embed(['a', 'b']);
    const { embedder, sent } = open({ store });
    await Promise.all(['a', 'c', 'b', 'd'].map((text) => embedder.embed([text])));
    expect(sent).toEqual([['c', 'd']]);
  });

  it('are not kept for what failed', async () => {
    const { kept, store } = memory();
    await open({ store })
      .embedder.embed(['a', 'bad'])
      .catch(() => undefined);
    expect([...kept.keys()]).toEqual(['a']);
  });
});
