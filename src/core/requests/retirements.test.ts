import { expect, it } from 'vitest';
import { retirementOf } from './retirements.js';

it.each([
  ['openai', 'gpt-4o', '2027-01-14', 'gpt-6-luna'],
  ['anthropic', 'claude-sonnet-4-0', '2026-06-15', 'claude-sonnet-4-6'],
  ['google', 'gemini-2.5-pro', '2026-12-01', 'gemini-3.8-flash'],
  ['google', 'Gemini-2.0-Flash-001', '2026-06-01', 'gemini-3.5-flash'],
  ['mistral', 'mistral-large-2411', '2026-05-31', 'mistral-medium-3-5'],
  ['mistral', 'mistral-medium-2508', '2026-08-31', 'mistral-medium-3-5'],
])('knows when %s ends %s', (vendor, name, on, instead) => {
  expect(retirementOf(vendor, name)).toEqual({ on, instead });
});

it.each([
  ['google', 'gemini-2.5-flash-lite'],
  ['mistral', 'mistral-small-latest'],
  ['google', 'gpt-4o'],
])('knows no end of %s/%s', (vendor, name) => {
  expect(retirementOf(vendor, name)).toBeNull();
});
