import { expect, it } from 'vitest';
import { suiteOf } from '../../test/helpers/suite.js';
import type { Plan, PlannedColumn } from '../core/scores/plan.js';
import type { Price } from '../model/config.js';
import type { Project } from '../project/load.js';
import { providerEntry } from '../providers/contract/entry.js';
import { echo } from '../providers/echo.js';
import { openai } from '../providers/openai.js';
import { noteOnPrices } from './money-notes.js';

const suite = suiteOf(1);
const planOf = (provider: string, model: string): Plan => ({
  suites: [suite],
  columns: [{ suite, model: { provider, model, text: `${provider}/${model}` } } as unknown as PlannedColumn],
  size: 1,
});
const project = (prices: Record<string, Price> = {}) =>
  ({
    providers: new Map([
      ['openai', providerEntry('openai', openai, { type: 'openai' })],
      ['echo', providerEntry('echo', echo, { type: 'echo' })],
    ]),
    config: { prices },
  }) as unknown as Project;

it('says when the built-in prices of a run are older than 90 days', () => {
  const luna = planOf('openai', 'gpt-6-luna');
  const later = new Date('2026-12-23T00:00:00Z');
  expect(noteOnPrices(luna, project(), later)).toEqual([
    'Costs are by prices of 2026-09-23, 91 days ago (@pydantic/genai-prices 0.1.8): update llmci, or give `prices` in llmci.yaml.',
  ]);
  expect(noteOnPrices(luna, project(), new Date('2026-12-22T00:00:00Z'))).toEqual([]);
  expect(noteOnPrices(luna, project({ 'openai/gpt-6-luna': { input: 1, output: 1 } }), later)).toEqual([]);
  expect(noteOnPrices(planOf('openai', 'unknown-1'), project(), later)).toEqual([]);
  expect(noteOnPrices(planOf('echo', 'x'), project(), later)).toEqual([]);
});
