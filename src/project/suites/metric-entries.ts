import { z } from 'zod';
import { PASS, SCORE } from '../../core/scores/composites.js';
import { metricEntrySchema, needsOf } from '../../metrics/access.js';
import { checkValue } from '../../metrics/check-result.js';
import type { AnyMetric } from '../../metrics/contract.js';
import type { CorpusValue, MetricEntry, PassMark } from '../../model/metric-entry.js';
import type { Problem, WithProblems } from '../../model/problem.js';
import type { Unit } from '../../model/quantity.js';
import type { WrittenQuantity } from '../../model/written-quantity.js';
import type { Path, Source } from '../source/yaml-source.js';
import { thresholdIn } from './threshold.js';

/** Metrics by the name that a suite's `metric:` gives them. `type` is the name that the whole project knows them by. */
export type NamedMetrics = ReadonlyMap<string, { readonly type: string; readonly definition: AnyMetric }>;

/** The schema of a metric entry of any of these metrics. */
export function metricUnion(metrics: NamedMetrics) {
  const schemas = [...metrics].map(([type, { definition }]) => metricEntrySchema({ ...definition, type }));
  return z.discriminatedUnion('metric', schemas as [(typeof schemas)[number], ...typeof schemas]);
}

/** The metrics that can be named, by the type that the whole project knows them by. */
export function definitionsOf(named: NamedMetrics): ReadonlyMap<string, AnyMetric> {
  return new Map([...named.values()].map(({ type, definition }) => [type, definition]));
}

type WrittenEntry = Readonly<Record<string, unknown>> & {
  readonly metric: string;
  readonly id?: string | undefined;
  readonly weight?: number | undefined;
  readonly not?: boolean | undefined;
  readonly where?: { readonly tags: readonly string[] } | undefined;
  readonly on?: 'last' | 'every' | 'conversation' | undefined;
  readonly min?: WrittenQuantity | undefined;
  readonly max?: WrittenQuantity | undefined;
};

/** Fills in the defaults of the metric entries that stand at a path of a file. */
export function resolveMetricEntries(
  written: readonly unknown[],
  metrics: NamedMetrics,
  source: Source,
  path: Path,
): WithProblems<readonly MetricEntry[]> {
  const problems: Problem[] = [];
  const value = written.flatMap((item, index): MetricEntry[] => {
    // The schema, a union made at run time, has checked what TypeScript cannot know here
    const { metric, id, weight, not = false, where, on = 'last', min, max, ...params } = item as WrittenEntry;
    const named = metrics.get(metric);
    if (!named) return [];
    const { definition } = named;
    const { value: mark, problems: wrong } = markOf({ min, max }, definition, source, [...path, index]);
    problems.push(...wrong);
    if (id === PASS || id === SCORE) {
      const message = `a metric may not be called ${id}: gates know the whole sample by that name`;
      problems.push({ ...source.at([...path, index, 'id']), message });
    }
    if (on !== 'last' && (definition.ofWholeSample || needsOf(definition, { params }).includes('baseline'))) {
      const message = `${metric} looks at the whole sample: leave out \`on\``;
      problems.push({ ...source.at([...path, index, 'on'], 'key'), message });
    }
    const turned = not && definition.unit === 'fraction';
    // A fraction is turned round itself (1 - value), so that more of it stays what it was: better or worse
    const opposite = definition.better === 'higher' ? 'lower' : 'higher';
    if (not && mark === null) {
      problems.push({
        ...source.at([...path, index, 'not'], 'key'),
        message: `${metric} has no pass mark to turn round; add min or max`,
      });
    }
    return [
      {
        id: id ?? definition.type,
        type: named.type,
        ...(definition.revision === undefined || definition.revision === 1 ? {} : { revision: definition.revision }),
        params,
        unit: definition.unit,
        better: not && !turned ? opposite : definition.better,
        weight: weight ?? 1,
        not,
        where: where?.tags ?? [],
        ...(on === 'last' ? {} : { on }),
        mark,
        ...corpusOf(definition, params, turned),
      },
    ];
  });
  return { value, problems };
}

function corpusOf({ corpus, unit }: AnyMetric, params: object, turned: boolean): { readonly corpus?: CorpusValue } {
  if (!corpus) return {};
  return {
    corpus: (sums) => {
      const value = valueInUnit(unit, () => corpus(sums, params as never));
      return value === null || !turned ? value : 1 - value;
    },
  };
}

/** Null when a metric of one's own fails, or gives what is not in its unit: then there is no value of the corpus. */
function valueInUnit(unit: Unit, compute: () => number | null): number | null {
  try {
    const value = compute();
    return value === null ? null : checkValue(unit, value);
  } catch {
    return null;
  }
}

function markOf(
  written: { readonly min: WrittenQuantity | undefined; readonly max: WrittenQuantity | undefined },
  definition: AnyMetric,
  source: Source,
  path: Path,
): WithProblems<PassMark | null> {
  const problems: Problem[] = [];
  const mark: { min?: number; max?: number } = {};
  for (const bound of ['min', 'max'] as const) {
    const quantity = written[bound];
    if (quantity === undefined) continue;
    const threshold = thresholdIn(quantity, definition.unit);
    // A mark that is wrong is still a mark: gates over it are not wrong too
    mark[bound] = typeof threshold === 'number' ? threshold : 0;
    if (typeof threshold !== 'number')
      problems.push({
        ...source.at([...path, bound]),
        message: `\`${bound}\` ${threshold.problem}`,
      });
  }
  if (mark.min !== undefined && mark.max !== undefined && mark.min > mark.max && problems.length === 0) {
    problems.push({
      ...source.at([...path, 'min']),
      message: '`min` is above `max`: nothing could pass',
    });
  }
  const value = mark.min === undefined && mark.max === undefined ? (definition.passMark ?? null) : mark;
  return { value, problems };
}
