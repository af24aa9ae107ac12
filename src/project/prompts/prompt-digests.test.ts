import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseModelReference } from '../../core/requests/model-reference.js';
import { requestFactory, sampleKey } from '../../core/requests/request.js';
import type { Json } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import { readPrompt } from './load-prompts.js';

// Recordings, baselines and releases know a prompt by its digest, and answers by their keys. What a file said before
// messages had parts, tools had answers and chats came from data, it says still.

interface Pinned {
  readonly vars: Readonly<Record<string, Json>>;
  /** Made by the last version before these. */
  readonly prompts: readonly { text: string; digest: string; fileDigest: string; keys: readonly string[] }[];
}
const pinned = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/prompt-digests.json', import.meta.url), 'utf8'),
) as Pinned;

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'llmci-digests-'));
  await mkdir(join(root, 'prompts'));
});
afterAll(() => rm(root, { recursive: true }));

async function load(text: string) {
  await writeFile(join(root, 'prompts/p.prompt.yaml'), text);
  const problems: Problem[] = [];
  const loaded = await readPrompt(root, 'prompts/p.prompt.yaml', problems);
  if (!loaded) throw new Error(JSON.stringify(problems));
  return loaded.prompt;
}

describe('a prompt file of old', () => {
  it.each(pinned.prompts.map((each, index) => [index + 1, each] as const))(
    '%i has its digests and its keys',
    async (_, each) => {
      const prompt = await load(each.text);
      expect([prompt.digest, prompt.fileDigest]).toEqual([each.digest, each.fileDigest]);
      const request = requestFactory({ prompt, model: parseModelReference('openai/m') })({ vars: pinned.vars });
      const identities = [
        { type: 'openai', sendsVars: false, settings: {} },
        { type: 'exec', sendsVars: true, settings: { command: ['a'] } },
      ];
      expect(identities.map((identity, index) => sampleKey(identity, request, index + 1))).toEqual(each.keys);
    },
  );
});

/** The digest as it was at first, written down once more: all keys in order, none that is undefined. */
function frozenDigest(value: unknown): string {
  return createHash('sha256').update(frozenText(value)).digest('hex');
}

function frozenText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(frozenText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}:${frozenText(member)}`).join(',')}}`;
}

const words = fc.stringMatching(/^[A-Za-zäßé0-9 .,!?'"-]{1,30}$/);
const name = fc.stringMatching(/^[a-z][a-z_]{0,10}$/);
const schema = fc.record({ type: fc.constant('object'), title: words }, { requiredKeys: ['type'] });
const prompts = fc.record(
  {
    name: words,
    description: words,
    owners: fc.array(words, { maxLength: 2 }),
    risk: fc.constantFrom('low', 'medium', 'high'),
    model: fc.constantFrom('echo', 'openai/gpt-4.1-mini', 'anthropic/claude'),
    modelParameters: fc.record(
      {
        temperature: fc.constantFrom(0, 0.5, 1, 2),
        topP: fc.constantFrom(0, 0.25, 1),
        maxTokens: fc.integer({ min: 1, max: 1e6 }),
        stop: fc.array(words, { minLength: 1, maxLength: 3 }),
        seed: fc.integer(),
        reasoningEffort: fc.constantFrom('low', 'high'),
        extra: fc.dictionary(
          fc.constantFrom('top_k', 'verbosity', 'safety_identifier'),
          fc.oneof(words, fc.integer(), fc.boolean()),
        ),
      },
      { requiredKeys: [] },
    ),
    messages: fc.array(
      fc.record({ role: fc.constantFrom('system', 'developer', 'user', 'assistant'), content: words }),
      { minLength: 1, maxLength: 4 },
    ),
    tools: fc.uniqueArray(fc.record({ name, description: words, parameters: schema }, { requiredKeys: ['name'] }), {
      minLength: 1,
      maxLength: 3,
      selector: (tool) => tool.name,
    }),
    input: fc.record(
      { schema, defaults: fc.dictionary(name, fc.oneof(words, fc.boolean(), fc.integer())) },
      { requiredKeys: [] },
    ),
    output: fc.oneof(fc.constant({ format: 'text' }), fc.record({ format: fc.constant('json'), schema })),
  },
  { requiredKeys: ['messages'] },
);

it('is the sha256 of what the file asks, and of nothing that is for people', async () => {
  await fc.assert(
    fc.asyncProperty(prompts, async (written) => {
      // JSON is YAML
      const prompt = await load(JSON.stringify(written));
      const { name: _, description: _description, owners: _owners, risk: _risk, ...asked } = written;
      expect(prompt.digest).toBe(frozenDigest({ modelParameters: {}, ...asked }));
      expect(prompt.fileDigest).toBe(frozenDigest({ modelParameters: {}, ...written }));
    }),
    { numRuns: 200 },
  );
});
