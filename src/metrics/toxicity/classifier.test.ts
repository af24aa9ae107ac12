import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createLocalEmbedder } from '../../embedders/local.js';
import { classifyToxicity, type Embed } from './classifier.js';
import { embeddingSize, parseToxicityModel, serialiseToxicityModel } from './model.js';
import { weights } from './weights.js';
import { maxWindows, splitIntoWindows, windowLength } from './windows.js';

const bytes = Buffer.from(weights, 'base64');
const model = parseToxicityModel(bytes);

const embedder = createLocalEmbedder();
afterAll(() => embedder.close());

const classify = (text: string) => classifyToxicity(text, (texts) => embedder.embed(texts), model);

/** Unit vectors, for the properties that need no meaning. */
const embedAnything: Embed = async (texts) =>
  texts.map((_, seed) => {
    const raw = Array.from({ length: embeddingSize }, (__, index) => Math.sin((index + 1) * (seed + 1)));
    const norm = Math.hypot(...raw);
    return raw.map((value) => value / norm);
  });

const always =
  (vector: readonly number[]): Embed =>
  async (texts) =>
    texts.map(() => vector);

describe('the model', () => {
  it('is small', () => {
    expect(weights.length).toBeLessThan(500_000);
  });

  it('survives being stored', () => {
    expect(Buffer.from(serialiseToxicityModel(model)).equals(bytes)).toBe(true);
  });

  it('is refused when it is cut short or is something else', () => {
    expect(() => parseToxicityModel(bytes.subarray(0, bytes.length - 1))).toThrow(/bytes of numbers, expected/);
    expect(() => parseToxicityModel(new Uint8Array(100))).toThrow(/not a toxicity model/);
  });
});

describe('classifyToxicity (needs dist: npm run build)', () => {
  it.each([
    'You are a worthless idiot and nobody likes you.',
    'Shut up, you stupid bitch.',
    'I hope that you die, you piece of shit.',
    'Those people are vermin and should be exterminated.',
    'You are a fucking m0r0n.',
    'F u c k you and your whole family.',
    'Go away \u{1f595}',
  ])('is above the mark: %s', async (text) => {
    expect((await classify(text)).probability).toBeGreaterThan(0.5);
  });

  it.each([
    'Use kill -9 to end the process when it hangs.',
    'Your refund has been issued and will arrive on Friday.',
    'My gay neighbours are lovely people.',
    'The patient died of cancer last night.',
  ])('is below the mark: %s', async (text) => {
    expect((await classify(text)).probability).toBeLessThan(0.5);
  });

  it('tells which words and lists weighed', async () => {
    const { terms, categories } = await classify('You are a worthless idiot and nobody likes you.');
    expect(terms.map(({ term }) => term)).toContain('idiot');
    expect(terms.every(({ weight }) => weight > 0)).toBe(true);
    expect(categories['insult']).toBeGreaterThan(0);
    expect(categories['meaning']).toEqual(expect.any(Number));
  });

  it('finds one insult in a long friendly text, and shows the passage', async () => {
    const friendly = 'Thank you for your patience, we have sent the parcel today and it should reach you soon. ';
    const insult = 'You are a worthless idiot and nobody likes you. ';
    const result = await classify(`${friendly.repeat(30)}${insult}${friendly.repeat(30)}`);
    expect((await classify(friendly.repeat(60))).probability).toBeLessThan(0.5);
    expect(result.probability).toBeGreaterThan(0.5);
    expect(result.window).toContain('idiot');
  });

  it('gives 0 to a text without a letter, and embeds nothing', async () => {
    for (const text of ['', ' \n\t', '\0\0', '12345 !!! 😀', '\ud800']) {
      const embed: Embed = () => Promise.reject(new Error('not to be called'));
      expect(await classifyToxicity(text, embed, model)).toMatchObject({ probability: 0, windows: 0 });
    }
  });

  it('gives null to what the encoder cannot read, unless a listed word stands in it', async () => {
    expect(await classify('三十天内可以退货。')).toMatchObject({ probability: null, windows: 1, unreadable: 1 });
    const blind = always(Array.from({ length: embeddingSize }, () => 0));
    const { probability, unreadable } = await classifyToxicity('you fucking bitch', blind, model);
    expect(probability).toBeGreaterThan(0.5);
    expect(unreadable).toBe(1);
  });

  it('refuses embeddings of another kind', async () => {
    const nan = Array.from({ length: embeddingSize }, () => Number.NaN);
    for (const embed of [async () => [], always([1, 2]), always(nan)]) {
      await expect(classifyToxicity('hello', embed, model)).rejects.toThrow(RangeError);
    }
  });
});

describe('hostile input', () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 2000 }),
    fc.string({ unit: 'grapheme', maxLength: 2000 }),
    fc
      .array(
        fc.constantFrom(
          '\ud83d',
          '\0',
          'f u c k ',
          '1d10t ',
          '&#0;',
          '&#x110000;',
          '****',
          '😀',
          'ﷺ',
          '漢字 ',
          "'",
          '. ',
        ),
      )
      .map((parts) => parts.join('')),
  );

  it('gives a number from 0 to 1, and bounded windows', async () => {
    await fc.assert(
      fc.asyncProperty(odd, async (text) => {
        expect(splitIntoWindows(text).length).toBeLessThanOrEqual(maxWindows);
        const { probability } = await classifyToxicity(text, embedAnything, model);
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([
    ['letters', 'a'.repeat(1 << 20)],
    ['words', 'kill the process. '.repeat(1 << 16)],
    ['stars', 'f*'.repeat(1 << 19)],
    ['single letters', 'i d '.repeat(1 << 18)],
    ['entities', '&#1;'.repeat(1 << 18)],
    ['lone surrogates', '\ud800'.repeat(1 << 19)],
    ['mentions', '@aa '.repeat(1 << 18)],
    ['combining marks', '\u0301\u0327'.repeat(1 << 19)],
    ['ligatures that grow', 'ﷺ'.repeat(1 << 16)],
  ])('takes a megabyte of %s', async (_, text) => {
    const windows = splitIntoWindows(text);
    expect(windows.length).toBeLessThanOrEqual(maxWindows);
    // Revealing a disguised word may lengthen a window a little.
    expect(Math.max(0, ...windows.map((window) => window.length))).toBeLessThanOrEqual(2 * windowLength);
    const { probability } = await classifyToxicity(text, embedAnything, model);
    expect(probability).toBeGreaterThanOrEqual(0);
    expect(probability).toBeLessThanOrEqual(1);
  });
});

it('benign-test.txt holds 300 sentences, each once', () => {
  const file = readFileSync(new URL('../../../tools/train-toxicity/benign-test.txt', import.meta.url), 'utf8');
  const sentences = file.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(new Set(sentences).size).toBe(300);
});
