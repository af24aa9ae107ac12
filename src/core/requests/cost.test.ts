import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Price } from '../../model/config.js';
import type { ModelRequest } from '../../model/request.js';
import { costOf, estimateUsage, mostCostOf, priceOf } from './cost.js';

const sonnet: Price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75, cacheWrite1h: 6 };
const luna: Price = {
  ...{ input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125, flex: 0.5 },
  longContext: [{ above: 272_000, input: 0.2, output: 0.75, cacheRead: 0.02, cacheWrite: 0.25 }],
};

describe('costOf', () => {
  it('takes cached tokens out of the input, and not beside it', () => {
    // As if all 100,000 were new it were $0.30, nine times too much
    const usage = { inputTokens: 100_000, outputTokens: 0, cacheReadTokens: 98_800 };
    expect(costOf(usage, sonnet)).toBeCloseTo((1_200 * 3 + 98_800 * 0.3) / 1e6, 12);
    expect(costOf({ inputTokens: 100_000, outputTokens: 0 }, sonnet)).toBeCloseTo(0.3, 12);
  });

  it('prices what was written to the cache by how long it is kept', () => {
    const usage = { inputTokens: 2_000, outputTokens: 503, cacheWriteTokens: 556, cacheWrite1hTokens: 100 };
    const expected = (1_444 * 3 + 456 * 3.75 + 100 * 6 + 503 * 15) / 1e6;
    expect(costOf({ ...usage, cacheReadTokens: 0 }, sonnet)).toBeCloseTo(expected, 12);
    expect(costOf(usage, { input: 3, output: 15 })).toBeCloseTo((2_000 * 3 + 503 * 15) / 1e6, 12);
    expect(costOf(usage, { input: 3, output: 15, cacheWrite: 3.75 })).toBeNull();
  });

  it('has all tokens of a long input cost more, from the first above the mark', () => {
    const output = 1_000;
    expect(costOf({ inputTokens: 272_000, outputTokens: output }, luna)).toBeCloseTo(0.0272 + 0.0005, 12);
    expect(costOf({ inputTokens: 272_001, outputTokens: output }, luna)).toBeCloseTo(0.0544002 + 0.00075, 12);
    const cached = { inputTokens: 300_000, outputTokens: 0, cacheReadTokens: 300_000 };
    expect(costOf(cached, luna)).toBeCloseTo(0.006, 12);
  });

  it('counts reasoning as output, at its own price where it has one', () => {
    const usage = { inputTokens: 0, outputTokens: 300, reasoningTokens: 200 };
    expect(costOf(usage, luna)).toBeCloseTo((300 * 0.5) / 1e6, 15);
    expect(costOf(usage, { ...luna, reasoning: 1 })).toBeCloseTo((100 * 0.5 + 200) / 1e6, 15);
  });

  it('prices images and sound where these have a price', () => {
    const usage = { inputTokens: 100, outputTokens: 50, imageTokens: 20, audioTokens: 40, outputAudioTokens: 30 };
    const audio: Price = { input: 1, output: 2, image: 5, audio: 10, outputAudio: 20 };
    expect(costOf(usage, audio)).toBeCloseTo((40 * 1 + 20 * 5 + 40 * 10 + 20 * 2 + 30 * 20) / 1e6, 15);
  });

  it('multiplies what a batch and a tier cost; a tier without a price is not known', () => {
    const usage = { inputTokens: 1_000_000, outputTokens: 0 };
    const price: Price = { input: 4, output: 20, flex: 0.5 };
    expect(costOf(usage, price, { share: 0.5 })).toBe(2);
    expect(costOf(usage, price, { serviceTier: 'flex' })).toBe(2);
    expect(costOf(usage, price, { serviceTier: 'priority' })).toBeNull();
    expect(costOf(usage, { ...price, priority: 2 }, { serviceTier: 'priority' })).toBe(8);
  });

  it('is null for what is not known, and 0 only for what is free', () => {
    expect(costOf({ inputTokens: null, outputTokens: 1 }, sonnet)).toBeNull();
    expect(costOf({ inputTokens: 1, outputTokens: 1 }, null)).toBeNull();
    expect(costOf({ inputTokens: null, outputTokens: null }, { input: 0, output: 0 })).toBe(0);
    expect(costOf({ inputTokens: null, outputTokens: null }, { input: 0, output: 0, reasoning: 1 })).toBeNull();
  });

  const tokens = fc.integer({ min: 0, max: 1_000_000 });
  const anyUsage = fc.record(
    {
      inputTokens: tokens,
      outputTokens: tokens,
      cacheReadTokens: tokens,
      cacheWriteTokens: tokens,
      reasoningTokens: tokens,
    },
    { requiredKeys: ['inputTokens', 'outputTokens'] },
  );

  it('is never below nothing nor above the most, whatever parts a service tells', () => {
    fc.assert(
      fc.property(anyUsage, fc.constantFrom(sonnet, luna), (usage, price) => {
        const cost = costOf(usage, price) ?? Number.NaN;
        const { inputTokens, outputTokens } = usage;
        expect(cost).toBeGreaterThanOrEqual(0);
        expect(cost).toBeLessThanOrEqual((mostCostOf({ inputTokens, outputTokens }, price) ?? 0) * (1 + 1e-12));
      }),
    );
  });

  it('without parts is what it was: tokens times prices', () => {
    fc.assert(
      fc.property(tokens, tokens, (inputTokens, outputTokens) => {
        const plain = (inputTokens * 0.4 + outputTokens * 1.6) / 1e6;
        expect(costOf({ inputTokens, outputTokens }, { input: 0.4, output: 1.6 })).toBe(plain);
      }),
    );
  });
});

