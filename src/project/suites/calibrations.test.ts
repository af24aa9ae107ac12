import { describe, expect, it } from 'vitest';
import { metricEntry } from '../../../test/helpers/suite.js';
import { judge } from '../../metrics/judge.js';
import { semantic } from '../../metrics/semantic.js';
import type { Prompt } from '../../model/prompt.js';
import { calibrationKey, type MetricSettings } from './calibrations.js';

const prompt: Prompt = {
  id: 'judges/judge',
  path: 'templates/judges/judge.prompt.yaml',
  digest: 'a',
  fileDigest: 'a',
  model: null,
  parameters: {},
  messages: [{ role: 'user', content: '{{ output }}' }],
  tools: [],
  output: { format: 'text' },
  inputSchema: null,
  defaults: {},
};
const settings = (changes: { model?: string; prompt?: Partial<Prompt> } = {}): MetricSettings => {
  const text = changes.model ?? 'openai/gpt-4.1';
  return {
    embeddings: { kind: 'local' },
    judges: {
      model: { model: { text, provider: 'openai', model: text.slice('openai/'.length) }, parameters: {} },
      prompts: new Map([['judge', { ...prompt, ...changes.prompt }]]),
    },
  };
};
const entry = metricEntry({
  id: 'polite',
  type: 'judge',
  params: { rubric: 'Is it polite?', choices: { yes: 1, no: 0 }, votes: 1 },
});

describe('a calibration holds only for', () => {
  const key = calibrationKey(entry, judge, settings());

  it('the same judge, prompt and rubric', () => {
    expect(calibrationKey(entry, judge, settings())).toBe(key);
    expect(calibrationKey(entry, judge, settings({ model: 'openai/gpt-4.1-mini' }))).not.toBe(key);
    const other = { fileDigest: 'b', messages: [{ role: 'user' as const, content: 'Look: {{ output }}' }] };
    expect(calibrationKey(entry, judge, settings({ prompt: other }))).not.toBe(key);
    const rubric = { ...entry, params: { ...entry.params, rubric: 'Is it kind?' } };
    expect(calibrationKey(rubric, judge, settings())).not.toBe(key);
  });

  it('the same mark', () => {
    expect(calibrationKey({ ...entry, mark: { min: 0.5 } }, judge, settings())).not.toBe(key);
  });

  it('the same engine, where one is needed', () => {
    const remote: MetricSettings = { ...settings(), embeddings: { kind: 'provider', provider: 'openai', model: 'x' } };
    const near = metricEntry({ id: 'near', type: 'semantic', params: { to: 'expected' } });
    expect(calibrationKey(near, semantic, remote)).not.toBe(calibrationKey(near, semantic, settings()));
    expect(calibrationKey(entry, judge, remote)).toBe(key);
  });
});
