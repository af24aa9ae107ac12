import type { Json } from '../../model/json.js';
import type { MetricList } from '../draft/metric-list.js';
import { slug } from '../draft/names.js';
import { type Located, memberOf, numberOf, textOfLocated } from '../located.js';
import { type Reading, readNamed, readNamedData } from '../reading.js';
import { substitute } from '../templates/substitute.js';
import { equalOf } from './assertions.js';
import type { Variables } from './variables.js';

/** The metrics of one case, made of its assertions. */
export class CaseMetrics {
  readonly list: MetricList;
  readonly #reading: Reading;

  constructor(reading: Reading, list: MetricList) {
    this.#reading = reading;
    this.list = list;
  }

  /** Takes over an assertion, or all of a set. */
  async add(assertion: Located, vars: Variables, weight?: number): Promise<void> {
    const { findings } = this.#reading;
    const written = textOfLocated(memberOf(assertion, 'type')) ?? '';
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
    if (NEEDS_CONTEXT.has(equal.metric.metric) && !Object.hasOwn(vars, 'context'))
      return findings.refuse(what, assertion.place, 'the test has no variable `context`');
    const left = this.#unusable(assertion);
    const label = textOfLocated(memberOf(assertion, 'metric'));
    const name = label === undefined ? equal.metric.metric : slug(label, equal.metric.metric);
    if (!this.list.add(equal, name, own))
      return findings.refuse(
        what,
        assertion.place,
        'the case expects another answer already: make it a case of its own',
      );
    const { metric } = equal;
    const notes = [equal.change, ...left].filter((note) => note !== undefined);
    if (notes.length > 0) findings.change(what, assertion.place, `\`${metric.metric}\`: ${notes.join('; ')}`);
    else findings.take(what, assertion.place, `\`${metric.metric}\``);
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
    const written = textOfLocated(memberOf(assertion, 'type')) ?? '';
    if (faults.length === 0 || /(javascript|python|ruby)$/.test(written)) return { data };
    findings.refuse(what, value.place, `${faults[0]}: write the value of each case`);
    return null;
  }
}

/** Metrics that compare with the variable `context`. */
const NEEDS_CONTEXT = new Set(['faithfulness', 'context-recall']);

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