it('takes the own price of a model before the listed one', () => {
  const model = { text: 'gate/m', provider: 'gate', model: 'm' };
  expect(priceOf(model, { 'gate/m': sonnet }, () => luna)).toBe(sonnet);
  expect(priceOf(model, { 'gate/n': sonnet }, (name) => (name === 'm' ? luna : null))).toBe(luna);
  expect(priceOf({ ...model, model: null }, {}, () => luna)).toBeNull();
});

it.each([
  [{}, 500],
  [{ reasoningEffort: 'none' }, 500],
  [{ reasoningEffort: 'low' }, 1524],
  [{ reasoningEffort: 'xhigh' }, 33_268],
  [{ reasoningEffort: 'xhigh', maxTokens: 100 }, 100],
  [{ extra: { chat_template_kwargs: { reasoning_effort: 'high' } } }, 25_076],
  [{ extra: { thinking: { budget_tokens: 2000 }, verbosity: 'high' } }, 2500],
] as const)('foresees what a model may think: %j', (parameters, tokens) => {
  const request = { model: 'm', parameters, tools: [], output: { format: 'text' as const }, vars: {}, messages: [] };
  expect(estimateUsage(request).outputTokens).toBe(tokens);
});

it('counts images and files that are not sent yet, rather too many than too few', () => {
  const held = (type: 'image' | 'file' | 'audio', mediaType: string, bytes: number) =>
    ({ type, mediaType, bytes, digest: 'd' }) as const;
  const of = (...content: Exclude<ModelRequest['messages'][number]['content'], string>) =>
    estimateUsage({
      ...{ model: 'm', parameters: {}, tools: [], output: { format: 'text' }, vars: {} },
      messages: [{ role: 'user', content }],
    }).inputTokens;
  const none = of({ type: 'text', text: '' });
  expect(of(held('image', 'image/png', 40)) - none).toBeGreaterThanOrEqual(5000);
  expect(of({ type: 'image', url: 'https://example.com/a.png' }) - none).toBeGreaterThanOrEqual(5000);
  expect(of(held('file', 'text/plain', 4000)) - none).toBeGreaterThanOrEqual(1000);
  expect(of(held('file', 'application/pdf', 100_000)) - none).toBeGreaterThanOrEqual(5000);
  expect(of(held('audio', 'audio/wav', 32_000)) - none).toBeGreaterThanOrEqual(80);
});
