import { equalJson } from '../../core/text/json-value.js';
import type { Json } from '../../model/json.js';
import type { MetricDraft } from '../draft/draft.js';
import { slug } from '../draft/names.js';
import { type Located, memberOf, numberOf, textOf } from '../located.js';
import { type Reading, readNamed, readNamedData } from '../reading.js';
import { substitute } from '../templates/substitute.js';
import { equalOf, exactPattern, plain } from './assertions.js';
import type { Variables } from './variables.js';

/** Metrics that read nothing but the answer of a judge. */
const JUDGED = new Set([
  ...['judge', 'closed-qa', 'factuality', 'answer-relevancy', 'faithfulness', 'context-recall', 'context-precision'],
]);

/** Which type of metric an id of the suite stands for: a gate over an id judges one kind of score. */
export class MetricIds {
  readonly #types = new Map<string, string>();

  /** An id that no other type has, and none of `taken`. */
  idFor(wanted: string, type: string, taken: ReadonlySet<string>): string {
    let id = wanted;
    for (let next = 2; taken.has(id) || (this.#types.get(id) ?? type) !== type; next++) id = `${wanted}-${next}`;
    this.#types.set(id, type);
    return id;
  }
}

/** The metrics of one case, and what it expects for them. */
export class CaseMetrics {
  readonly metrics: MetricDraft[] = [];
  expected: Json | undefined;
  readonly #reading: Reading;
  readonly #ids: MetricIds;
  readonly #taken: Set<string>;

  constructor(reading: Reading, ids: MetricIds, taken: ReadonlySet<string>) {
    this.#reading = reading;
    this.#ids = ids;
    this.#taken = new Set(taken);
  }

  /** The ids of its metrics, and of those that it was given. */
  get taken(): ReadonlySet<string> {
    return this.#taken;
  }

  get judged(): boolean {
    return this.metrics.some(({ metric }) => JUDGED.has(metric));
  }

  /** Takes over an assertion, or all of a set. */
  async add(assertion: Located, vars: Variables, weight?: number): Promise<void> {
    const { findings } = this.#reading;
    const written = textOf(memberOf(assertion, 'type')) ?? '';
    const what = `assertion ${written}`;
    const own = numberOf(memberOf(assertion, 'weight')) ?? weight;
    if (written === 'assert-set') {
      if (numberOf(memberOf(assertion, 'threshold')) !== undefined)
        return findings.refuse(
          what,
          assertion.place,
          'a part of a set cannot be enough: give its metrics a gate on `score`',
        );
      for (const inner of memberOf(assertion, 'assert')?.items ?? []) await this.add(inner, vars, own);
      return findings.take(what, assertion.place, 'its assertions stand for themselves');
    }
    const value = await this.#valueOf(assertion, vars, what);
    if (value === null) return;
    const not = written.startsWith('not-');
    const equal = equalOf({
      type: not ? written.slice(4) : written,
      not,
      value: value.data,
      threshold: numberOf(memberOf(assertion, 'threshold')),
    });
    if ('refusal' in equal) return findings.refuse(what, assertion.place, equal.refusal);
    const left = this.#unusable(assertion);
    const metric = this.#fit(equal.metric, equal.expected);
    if (metric === null)
      return findings.refuse(
        what,
        assertion.place,
        'the case expects another answer already: make it a case of its own',
      );
    this.#push(metric, assertion, own);
    const notes = [equal.change, ...left].filter((note) => note !== undefined);
    if (notes.length > 0) findings.change(what, assertion.place, `\`${metric.metric}\`: ${notes.join('; ')}`);
    else findings.take(what, assertion.place, `\`${metric.metric}\``);
  }

  /** Gives the case the accepted answer that a metric needs; or a metric that needs none. Null when neither can be. */
  #fit(metric: MetricDraft, expected: Json | undefined): MetricDraft | null {
    if (expected === undefined) return metric;
    if (this.expected === undefined || equalJson(this.expected, expected)) {
      this.expected = expected;
      return metric;
    }
    return metric.metric === 'equals' ? exactPattern(plain(expected)) : null;
  }

  #push(metric: MetricDraft, assertion: Located, weight: number | undefined): void {
    const label = textOf(memberOf(assertion, 'metric'));
    const wanted = label === undefined ? metric.metric : slug(label, metric.metric);
    const safe = wanted === 'pass' || wanted === 'score' ? `${wanted}-metric` : wanted;
    const id = this.#ids.idFor(safe, metric.metric, this.#taken);
    this.#taken.add(id);
    const { metric: type, ...rest } = metric;
    this.metrics.push({
      metric: type,
      ...(id === type ? {} : { id }),
      ...rest,
      ...(weight === undefined || weight < 0 ? {} : { weight }),
    });
  }

  /** What else stands in an assertion, and is not there any more. */
  #unusable(assertion: Located): readonly string[] {
    return [...assertion.members.keys()].flatMap((key) => UNUSED[key] ?? []);
  }

  /** Its value with the variables put in; null, with a finding, when that cannot be. */
  async #valueOf(
    assertion: Located,
    vars: Variables,
    what: string,
  ): Promise<{ readonly data: Json | undefined } | null> {
    const { findings } = this.#reading;
    const value = memberOf(assertion, 'value');
    const text = typeof value?.data === 'string' ? value.data : undefined;
    if (value && text?.startsWith('file://')) {
      if (/\.(ya?ml|json)$/i.test(text)) {
        const data = await readNamedData(this.#reading, what, text, value.place);
        return data && { data: data.data };
      }
      if (/\.(txt|md)$/i.test(text)) {
        const file = await readNamed(this.#reading, what, text, value.place);
        return file && { data: file.text.trim() };
      }
      return { data: text }; // code, which says so itself
    }
    if (!value) return { data: undefined };
    const faults: string[] = [];
    const data = mapTexts(value.data, (each) => {
      const filled = substitute(each, vars);
      if (filled.rest) faults.push('only a template engine could read it');
      if (filled.missing.length > 0) faults.push(`no variable ${filled.missing.join(', ')}`);
      return filled.text;
    });
    const written = textOf(memberOf(assertion, 'type')) ?? '';
    if (faults.length === 0 || /(javascript|python|ruby)$/.test(written)) return { data };
    findings.refuse(what, value.place, `${faults[0]}: write the value of each case`);
    return null;
  }
}

const UNUSED: Readonly<Record<string, string>> = {
  transform: 'its `transform` is code and is left out',
  contextTransform: 'its `contextTransform` is code: give the cases a variable `context`',
  provider: 'the judge of llmci.yaml in place of its own',
  rubricPrompt: "its own prompt is left out: `prompts/judges/NAME.prompt.yaml` is llmci's way",
  config: 'its `config` is left out',
};

function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: Json) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item as Json, change)]));
}
