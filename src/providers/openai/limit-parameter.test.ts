import { describe, expect, it } from 'vitest';
import { limitParameterOf } from './limit-parameter.js';

describe('the limit of tokens is max_completion_tokens', () => {
  it.each([
    ['https://api.openai.com/v1', 'gpt-4.1-mini'],
    ['https://eu.api.openai.com/v1', 'gpt-5'],
    ['https://acme.openai.azure.com/openai/v1', 'our-own-name'],
    ['https://acme.services.ai.azure.com/openai/v1', 'gpt-4o'],
    ['https://models.github.ai/inference', 'openai/gpt-4o'],
    ['https://models.github.ai/inference', 'openai/gpt-5-mini'],
    ['https://models.inference.ai.azure.com', 'gpt-4o'],
    // Services that pass requests on to OpenAI
    ['https://openrouter.ai/api/v1', 'openai/gpt-5.2'],
    ['https://gateway.example.com/v1', 'gpt-6-luna'],
    ['http://127.0.0.1:4000', 'o3-mini'],
    ['http://127.0.0.1:4000', 'azure/gpt-5'],
    ['http://127.0.0.1:4000', 'ft:gpt-5-mini:acme::x'],
    ['http://127.0.0.1:4000', 'openai/ft:o4-mini-2025-04-16:acme::x'],
    ['https://bedrock-mantle.us-east-1.api.aws/v1', 'openai.gpt-5.4'],
  ])('at %s for %s', (url, model) => expect(limitParameterOf(url, model)).toBe('max_completion_tokens'));
});

describe('the limit of tokens is max_tokens', () => {
  it.each([
    ['https://acme.services.ai.azure.com/models', 'Mistral-Large-3'],
    ['https://acme.services.ai.azure.com/openai/v1', 'mistral-large-2411'],
    ['https://acme.openai.azure.com/openai/v1', 'DeepSeek-R1'],
    ['https://mistral-large-abc.eastus2.models.ai.azure.com/v1', 'azureai'],
    ['https://models.github.ai/inference', 'mistral-ai/Mistral-Large-3'],
    ['https://models.github.ai/inference', 'meta/Llama-3.3-70B-Instruct'],
    ['https://models.inference.ai.azure.com', 'Mistral-small'],
    ['https://openrouter.ai/api/v1', 'mistralai/mistral-large'],
    ['https://openrouter.ai/api/v1', 'openai/gpt-4o'],
    ['https://acme.openai.azure.com/openai/deployments/mistral-large', 'm'],
    ['https://bedrock-mantle.us-east-1.api.aws/v1', 'openai.gpt-oss-120b'],
    ['http://127.0.0.1:11434/v1', 'llama3.2'],
    ['http://127.0.0.1:11434/v1', 'gpt-oss:20b'],
    ['https://api.mistral.ai/v1', 'mistral-large-latest'],
    ['https://api.openai.com.evil.test/v1', 'm'],
  ])('at %s for %s', (url, model) => expect(limitParameterOf(url, model)).toBe('max_tokens'));
});
