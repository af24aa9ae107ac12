import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createLocalEmbedder } from '../../dist/embedders/local.js';

const folder = new URL('../../node_modules/.cache/train-toxicity/', import.meta.url);
const size = 512;
const block = 2048;

/** Vectors that earlier runs left, by the hash of their text. */
function readCache() {
  const known = new Map();
  if (!existsSync(new URL('keys.json', folder))) return known;
  const keys = JSON.parse(readFileSync(new URL('keys.json', folder), 'utf8'));
  const vectors = new Float32Array(new Uint8Array(readFileSync(new URL('vectors.f32', folder))).buffer);
  for (const [place, key] of keys.entries()) known.set(key, vectors.subarray(place * size, (place + 1) * size));
  return known;
}

function writeCache(known) {
  mkdirSync(folder, { recursive: true });
  const vectors = new Float32Array(known.size * size);
  [...known.values()].forEach((vector, place) => {
    vectors.set(vector, place * size);
  });
  writeFileSync(new URL('vectors.f32', folder), Buffer.from(vectors.buffer));
  writeFileSync(new URL('keys.json', folder), JSON.stringify([...known.keys()]));
}

/**
 * The sentence embeddings of texts, 512 numbers each, in one array. Minutes for tens of thousands of texts; what was
 * embedded once is kept outside the repo's files, by text.
 */
export async function embedAll(texts) {
  const known = readCache();
  const keyOf = (text) => createHash('sha256').update(text).digest('base64url').slice(0, 22);
  const missing = [...new Set(texts.filter((text) => !known.has(keyOf(text))))].sort((a, b) => a.length - b.length);
  if (missing.length > 0) {
    const embedder = createLocalEmbedder({ cacheBytes: 0 });
    for (let start = 0; start < missing.length; start += block) {
      const part = missing.slice(start, start + block);
      const vectors = await embedder.embed(part);
      for (const [place, text] of part.entries()) known.set(keyOf(text), vectors[place]);
      process.stderr.write(`embedded ${start + part.length} of ${missing.length}\n`);
    }
    await embedder.close();
    writeCache(known);
  }
  const all = new Float32Array(texts.length * size);
  for (const [place, text] of texts.entries()) all.set(known.get(keyOf(text)), place * size);
  return all;
}

/** A function that gives the embeddings of these texts at once, as `classifyToxicity` wants it. */
export async function createLookup(texts) {
  const unique = [...new Set(texts)];
  const vectors = await embedAll(unique);
  const places = new Map(unique.map((text, place) => [text, place]));
  return async (asked) =>
    asked.map((text) => {
      const place = /** @type {number} */ (places.get(text));
      return vectors.subarray(place * size, (place + 1) * size);
    });
}
