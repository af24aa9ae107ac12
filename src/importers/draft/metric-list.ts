import { equalJson, jsonText } from '../../core/text/json-value.js';
import type { Json } from '../../model/json.js';
import type { CaseDraft, MetricDraft } from './draft.js';

/** Metrics that ask a judge, which people have to check before it decides. */
const JUDGED = new Set([
  ...['judge', 'closed-qa', 'factuality', 'answer-relevancy', 'faithfulness', 'context-recall', 'context-precision'],
]);

/** Whether any of these metrics asks a judge. */
export function asksJudge(metrics: readonly MetricDraft[]): boolean {
  return metrics.some(({ metric }) => JUDGED.has(metric));
}

/** Which kind of score an id of the suite stands for, by the type of its metric and whether that is turned round: a gate judges one. */
export class MetricIds {
  readonly #kinds = new Map<string, string>();

  /** An id that no other kind has, and none of `taken`. */
  idFor(wanted: string, { metric, not = false }: MetricDraft, taken: ReadonlySet<string>): string {
    // Gates know the whole sample by these
    const own = wanted === 'pass' || wanted === 'score' ? `${wanted}-metric` : wanted;
    const kind = `${metric} ${String(not)}`;
    let id = own;
    for (let next = 2; taken.has(id) || (this.#kinds.get(id) ?? kind) !== kind; next++) id = `${own}-${next}`;
    this.#kinds.set(id, kind);
    return id;
  }
}

/** A metric, and what the case has to expect for it. */
export interface WantedMetric {
  readonly metric: MetricDraft;
  readonly expected?: Json;
}

/** What something of another tool is here. */
export interface EqualMetric extends WantedMetric {
  /** Given when it means something else. */
  readonly change?: string;
}

/** The metrics of one case, and what it expects for them. */
export class MetricList {
  readonly metrics: MetricDraft[] = [];
  expected: Json | undefined;
  readonly #ids: MetricIds;
  readonly #taken: Set<string>;

  constructor(ids: MetricIds, taken: ReadonlySet<string> = new Set()) {
    this.#ids = ids;
    this.#taken = new Set(taken);
  }

  /** The ids of its metrics, and of those that it was given. */
  get taken(): ReadonlySet<string> {
    return this.#taken;
  }

  /** Adds a metric under a name; false when the case expects another answer already. */
  add(wanted: WantedMetric, name: string, weight?: number): boolean {
    const fitting = this.#fit(wanted);
    if (fitting === null) return false;
    const { metric: type, ...rest } = fitting;
    const id = this.#ids.idFor(name, fitting, this.#taken);
    this.#taken.add(id);
    this.metrics.push({
      metric: type,
      ...(id === type ? {} : { id }),
      ...rest,
      ...(weight === undefined || weight < 0 ? {} : { weight }),
    });
    return true;
  }

  /** Gives the case the accepted answer that a metric needs; or a metric that needs none. Null when neither can be. */
  #fit({ metric, expected }: WantedMetric): MetricDraft | null {
    if (expected === undefined) return metric;
    if (this.expected === undefined || equalJson(this.expected, expected)) {
      this.expected = expected;
      return metric;
    }
    return metric.metric === 'equals'
      ? exactPattern(typeof expected === 'string' ? expected : jsonText(expected))
      : null;
  }
}

/** A text as a pattern that fits it alone: for cases that expect another text already. */
export function exactPattern(text: string): MetricDraft {
  return { metric: 'regex', pattern: `^\\s*${escapePattern(text.trim())}\\s*$` };
}

export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Metrics that every case has, as those of the suite. */
export function hoistMetrics(cases: readonly CaseDraft[]): {
  readonly cases: readonly CaseDraft[];
  readonly metrics: readonly MetricDraft[];
} {
  const [first, ...others] = cases;
  if (!first || others.length === 0) return { cases, metrics: [] };
  const sets = others.map(({ metrics = [] }) => new Set(metrics.map(jsonText)));
  const common = (first.metrics ?? []).filter((metric) => sets.every((set) => set.has(jsonText(metric))));
  const shared = new Set(common.map(jsonText));
  const left = cases.map(({ metrics = [], ...rest }): CaseDraft => {
    const own = metrics.filter((metric) => !shared.has(jsonText(metric)));
    return { ...rest, ...(own.length > 0 ? { metrics: own } : {}) };
  });
  return { cases: left, metrics: common };
}
