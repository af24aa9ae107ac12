import { expect, it } from 'vitest';
import type { EmbeddingsEngine } from '../model/config.js';
import { createEmbedder, type EmbedderContext } from './index.js';

const asked: string[][] = [];
const context: EmbedderContext = {
  root: '/nowhere',
  service: (provider, model) => ({
    id: `${provider}/${model}`,
    store: null,
    refused: () => false,
    send: async (texts) => {
      asked.push([...texts]);
      return texts.map((text) => Float32Array.of(text.length, 1));
    },
  }),
};

it.each<[EmbeddingsEngine, string]>([
  [{ kind: 'local' }, 'local/universal-sentence-encoder-lite@1'],
  [{ kind: 'provider', provider: 'openai', model: 'text-embedding-3-small' }, 'openai/text-embedding-3-small'],
  [{ kind: 'transformers', model: 'Xenova/all-MiniLM-L6-v2' }, 'transformers/Xenova/all-MiniLM-L6-v2'],
])('makes %j', async (engine, id) => {
  const embedder = await createEmbedder(engine, context);
  expect(embedder.id).toBe(id);
  await embedder.close();
});

it('asks a service once for what many calls ask at once', async () => {
  const embedder = await createEmbedder({ kind: 'provider', provider: 'p', model: 'm' }, context);
  const answers = await Promise.all([embedder.embed(['a', 'bb']), embedder.embed(['bb', 'ccc'])]);
  expect(answers.map((vectors) => vectors.map(([length]) => length))).toEqual([
    [1, 2],
    [2, 3],
  ]);
  expect(asked).toEqual([['a', 'bb', 'ccc']]);
});
