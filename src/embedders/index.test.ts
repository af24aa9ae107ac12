import { describe, expect, it } from 'vitest';
import { createEmbedder, type EmbedderContext } from './index.js';

const context: EmbedderContext = {
  root: '/nowhere',
  connection: (provider) => {
    if (provider === 'openai') return { baseUrl: null, apiKey: 'k' };
    return provider === 'ollama' ? { baseUrl: 'http://127.0.0.1:11434/v1', apiKey: null } : null;
  },
};

describe('createEmbedder', () => {
  it.each([
    ['local', 'local/universal-sentence-encoder-lite@1'],
    ['openai/text-embedding-3-small', 'openai/text-embedding-3-small'],
    ['ollama/library/nomic', 'openai/library/nomic@http://127.0.0.1:11434/v1'],
    ['transformers/Xenova/all-MiniLM-L6-v2', 'transformers/Xenova/all-MiniLM-L6-v2'],
  ])('makes %s', async (reference, id) => {
    const embedder = await createEmbedder(reference, context);
    expect(embedder.id).toBe(id);
    await embedder.close();
  });

  it.each(['', 'lokal', 'local/', 'local/x', '/x', 'openai', 'openai/', 'transformers/', 'unknown/model'])(
    'refuses %j and lists what there is',
    async (reference) => {
      const making = createEmbedder(reference, context);
      await expect(making).rejects.toMatchObject({ name: 'EmbedderError', kind: 'configuration' });
      await expect(making).rejects.toThrow('there are: local · transformers/<model> · openai/<model>');
    },
  );
});
