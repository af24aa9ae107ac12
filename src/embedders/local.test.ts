import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { cosine } from '../metrics/text/similarity-by-meaning.js';
import type { Embedder } from './embedder.js';
import { createLocalEmbedder, type LocalEmbedderOptions } from './local.js';
import { hasDirection } from './pieces.js';

const DIST = new URL('../../dist/embedders/', import.meta.url);

/** The one vector of a text. */
async function vectorOf(embedder: Embedder, text: string): Promise<Float32Array> {
  const [vector] = await embedder.embed([text]);
  if (vector === undefined) throw new Error('no vector');
  return vector;
}

describe('the local model (needs dist: npm run build)', { timeout: 60_000 }, () => {
  const embedder = createLocalEmbedder();
  afterAll(() => embedder.close());
  const nearness = async (a: string, b: string) => cosine(await vectorOf(embedder, a), await vectorOf(embedder, b));

  it('puts a paraphrase nearer than another topic', async () => {
    const question = 'How can I return shoes that I bought?';
    const paraphrase = await nearness(question, 'What is the way to send back footwear after a purchase?');
    const other = await nearness(question, 'The volcano erupted early on Tuesday morning.');
    expect(paraphrase).toBeGreaterThan(0.5);
    expect(other).toBeLessThan(0.3);
  });

  it('gives unit vectors of its dimensions, the same from one process start to the next', async () => {
    const again = createLocalEmbedder();
    try {
      const text = 'A man is playing a guitar.';
      const [first, second] = [await vectorOf(embedder, text), await vectorOf(again, text)];
      expect(first).toHaveLength(embedder.dimensions ?? 0);
      expect(Math.hypot(...first)).toBeCloseTo(1, 5);
      expect([...second]).toEqual([...first]);
    } finally {
      await again.close();
    }
  });

  it('answers in the order of the texts, whatever their lengths', async () => {
    const texts = ['a much longer sentence about the weather in spring', 'cat', '', 'a dog is running', 'cat'];
    const together = await embedder.embed(texts);
    const fresh = createLocalEmbedder();
    try {
      for (const [index, text] of texts.entries()) {
        const [alone, shared] = [await vectorOf(fresh, text), together[index] ?? new Float32Array(0)];
        expect(alone.every((value, place) => Math.abs(value - (shared[place] ?? Number.NaN)) < 1e-5)).toBe(true);
      }
    } finally {
      await fresh.close();
    }
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n '],
    ['NUL', '\0'],
    ['Chinese', '你好，世界'],
    ['Hebrew', 'שלום עולם'],
    ['emoji', '😀😀'],
    ['a lone surrogate', '\ud800'],
    ['1 MB of a ligature that unfolds', 'ﷺ'.repeat(1_000_000)],
  ])('gives %s no direction', async (_, text) => {
    const vector = await vectorOf(embedder, text);
    expect(vector).toHaveLength(512);
    expect(hasDirection(vector)).toBe(false);
  });

  it.each([
    ['an emoji behind words', 'Great work 😀'],
    ['a lone surrogate in words', 'good\ud800 morning'],
    ['NUL in words', 'good\0 morning'],
    ['1 MB of words', 'The quick brown fox jumps over the lazy dog. '.repeat(23_000)],
    ['1 MB of digits', '8675309'.repeat(143_000)],
    ['1 MB of one letter', 'a'.repeat(1_000_000)],
    ['1 MB of combining marks', `a${'\u0301\u0316'.repeat(500_000)}`],
    ['a word behind 1 MB of white space', `${' '.repeat(1_000_000)}hello`],
  ])('gives %s a finite direction', async (_, text) => {
    const vector = await vectorOf(embedder, text);
    expect(vector.every(Number.isFinite)).toBe(true);
    expect(hasDirection(vector)).toBe(true);
  });

  it('does not mind how a text is laid out', async () => {
    expect(await nearness('Hello world, how are you?', '\n Hello   world,\r\n\thow are you?\n\n')).toBeCloseTo(1, 5);
  });

  it('reads a long text to its end, which the bare model does not', async () => {
    const opening = 'The committee met on Monday to talk about the budget of the school. '.repeat(12);
    const one = await vectorOf(embedder, `${opening}${'A volcano erupted in Iceland. '.repeat(20)}`);
    const other = await vectorOf(embedder, `${opening}${'She cooked pasta with tomatoes. '.repeat(20)}`);
    expect(cosine(one, other)).toBeLessThan(0.95);
  });

  it('leaves the main thread free', async () => {
    const texts = Array.from({ length: 150 }, (_, index) => `Sentence number ${index} about a topic of its own.`);
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 1);
    await embedder.embed(texts);
    clearInterval(timer);
    // On the main thread the ten batches would leave room for a tick between them at most.
    expect(ticks).toBeGreaterThan(20);
  });

  it('lets a process end by itself that neither closes it nor prints anything of its own', async () => {
    const script = `
      import { createLocalEmbedder } from ${JSON.stringify(new URL('local.js', DIST).href)};
      const [vector] = await createLocalEmbedder().embed(['hello']);
      console.log(vector.length);`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect({ stdout, stderr }).toEqual({ stdout: '512\n', stderr: '' });
  });

  it('keeps a process alive that still waits after another call was aborted', async () => {
    const script = `
      import { createLocalEmbedder } from ${JSON.stringify(new URL('local.js', DIST).href)};
      const embedder = createLocalEmbedder();
      const controller = new AbortController();
      const aborted = embedder.embed(['hello'], { signal: controller.signal }).catch((error) => error.message);
      await new Promise(setImmediate);
      controller.abort(new Error('enough'));
      console.log(await aborted);
      console.log((await embedder.embed(['hello', 'world'])).length);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toBe('enough\n2\n');
  });
});

/**
 * A worker that answers each text with two numbers: which window it came in, and how many texts that had. Texts with a
 * meaning of their own: `throw`, `exit`, `fail` and `never`.
 */
const scripted = `
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ id, texts }) => {
    if (texts.includes('throw')) throw new Error('out of luck');
    if (texts.includes('exit')) process.exit(7);
    if (texts.includes('fail')) return parentPort.postMessage({ id, error: 'bad day' });
    if (texts.includes('never')) return;
    console.log('noise');
    const vectors = Float32Array.from(texts.flatMap(() => [id, texts.length]));
    parentPort.postMessage({ id, dimensions: 2, vectors });
  });`;

describe('the traffic with the worker', () => {
  const opened: Embedder[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((embedder) => embedder.close()));
  });
  const open = (options: LocalEmbedderOptions = {}) => {
    const workerUrl = new URL(`data:text/javascript,${encodeURIComponent(scripted)}`);
    const embedder = createLocalEmbedder({ workerUrl, ...options });
    opened.push(embedder);
    return embedder;
  };
  const numbers = (vectors: readonly Float32Array[]) => vectors.map((vector) => [...vector]);

  it('puts calls of one turn into one window, and equal texts once', async () => {
    const embedder = open();
    const answers = await Promise.all([
      embedder.embed(['a', 'b', 'a']),
      embedder.embed(['b', 'c']),
      embedder.embed([]),
    ]);
    expect(answers.map(numbers)).toEqual([
      [
        [1, 3],
        [1, 3],
        [1, 3],
      ],
      [
        [1, 3],
        [1, 3],
      ],
      [],
    ]);
  });

  it('collects what arrives while the worker is busy, and joins texts under way', async () => {
    const embedder = open();
    const first = embedder.embed(['a']);
    await new Promise(setImmediate);
    const later = [embedder.embed(['b']), embedder.embed(['a']), embedder.embed(['c'])];
    expect(numbers(await first)).toEqual([[1, 1]]);
    expect((await Promise.all(later)).map(numbers)).toEqual([[[2, 2]], [[1, 1]], [[2, 2]]]);
  });

  it('splits what is more than a window', async () => {
    const texts = Array.from({ length: 130 }, (_, index) => `text ${index}`);
    const windows = numbers(await open().embed(texts)).map(([id, size]) => `${id}:${size}`);
    expect([...new Set(windows)]).toEqual(['1:64', '2:64', '3:2']);
  });

  it('remembers by content, up to its bound, dropping what was unused for longest', async () => {
    const embedder = open({ cacheBytes: 2 * 2 * 4 });
    await embedder.embed(['a', 'b']);
    expect(numbers(await embedder.embed(['a']))).toEqual([[1, 2]]);
    await embedder.embed(['c']);
    expect(numbers(await embedder.embed(['a']))).toEqual([[1, 2]]);
    expect(numbers(await embedder.embed(['b']))).toEqual([[3, 1]]);
  });

  it('takes two lone surrogates for two texts', async () => {
    expect(numbers(await open().embed(['\ud800', '\ud801']))).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it.each([
    ['throw', /local embedding model stopped: out of luck/],
    ['exit', /local embedding model stopped: .*exit code 7/],
  ])('rejects the window that the worker ends on (%s), and starts another for what waits', async (text, message) => {
    const embedder = open();
    const running = embedder.embed([text]);
    await new Promise(setImmediate);
    const [ended, waited] = await Promise.allSettled([running, embedder.embed(['waiting'])]);
    expect(ended).toMatchObject({ status: 'rejected', reason: { name: 'EmbedderError', kind: 'stopped' } });
    expect(ended?.status === 'rejected' && String(ended.reason)).toMatch(message);
    expect(waited?.status).toBe('fulfilled');
  });

  it('rejects when the worker cannot be loaded', async () => {
    const embedder = open({ workerUrl: new URL('./no-such-worker.js', DIST) });
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ name: 'EmbedderError', kind: 'stopped' });
  });

  it('rejects a window that failed, and keeps the worker', async () => {
    const embedder = open();
    await expect(embedder.embed(['fail'])).rejects.toThrow('the local embedding model failed: bad day');
    expect(numbers(await embedder.embed(['a']))).toEqual([[2, 1]]);
  });

  it('rejects with the reason of an aborted signal, and does not send what nobody waits for', async () => {
    const embedder = open();
    const controller = new AbortController();
    const running = embedder.embed(['a']);
    await new Promise(setImmediate);
    const unwanted = embedder.embed(['b', 'c'], { signal: controller.signal });
    const wanted = embedder.embed(['c', 'd']);
    controller.abort(new Error('enough'));
    await expect(unwanted).rejects.toThrow('enough');
    await expect(embedder.embed(['e'], { signal: controller.signal })).rejects.toThrow('enough');
    await running;
    expect(numbers(await wanted)).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });

  it('rejects what is pending when it is closed, and every later call', async () => {
    const embedder = open();
    const pending = embedder.embed(['never']);
    await new Promise(setImmediate);
    const rejected = expect(pending).rejects.toThrow('the embedding model was closed');
    await embedder.close();
    await embedder.close();
    await rejected;
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ kind: 'stopped' });
  });
});
