import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransformersEngine } from './transformers.js';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A project that has a package of this code installed under the name of the real one. */
async function projectWith(code: string | null): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'llmci-transformers-'));
  folders.push(root);
  if (code !== null) {
    const folder = join(root, 'node_modules', '@huggingface', 'transformers');
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ name: '@huggingface/transformers', main: 'index.js' }),
    );
    await writeFile(join(folder, 'index.js'), code);
  }
  return root;
}

/** Gives each text its length and the number of texts of the call. */
const stub = `
  exports.pipeline = async (task, model) => {
    if (task !== 'feature-extraction' || model === 'missing') throw new Error('no such model');
    return async (texts, options) => {
      if (options.pooling !== 'mean' || options.normalize !== true) throw new Error('wrong options');
      return { dims: [texts.length, 2], data: Float32Array.from(texts.flatMap((text) => [text.length, texts.length])) };
    };
  };`;

describe('a model run by @huggingface/transformers', () => {
  it('uses the package of the user, in batches, in the order of the texts', async () => {
    const embedder = createTransformersEngine({ model: 'acme/mini', root: await projectWith(stub) });
    expect(embedder.id).toBe('transformers/acme/mini');
    const texts = Array.from({ length: 18 }, (_, index) => 'x'.repeat(18 - index));
    const vectors = await embedder.embed([...texts, '', 'x']);
    expect(vectors.map((vector) => vector[0])).toEqual([...texts.map((text) => text.length), 0, 1]);
    expect(vectors.map((vector) => vector[1])).toEqual([2, 2, ...Array.from({ length: 16 }, () => 16), 0, 16]);
    expect(embedder.dimensions).toBe(2);
  });

  it('says how to install it when it is absent', async () => {
    const embedder = createTransformersEngine({ model: 'acme/mini', root: await projectWith(null) });
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ name: 'EmbedderError', kind: 'configuration' });
    await expect(embedder.embed(['a'])).rejects.toThrow('npm install --save-dev @huggingface/transformers');
  });

  it('says which model cannot be loaded', async () => {
    const embedder = createTransformersEngine({ model: 'missing', root: await projectWith(stub) });
    await expect(embedder.embed(['a'])).rejects.toThrow('cannot load missing: no such model');
  });

  it.each([
    ['without a pipeline', 'exports.other = 1;', 'has no function "pipeline"'],
    [
      'with a tensor per token',
      'exports.pipeline = async () => async () => ({ dims: [1, 3, 2], data: [1, 2, 3, 4, 5, 6] });',
      '1 x 3 x 2',
    ],
    ['with NaN', 'exports.pipeline = async () => async () => ({ dims: [1, 1], data: [NaN] });', 'not finite'],
  ])('refuses a package %s', async (_, code, message) => {
    const embedder = createTransformersEngine({ model: 'm', root: await projectWith(code) });
    await expect(embedder.embed(['a'])).rejects.toThrow(message);
  });

  it('disposes of the model when it is closed', async () => {
    const code = `
      let disposed = 0;
      exports.pipeline = async () => Object.assign(
        async () => ({ dims: [1, 1], data: [disposed + 1] }),
        { dispose: async () => { disposed += 1; } },
      );`;
    const root = await projectWith(code);
    const first = createTransformersEngine({ model: 'm', root });
    await first.embed(['a']);
    await first.close();
    await expect(first.embed(['a'])).rejects.toMatchObject({ kind: 'stopped' });
    const [vector] = await createTransformersEngine({ model: 'm', root }).embed(['a']);
    expect([...(vector ?? [])]).toEqual([2]);
  });
});
