import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findProvider } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { costOf } from '../core/requests/cost.js';
import { NEWER_PRICES, PRICE_TABLES } from '../core/requests/prices.js';
import { anthropic } from '../providers/anthropic.js';
import { providerEntry } from '../providers/contract/entry.js';
import { http } from '../providers/http.js';
import { openai } from '../providers/openai.js';
import { listedAt } from './price-list.js';

const DAY = '2026-11-28';
const priceAtOpenai = (model: string, baseUrl?: string, day = DAY) =>
  listedAt(providerEntry('x', openai, { type: 'openai', ...(baseUrl && { baseUrl }) }), day)(model);
const priceAtAnthropic = listedAt(providerEntry('x', anthropic, { type: 'anthropic' }), DAY);

const luna = {
  ...{ input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125, flex: 0.5 },
  longContext: [{ above: 272_000, input: 0.2, output: 0.75, cacheRead: 0.02, cacheWrite: 0.25 }],
};
const haiku = NEWER_PRICES['anthropic/claude-haiku-5-5'];

it('loads the package with the first price that is asked for, and not for own or free models', async () => {
  const cache = createRequire(import.meta.url).cache ?? {};
  const loaded = () => Object.keys(cache).filter((path) => path.includes('genai-prices'));
  // Another test of this process may have loaded it: here it is as if none had
  for (const path of loaded()) delete cache[path];
  const anew: string = './price-list.ts?anew';
  const { listedAt: list } = (await import(/* @vite-ignore */ anew)) as typeof import('./price-list.js');
  const lookup = list(providerEntry('x', openai, { type: 'openai' }), DAY);
  expect(loaded()).toEqual([]);
  lookup('gpt-6-luna');
  expect(loaded()).not.toEqual([]);
});

describe('the listed price of a model', () => {
  it.each([
    ['gpt-6-luna', luna],
    ['GPT-6-Luna', luna],
    ['gpt-6-luna-2026-09-22', luna],
    ['gpt-6', null],
    ['gpt-6-lunatic', null],
    ['gpt-6-luna-mini', null],
    ['gpt-6-luna-2026-13-40', null],
    ['my-gpt-6-luna', null],
    ['ft:gpt-4o-mini-2024-07-18:acme::x', null],
    ['openai/gpt-6-luna', null],
    ['', null],
  ])('at OpenAI: %s', (model, price) => expect(priceAtOpenai(model)).toEqual(price));

  it.each([
    ['claude-haiku-5-5', haiku],
    ['claude-haiku-5-5-20260901', haiku],
    ['claude-haiku-5-6', null],
    ['claude-haiku-4-5-20251001', { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25, cacheWrite1h: 2 }],
    // The package takes it for claude-sonnet-5, whose cache costs twice that
    ['claude-sonnet-5-5', { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5, cacheWrite1h: 4 }],
    ['claude-sonnet-5-7', null],
    ['claude-sonnet-5-turbo', null],
    ['claude', null],
  ])('at Anthropic: %s', (model, price) => expect(priceAtAnthropic(model)).toEqual(price));

  it('is that of the service behind the address', () => {
    const router = 'https://openrouter.ai/api/v1';
    expect(priceAtOpenai('anthropic/claude-opus-5.5', router)).toMatchObject({ input: 4, output: 20, cacheRead: 0.2 });
    expect(priceAtOpenai('openai/gpt-6-luna', router)).toMatchObject({ input: 0.1, output: 0.5 });
    expect(priceAtOpenai('openai/gpt-6-lunatic', router)).toBeNull();
    expect(priceAtOpenai('gpt-6-luna', router)).toBeNull();
    const google = 'https://generativelanguage.googleapis.com/v1beta/openai';
    expect(priceAtOpenai('gemini-3.5-flash', google)).toEqual({ input: 1.5, output: 9, cacheRead: 0.15 });
    expect(priceAtOpenai('gpt-6-luna', google)).toBeNull();
    const azure = 'https://acme.openai.azure.com/openai/v1';
    expect(priceAtOpenai('gpt-6-luna', azure)).toMatchObject({ input: 0.1, output: 0.5 });
    expect(priceAtOpenai('acme-gpt-6-luna', azure)).toBeNull();
    // A gateway passes on to the vendor
    expect(priceAtOpenai('gpt-6-luna', 'https://llm.acme.example/v1')).toEqual(luna);
  });

  it('is that of the day, and not known where it changes with the hour', () => {
    const google = 'https://generativelanguage.googleapis.com/v1beta/openai';
    expect(priceAtOpenai('gemini-3.6-flash', google)?.input).toBe(0.75);
    expect(priceAtOpenai('gemini-3.6-flash', google, '2027-01-01')?.input).toBe(1.5);
    expect(priceAtOpenai('deepseek-chat', 'https://api.deepseek.com')).toBeNull();
  });

  it('is only there for services whose models are listed', () => {
    const app = providerEntry('app', http, { type: 'http', url: 'http://127.0.0.1:9/chat', output: '$.a' });
    expect(listedAt(app, DAY)('gpt-6-luna')).toBeNull();
  });

  it('gives what the vendors reckon themselves', () => {
    // https://developers.openai.com/api/docs/guides/prompt-caching: 1,920 of 2,006 tokens from the cache
    const chat = { inputTokens: 2_006, outputTokens: 300, cacheReadTokens: 1_920, reasoningTokens: 0 };
    expect(costOf(chat, priceAtOpenai('gpt-6-luna'))).toBeCloseTo((86 * 0.1 + 1_920 * 0.01 + 300 * 0.5) / 1e6, 12);
    // https://platform.claude.com/docs/en/about-claude/pricing, a session with caching: $0.05 + $0.02 + $0.375
    const session = { inputTokens: 50_000, outputTokens: 15_000, cacheReadTokens: 40_000 };
    expect(costOf(session, priceAtAnthropic('claude-opus-4-8'))).toBeCloseTo(0.445, 12);
    expect(costOf(session, priceAtAnthropic('claude-opus-4-8'), { share: 0.5 })).toBeCloseTo(0.2225, 12);
  });
});

describe('the tables', () => {
  it('are of the version that is installed', () => {
    const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
    const { version } = lock.packages['node_modules/@pydantic/genai-prices'];
    expect(PRICE_TABLES.source).toBe(`@pydantic/genai-prices ${version}`);
  });

  it.each(Object.keys(NEWER_PRICES))('the package does not know %s, which else goes from ours', (key) => {
    const [service = '', model = ''] = key.split('/');
    const { models = [] } = findProvider({ providerId: service }) ?? {};
    expect(JSON.stringify(models.map(({ id, match }) => [id, match])).toLowerCase()).not.toContain(`"${model}"`);
  });
});
