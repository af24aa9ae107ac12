import { describe, expect, it } from 'vitest';
import { callOf } from '../../../test/helpers/finished-call.js';
import { readPrometheus } from '../../../test/helpers/prometheus.js';
import type { GatewayStatus } from '../../model/gateway-status.js';
import { CallMetrics } from './call-metrics.js';
import { metricFamilies } from './metric-families.js';
import { METRIC } from './names.js';
import { prometheusText } from './prometheus-text.js';

const STATUS: GatewayStatus = {
  ...{
    environment: 'live',
    version: '1',
    at: '',
    started: '',
    acts: false,
    prompts: [],
    rollouts: [],
    arms: [],
    history: [],
  },
  source: { line: 4, at: '', from: 'store' },
};

function scrape(calls: CallMetrics, status = STATUS) {
  const text = prometheusText(metricFamilies(calls, status));
  return { text, families: readPrometheus(text) };
}

describe('/metrics', () => {
  it('is read by a parser of Prometheus, and counts what was called', () => {
    const calls = new CallMetrics();
    calls.onCall(callOf());
    calls.onCall(callOf({ latencyMs: 100_000, firstTokenMs: null, usd: null }));
    calls.onCall(callOf({ answer: null, error: 'timeout', usd: null, firstTokenMs: null, latencyMs: 10 }));
    const { families } = scrape(calls);
    const labels = {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: 'openai',
      gen_ai_prompt_name: 'team/reply',
      gen_ai_prompt_version: '3',
      llmci_arm: 'control',
    };
    const samplesOf = (name: string, end = '') =>
      families.get(name)?.samples.filter((sample) => sample.name === `${name}${end}`) ?? [];
    expect(samplesOf(METRIC.duration.prometheus, '_count')).toMatchObject([
      { labels, value: 2 },
      { labels: { ...labels, error_type: 'timeout' }, value: 1 },
    ]);
    expect(samplesOf(METRIC.duration.prometheus, '_sum')).toMatchObject([{ value: 100.15 }, { value: 0.01 }]);
    const below = (le: string) =>
      samplesOf(METRIC.duration.prometheus, '_bucket').flatMap((each) =>
        each.labels['le'] === le ? [each.value] : [],
      );
    // A bound belongs to its bucket
    expect(below('0.01')).toEqual([0, 1]);
    expect(below('0.16')).toEqual([1, 1]);
    expect(below('81.92')).toEqual([1, 1]);
    expect(samplesOf(METRIC.firstToken.prometheus, '_sum')).toMatchObject([{ value: 0.03 }]);
    expect(samplesOf(METRIC.inputTokens.prometheus)).toMatchObject([{ labels, value: 14 }]);
    expect(samplesOf(METRIC.cost.prometheus)).toMatchObject([{ value: 0.25 }]);
    expect(samplesOf(METRIC.unpriced.prometheus)).toMatchObject([{ value: 1 }]);
  });

  it('a client that left is no error of the service', () => {
    const calls = new CallMetrics();
    calls.onCall(callOf({ answer: null, error: 'cancelled', clientLeft: true }));
    expect(scrape(calls).text).toContain('error_type="client-left"');
  });

  it('what a label holds cannot become a line', () => {
    const calls = new CallMetrics();
    const prompt = 'a"}\nllmci_live 1\\';
    calls.onCall(callOf({ prompt, release: `${prompt}@1` }));
    const { text, families } = scrape(calls);
    expect(text).not.toMatch(/^llmci_live 1/m);
    expect(families.get(METRIC.cost.prometheus)?.samples[0]?.labels['gen_ai_prompt_name']).toBe(prompt);
  });

  it('tells nothing of what was asked or answered, nor who asked', () => {
    const calls = new CallMetrics();
    calls.onCall(callOf());
    expect(scrape(calls).text).not.toMatch(/hunter2|ada@/);
  });

  it('does not grow without bound: releases that nobody calls go first', () => {
    const calls = new CallMetrics();
    for (let n = 0; n < 700; n++) calls.onCall(callOf({ release: `team/reply@${n}`, at: n }));
    const releases = [...calls.series()].map(({ labels }) => labels.version);
    expect(releases).toHaveLength(500);
    expect(releases).toContain('699');
    expect(releases).not.toContain('0');
  });

  it('tells of gates in numbers, and nothing of what is not known', () => {
    const gate = {
      ...({
        prompt: 'p',
        metric: 'errors',
        stat: 'rate',
        level: 'error',
        unit: 'share',
        words: { found: null, bounds: null, allowed: 'at most 1 point higher' },
        method: '',
        past: [],
      } as const),
      ...({ estimate: null, low: null, high: null, margin: 0.01, harm: 'above', needed: null } as const),
      calls: { control: 0, candidate: 0 },
    } as const;
    const rollout = {
      ...{ name: 'live-4', line: 4, strategy: 'canary', weight: 0.1, paused: false, since: '', weightSince: '' },
      ...({
        by: 'ada',
        prompts: [{ prompt: 'p', control: 1, candidate: 2, risk: 'low' }],
        steps: [],
        copies: { answered: 7, failed: 0, dropped: 2, usd: 0 },
        waits: null,
        scores: { metrics: [], failed: [], spent: [] },
        verdict: 'wait',
      } as const),
    } as const;
    const told = (verdict: 'pass' | 'wait' | 'fail', estimate: number | null) =>
      scrape(new CallMetrics(), { ...STATUS, rollouts: [{ ...rollout, gates: [{ ...gate, verdict, estimate }] }] })
        .text;
    expect(told('fail', 0.2)).toMatch(/^llmci_rollout_gate\{.*\} -1$/m);
    expect(told('fail', 0.2)).toMatch(/^llmci_rollout_gate_estimate\{.*\} 0.2$/m);
    expect(told('wait', null)).toMatch(/^llmci_rollout_gate\{.*\} 0$/m);
    expect(told('wait', null)).toMatch(/^llmci_copies_total\{.*llmci_outcome="answered".*\} 7$/m);
    expect(told('wait', null)).toMatch(/^llmci_copies_total\{.*llmci_outcome="failed".*\} 0$/m);
    expect(told('wait', null)).not.toMatch(/^llmci_rollout_gate_estimate\{/m);
    expect(told('wait', null)).toMatch(/^llmci_rollout_weight\{.*\} 0.1$/m);
  });
});
