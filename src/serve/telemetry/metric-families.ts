import type { GatewayStatus } from '../../model/gateway-status.js';
import type { CallMetrics, Series } from './call-metrics.js';
import { ATTRIBUTE, METRIC, OPERATION } from './names.js';
import type { Family, SeriesSample } from './prometheus-text.js';

/** Everything that `/metrics` tells: calls since the start, and what is live now. */
export function metricFamilies(calls: CallMetrics, status: GatewayStatus): readonly Family[] {
  const ofCalls = (value: (series: Readonly<Series>) => SeriesSample['value']): Iterable<SeriesSample> =>
    [...calls.series()].map((series) => ({ labels: labelsOf(series), value: value(series) }));
  const ofAnswered = (value: (series: Readonly<Series>) => number): Iterable<SeriesSample> =>
    [...calls.series()]
      .filter(({ labels }) => labels.error === null)
      .map((series) => ({ labels: labelsOf(series), value: value(series) }));
  return [
    { metric: METRIC.duration, samples: ofCalls(({ duration }) => duration) },
    {
      metric: METRIC.firstToken,
      samples: [...calls.series()]
        .filter(({ firstToken }) => firstToken.count > 0)
        .map((series) => ({ labels: labelsOf(series), value: series.firstToken })),
    },
    { metric: METRIC.inputTokens, samples: ofAnswered(({ inputTokens }) => inputTokens) },
    { metric: METRIC.outputTokens, samples: ofAnswered(({ outputTokens }) => outputTokens) },
    { metric: METRIC.cost, samples: ofAnswered(({ usd }) => usd) },
    { metric: METRIC.unpriced, samples: ofAnswered(({ unpriced }) => unpriced) },
    {
      metric: METRIC.outcomes,
      samples: [...calls.outcomes()].map(({ labels: { prompt, version, arm, outcome }, count }) => ({
        labels: {
          [ATTRIBUTE.prompt]: prompt,
          [ATTRIBUTE.version]: version,
          [ATTRIBUTE.arm]: arm,
          'llmci.outcome': outcome,
        },
        value: count,
      })),
    },
    ...ofStatus(status),
  ];
}

function labelsOf({ labels: { prompt, version, arm, provider, error } }: Readonly<Series>): SeriesSample['labels'] {
  return {
    [ATTRIBUTE.operation]: OPERATION,
    [ATTRIBUTE.provider]: provider,
    [ATTRIBUTE.prompt]: prompt,
    [ATTRIBUTE.version]: version,
    [ATTRIBUTE.arm]: arm,
    [ATTRIBUTE.error]: error,
  };
}

function ofStatus({ environment, source, prompts, rollouts }: GatewayStatus): readonly Family[] {
  const here = { [ATTRIBUTE.environment]: environment };
  const candidates = rollouts.flatMap((rollout) =>
    rollout.prompts.map(({ prompt, candidate }) => ({
      rollout,
      labels: { ...here, [ATTRIBUTE.prompt]: prompt, [ATTRIBUTE.version]: String(candidate) },
    })),
  );
  const gates = rollouts.flatMap(({ name, gates: ofOne }) =>
    ofOne.map((gate) => ({
      gate,
      labels: {
        ...here,
        [ATTRIBUTE.rollout]: name,
        [ATTRIBUTE.prompt]: gate.prompt,
        'llmci.metric': gate.metric,
        'llmci.stat': gate.stat,
        'llmci.level': gate.level,
      },
    })),
  );
  return [
    {
      metric: METRIC.live,
      samples: prompts.map(({ prompt, live }) => ({
        labels: { ...here, [ATTRIBUTE.prompt]: prompt },
        value: live.number,
      })),
    },
    { metric: METRIC.ledgerLine, samples: [{ labels: here, value: source.line }] },
    { metric: METRIC.fromStore, samples: [{ labels: here, value: source.from === 'store' ? 1 : 0 }] },
    { metric: METRIC.weight, samples: candidates.map(({ rollout, labels }) => ({ labels, value: rollout.weight })) },
    {
      metric: METRIC.paused,
      samples: candidates.map(({ rollout, labels }) => ({ labels, value: rollout.paused ? 1 : 0 })),
    },
    {
      metric: METRIC.copies,
      samples: rollouts.flatMap(({ name, copies }) =>
        (['answered', 'failed', 'dropped'] as const).flatMap((outcome) =>
          copies === null
            ? []
            : [{ labels: { ...here, [ATTRIBUTE.rollout]: name, 'llmci.outcome': outcome }, value: copies[outcome] }],
        ),
      ),
    },
    {
      metric: METRIC.gate,
      samples: gates.map(({ gate, labels }) => ({ labels, value: { pass: 1, wait: 0, fail: -1 }[gate.verdict] })),
    },
    ...ofScores(here, rollouts),
    {
      // What is not known yet has no sample, rather than one of 0
      metric: METRIC.gateEstimate,
      samples: gates.flatMap(({ gate, labels }) => (gate.estimate === null ? [] : [{ labels, value: gate.estimate }])),
    },
  ];
}

function ofScores(here: SeriesSample['labels'], rollouts: GatewayStatus['rollouts']): readonly Family[] {
  const metrics = rollouts.flatMap(({ name, scores }) =>
    scores.metrics.map((of) => ({
      of,
      labels: { ...here, [ATTRIBUTE.rollout]: name, [ATTRIBUTE.prompt]: of.prompt, 'llmci.metric': of.metric },
    })),
  );
  const byArm = metrics.flatMap(({ of, labels }) =>
    ARMS.map((arm) => ({ of, arm, labels: { ...labels, [ATTRIBUTE.arm]: arm } })),
  );
  return [
    {
      metric: METRIC.scores,
      samples: byArm.flatMap(({ of, arm, labels }) =>
        Object.entries({
          ok: of.scored[arm] - of.failed[arm],
          failed: of.failed[arm],
          missing: of.missing[arm],
          dropped: of.dropped[arm],
          'over-budget': of.overBudget[arm],
        }).map(([outcome, value]) => ({ labels: { ...labels, 'llmci.outcome': outcome }, value })),
      ),
    },
    {
      metric: METRIC.scoreMean,
      samples: byArm.flatMap(({ of, arm, labels }) => {
        const value = of.means[arm];
        return value === null ? [] : [{ labels, value }];
      }),
    },
    {
      metric: METRIC.scoresSpent,
      samples: rollouts.flatMap(({ scores }) =>
        scores.spent.map(({ prompt, usd }) => ({ labels: { ...here, [ATTRIBUTE.prompt]: prompt }, value: usd })),
      ),
    },
    {
      metric: METRIC.judgeOdd,
      samples: metrics.map(({ of, labels }) => ({ labels, value: of.note === null ? 0 : 1 })),
    },
  ];
}

const ARMS = ['control', 'candidate'] as const;
