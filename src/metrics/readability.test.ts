import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../test/helpers/score.js';
import { countText } from './readability/count-text.js';
import { readability } from './readability.js';

const score = (output: string, formula = 'flesch-kincaid') => scoreOf(readability, { params: { formula }, output });
const counts = (text: string) => countText(text, () => 1);

describe('readability', () => {
  // 13 words, 5 of them of more than six letters; 26 syllables, with four each in "Australian" and "reptilian"
  const passage = 'The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.';

  it('computes the formulas from the counts', async () => {
    const { detail } = await score(passage);
    expect(detail).toEqual({ sentences: 1, words: 13, syllables: 26 });
    expect((await score(passage)).value).toBeCloseTo(0.39 * 13 + 11.8 * 2 - 15.59, 2);
    expect((await score(passage, 'flesch-reading-ease')).value).toBeCloseTo(206.835 - 1.015 * 13 - 84.6 * 2, 2);
    expect((await score(passage, 'lix')).value).toBeCloseTo(13 + (100 * 5) / 13, 2);
  });

  it.each([
    ['One. Two! Three? Four… Five', 5],
    ['He said "Go." She went.', 2],
    ['Pi is 3.14 and version 1.2.3 is out.', 1],
    ['Really?!... Yes!!!', 2],
    ['# Title\nText follows here', 1],
    ['Text\n## Title\n\nText', 3],
    ['Intro\n\nText', 2],
    ['- one\n- two\n1. three', 3],
    ['a line\nthat goes on.', 1],
    ['यह एक वाक्य है। यह दूसरा है।', 2],
    [`one${'!'.repeat(1_000_000)}two`, 1],
  ])('counts the sentences of %j', (text, sentences) => {
    expect(counts(text)?.sentences).toBe(sentences);
  });

  it.each([
    ["don't re-use it", 3],
    ['```\nlet x = 1;\n```\nTwo words', 2],
    ['see https://example.com/a/b?c now', 2],
    ['über größer naïve', 3],
    [`${'a'.repeat(60)} word`, 1],
  ])('counts the words of %j', (text, words) => {
    expect(counts(text)?.words).toBe(words);
  });

  it.each(['', ' \n', '12 345', '👍 !', '三十天内可以退货。', 'a'.repeat(1_000_000)])(
    'gives no score for %.12j',
    async (text) => {
      for (const formula of ['flesch-kincaid', 'flesch-reading-ease', 'lix']) {
        expect((await score(text, formula)).value).toBeNull();
      }
    },
  );

  it('is harder with longer words and sentences', async () => {
    const easy = 'We got your note. We will look at it now. You get an answer by noon.';
    const hard =
      'Following receipt of your communication, an investigation will immediately be initiated, and notification concerning the resulting determination will subsequently be transmitted.';
    for (const formula of ['flesch-kincaid', 'lix']) {
      expect((await score(hard, formula)).value).toBeGreaterThan((await score(easy, formula)).value ?? Number.NaN);
    }
    const ease = 'flesch-reading-ease';
    expect((await score(hard, ease)).value).toBeLessThan((await score(easy, ease)).value ?? Number.NaN);
  });
});
