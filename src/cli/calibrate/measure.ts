import { accuracyOf, agreementOf, correlationOf, separationOf } from '../../core/scores/calibration.js';
import { isMissing } from '../../core/scores/score-form.js';
import type { ClusterName } from '../../core/stats/clusters.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Score } from '../../model/run-record.js';
import type { Measured } from './describe-calibration.js';

type IsGood = (label: string) => boolean;

/** How two columns of labels agree, row by row. */
export function measureLabels(
  labels: readonly string[],
  items: readonly ClusterName[],
  predicted: readonly string[],
  isGood: IsGood | null,
): Measured {
  const pairs = labels.map((label, index) => ({
    label,
    item: items[index] ?? index,
    predicted: predicted[index] ?? '',
  }));
  return {
    rows: labels.length,
    different: new Set(items).size,
    agreement: agreementOf(pairs),
    accuracy:
      isGood &&
      accuracyOf(pairs.map(({ item, label, predicted }) => ({ item, good: isGood(label), passed: isGood(predicted) }))),
    metric: null,
  };
}

/** How the scores of a metric agree with what people say of the same rows. */
export function measureScores(
  entry: MetricEntry,
  scores: readonly Score[],
  labels: readonly string[],
  items: readonly ClusterName[],
  isGood: IsGood,
): Measured {
  const scored = scores.flatMap(({ value, passed, reason }, index) => {
    const label = labels[index] ?? '';
    return value === null
      ? []
      : [{ row: index + 1, item: items[index] ?? index, value, passed, reason, label, good: isGood(label) }];
  });
  const judged = scored.flatMap((each) => (each.passed === null ? [] : [{ ...each, passed: each.passed }]));
  const missing = scores.filter(isMissing);
  return {
    rows: labels.length,
    different: new Set(items).size,
    agreement: null,
    accuracy: judged.length === scored.length && judged.length > 0 ? accuracyOf(judged) : null,
    metric: {
      entry,
      missing: missing.length,
      notApplicable: scores.filter(({ notApplicable }) => notApplicable).length,
      separation: separationOf(scored, entry.better),
      correlation: correlationWith(scored),
      worst: worstOf(judged, entry.mark?.min ?? entry.mark?.max ?? 0.5).map(({ item: _, ...row }) => row),
      reasons: missing.slice(0, 3).map(({ reason }) => reason),
    },
  };
}

/** Null where the labels are no scale. */
function correlationWith(scored: readonly { readonly value: number; readonly label: string }[]) {
  const numeric = scored.map(({ label }) => Number(label));
  if (!numeric.every(Number.isFinite) || new Set(numeric).size <= 2) return null;
  return correlationOf(
    scored.map(({ value }) => value),
    numeric,
  );
}

/** The disagreements that are farthest from the mark. */
function worstOf<T extends { readonly value: number; readonly good: boolean; readonly passed: boolean }>(
  judged: readonly T[],
  mark: number,
): readonly T[] {
  return judged
    .filter(({ good, passed }) => good !== passed)
    .sort((a, b) => Math.abs(b.value - mark) - Math.abs(a.value - mark))
    .slice(0, 10);
}
