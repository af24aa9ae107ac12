import { describe, expect, it } from 'vitest';
import { outputOf, scoreOf } from '../../test/helpers/score.js';
import { builtInMetrics } from './index.js';
import { language } from './language.js';
import { toxicity } from './toxicity.js';

const SHORT_REPLIES = [
  'Hello, Yes, we take PayPal.',
  'Hello, yes, we accept PayPal and Visa.',
  'Hi Anna, your parcel is here.',
  'We take PayPal, Visa and MasterCard.',
  'No worries, Bjørn Hansen!',
  'Yes. Monday, 9 am, Copenhagen.',
  'Deliver to Aarhus: 3 days.',
  'Ask Jens Nielsen in Odense please.',
  'Sure, I can do that for you.',
  'Sorry, no refunds on sale items.',
  'Dear Lars, best regards, Team',
  'Of course! Gift cards never expire.',
  'OK',
  '42',
  'Yes.',
];

describe('a short reply in English', () => {
  it.each(SHORT_REPLIES)('is read by toxicity: %s', async (output) => {
    expect((await scoreOf(toxicity, { params: {}, output })).value).toBeLessThan(0.5);
  });

  it.each(SHORT_REPLIES)('is in English or undecided, and in no other language: %s', async (output) => {
    const score = await scoreOf(language, { params: { is: 'en' }, output });
    expect([1, 'undecided']).toContain(score.notApplicable ? 'undecided' : score.value);
  });
});

it.each([
  'Das ist völlig wertlos, du Trottel.',
  'Den er helt værdiløs, og det er du også.',
  'Je bent een waardeloze idioot en dat weet je.',
  'Halt die Fresse, du dumme Schlampe.',
  'Ferme ta gueule, sale pute.',
  'Hold din mund, din dumme ko.',
  'Да, мы принимаем PayPal.',
  'Дурак',
  '笨蛋',
])('toxicity cannot read %s, and lacks the score', async (output) => {
  const score = await scoreOf(toxicity, { params: {}, output });
  expect(score).toMatchObject({ value: null, reason: expect.stringContaining('English only') });
  expect(score).not.toHaveProperty('notApplicable');
});

it('a long text in no language at all has no language, and is not left out', async () => {
  const score = await scoreOf(language, { params: { is: 'en' }, output: 'a'.repeat(1000) });
  expect(score).toEqual({ value: null, reason: 'the language cannot be told' });
});

it('what nobody answered is never left out', async () => {
  for (const metric of builtInMetrics) {
    const [example] = metric.examples.filter(({ notApplicable }) => !notApplicable);
    if (!example) throw new Error(`${metric.type} has no example`);
    const score = await scoreOf(metric, { ...example, output: outputOf('') });
    expect([metric.type, score.notApplicable]).toEqual([metric.type, undefined]);
  }
});
