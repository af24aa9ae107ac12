import { expect, it } from 'vitest';
import { isOtherModel } from './served-model.js';

it.each([
  ['gpt-4.1', 'gpt-4.1-2025-04-14', false],
  ['gpt-4.1', 'gpt-4.1', false],
  ['gpt-4.1', 'gpt-4.1-mini-2025-04-14', true],
  ['gpt-4.1', 'gpt-4o-2024-08-06', true],
  ['gpt-4', 'gpt-4-0613', false],
  ['gpt-4', 'gpt-4.1', true],
  ['gpt-4.1-2025-04-14', 'gpt-4.1', false],
  ['gpt-5', 'gpt-5-2025-08-07', false],
  ['gpt-5', 'gpt-5-nano-2025-08-07', true],
  ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929', false],
  ['claude-sonnet-4-5', 'claude-haiku-4-5-20251001', true],
  ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet-20241022', false],
  ['anthropic/claude-sonnet-4.5', 'anthropic/claude-4.5-sonnet-20250929', false],
  ['mistral-large-latest', 'mistral-large-2512', false],
  ['mistral-large-latest', 'mistral-small-2512', true],
  ['gemini-2.5-flash', 'models/gemini-2.5-flash', false],
  ['gemini-2.5-flash', 'gemini-2.5-flash-lite', true],
  ['gemini-2.0-flash', 'gemini-2.0-flash-001', false],
  ['llama3.2', 'llama3.2:latest', false],
  ['llama3.2:3b', 'llama3.2:3b', false],
  ['llama3.2:3b', 'llama3.2:1b', true],
  ['meta-llama/llama-3.3-70b-instruct:free', 'meta-llama/llama-3.3-70b-instruct', false],
  ['meta-llama/llama-3.3-70b-instruct', 'meta-llama/llama-3.1-8b-instruct', true],
  ['openrouter/auto', 'openai/gpt-5', true],
  ['gpt-41', 'gpt-4.1-2025-04-14', true],
  ['qwen2.5-7b-instruct', '/models/qwen2.5-7b-instruct.gguf', false],
])('%s, answered by %s: another model is %s', (asked, served, other) =>
  expect(isOtherModel(asked, served)).toBe(other),
);
