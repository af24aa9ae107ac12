import { isBlank } from '../../model/blank.js';
import { isRecord, type Json } from '../../model/json.js';
import type { MetricDraft } from '../draft/draft.js';
import { type EqualMetric, escapePattern, exactPattern } from '../draft/metric-list.js';
import { isUnreadable, parseLocated } from '../located.js';
import { usableSchema } from '../usable-schema.js';
import { sameAsCode } from './same-as-code.js';

/** An assertion with the values of the case put in. */
export interface Assertion {
  /** Without `not-`. */
  readonly type: string;
  readonly not: boolean;
  readonly value: Json | undefined;
  readonly threshold: number | undefined;
}

/** What an assertion is here. */
export type Equal = EqualMetric | RefusedAssertion;

export interface RefusedAssertion {
  readonly refusal: string;
}

type Convert = (assertion: Assertion) => Equal;

/** What promptfoo passes a similarity by unless it is told. */
const SIMILAR = 0.75;
const CODE =
  'code is never run by an import; write a metric: a module (`metric: ./metrics/NAME.mjs`, docs/guide/extending.md) or a program (`metric: exec`, docs/guide/exec-metric.md)';
const TRACES = 'llmci has no traces; `tool-calls` and `steps` look at the calls of a conversation';

const JUDGED = 'another judge and another prompt; calibrate it before it may gate';

/** THE list of assertion types that llmci knows, and what each is here. */
const EQUALS: Readonly<Record<string, Convert>> = {
  equals: ({ value, not }) => {
    if (typeof value === 'object' && value !== null)
      return { metric: { metric: 'json-similarity', min: 1 }, expected: [value] };
    if (value === undefined) return needs('a value');
    // That an answer is not empty can be asked
    return !not && isBlank(plain(value)) ? needs('a text') : { metric: { metric: 'equals' }, expected: plain(value) };
  },
  contains: (assertion) => textMetric(assertion, (value) => ({ metric: 'contains', value })),
  icontains: (assertion) => textMetric(assertion, (value) => ({ metric: 'contains', value, ignoreCase: true })),
  'contains-all': (assertion) => listMetric(assertion, (all) => ({ metric: 'contains', all })),
  'contains-any': (assertion) => listMetric(assertion, (any) => ({ metric: 'contains', any })),
  'icontains-all': (assertion) => listMetric(assertion, (all) => ({ metric: 'contains', all, ignoreCase: true })),
  'icontains-any': (assertion) => listMetric(assertion, (any) => ({ metric: 'contains', any, ignoreCase: true })),
  'starts-with': (assertion) => textMetric(assertion, (value) => ({ metric: 'starts-with', value })),
  'ends-with': (assertion) =>
    textMetric(assertion, (value) => ({ metric: 'regex', pattern: `${escapePattern(value)}\\s*$` })),
  regex: (assertion) => {
    const { value } = assertion;
    if (typeof value !== 'string' || !isPattern(value)) return refuse('it is no regular expression of JavaScript');
    return { metric: { metric: 'regex', pattern: value } };
  },
  'is-json': ({ value }) => {
    const read = schemaIn(value);
    if ('why' in read) return refuse(read.why);
    const change = 'JSON in one fenced block passes too, and a key that is given twice does not';
    return { metric: { metric: 'json', schema: read.schema }, change };
  },
  'contains-json': () =>
    refuse(
      '`json` wants JSON alone, or in one fence: ask the model for that (`output: { format: json }`) and use `json`',
    ),
  'word-count': (assertion) => boundedLength(assertion, 'words'),
  'character-count': (assertion) => boundedLength(assertion, 'characters'),
  latency: ({ threshold }) =>
    threshold === undefined || threshold <= 0
      ? needs('a threshold')
      : { metric: { metric: 'latency', max: `${decimal(threshold)}ms` } },
  cost: ({ threshold }) =>
    threshold === undefined || threshold < 0
      ? needs('a threshold')
      : { metric: { metric: 'cost', max: `$${decimal(threshold)}` } },
  'finish-reason': ({ value }) => {
    const reason = FINISH[String(value)];
    return reason ? { metric: { metric: 'finish', reason } } : refuse(`llmci knows no end called ${String(value)}`);
  },
  'is-refusal': () => ({
    metric: { metric: 'refusal', min: 0.5 },
    change: 'llmci knows refusals by its own list of phrases, in several languages',
  }),
  similar: (assertion) => similar(assertion),
  'similar:cosine': (assertion) => similar(assertion),
  levenshtein: ({ value, threshold = 5 }) => {
    if (typeof value !== 'string' || isBlank(value)) return needs('a text');
    const min = Math.max(0, Math.round((1 - threshold / Math.max(value.length, threshold)) * 1000) / 1000);
    return {
      metric: { metric: 'levenshtein', min },
      expected: value,
      change: `at most ${threshold} edits became the share of a text of this length that is right`,
    };
  },
  'rouge-n': (assertion) => reference(assertion, { metric: 'rouge', variant: 'rouge1' }, SIMILAR),
  bleu: (assertion) => reference(assertion, { metric: 'bleu' }, 0.5),
  'llm-rubric': ({ value, threshold }) => {
    const rubric = rubricIn(value);
    if (rubric === null) return needs('a rubric');
    if (threshold === undefined || threshold <= 0 || threshold > 1)
      return {
        metric: { metric: 'judge', rubric, choices: { yes: 1, no: 0 }, min: 1 },
        change: `yes or no; ${JUDGED}`,
      };
    return {
      metric: { metric: 'judge', rubric, scale: { min: 0, max: 10 }, min: threshold },
      change: `a scale of 0 to 10 in place of a free number; ${JUDGED}`,
    };
  },
  'g-eval': ({ value, threshold = 0.7 }) => {
    const rubric = rubricIn(Array.isArray(value) ? value.map(plain).join('\n') : value);
    if (rubric === null) return needs('criteria');
    return {
      metric: { metric: 'judge', rubric, scale: { min: 0, max: 10 }, min: threshold },
      change: `one judgement of all criteria; ${JUDGED}`,
    };
  },
  'model-graded-closedqa': ({ value }) =>
    typeof value === 'string' && !isBlank(value)
      ? { metric: { metric: 'closed-qa', criterion: value }, change: JUDGED }
      : needs('a criterion'),
  factuality: (assertion) => factuality(assertion),
  'model-graded-factuality': (assertion) => factuality(assertion),
  'answer-relevance': ({ threshold = 0 }) => ({
    metric: { metric: 'answer-relevancy', min: threshold },
    change: JUDGED,
  }),
  'context-faithfulness': ({ threshold = 0 }) => ({
    metric: { metric: 'faithfulness', min: threshold },
    change: JUDGED,
  }),
  'context-recall': ({ value, threshold = 0 }) =>
    typeof value === 'string' && !isBlank(value)
      ? { metric: { metric: 'context-recall', min: threshold }, expected: value, change: JUDGED }
      : needs('what the context has to support'),
  'context-relevance': () =>
    refuse('llmci has no equal; `context-precision` judges whether the parts of a context are useful, in their order'),
  moderation: () => ({
    metric: { metric: 'toxicity', max: 0.5 },
    change: "the local classifier; `engine: openai/omni-moderation-latest` asks OpenAI's moderation",
  }),
  javascript: ({ value }) => sameAsCode(value) ?? refuse(CODE),
  python: () => refuse(CODE),
  ruby: () => refuse(CODE),
  webhook: () => refuse('write it as a program (`metric: exec`) that asks the URL'),
  'select-best': () => refuse('it compares outputs with each other; `pairwise` compares each with the baseline'),
  'max-score': () => refuse('it compares outputs with each other; `llmci compare` shows models side by side'),
  human: () => refuse('people label rows; `llmci calibrate` measures metrics by them'),
};

const NO_EQUAL: Readonly<Record<string, string>> = {
  'is-valid-openai-tools-call': '`tool-call` compares calls with those that the case expects',
  'is-valid-openai-function-call': '`tool-call` compares calls with those that the case expects',
  'is-valid-function-call': '`tool-call` compares calls with those that the case expects',
  'tool-call-f1': '`tool-calls` with `partial: true` scores the share of the right calls',
  perplexity: 'it needs the probabilities of tokens, which llmci does not ask for',
  'perplexity-score': 'it needs the probabilities of tokens, which llmci does not ask for',
  classifier: 'it asks a model of Hugging Face; write it as a program (`metric: exec`)',
  guardrails: 'llmci reads no guardrails of services; `finish` tells an answer that was filtered',
  gleu: '`bleu` and `chrf` are near to it, with other numbers',
  meteor: '`chrf` is near to it, with other numbers',
  'search-rubric': 'no judge of llmci searches the web',
  pi: 'it asks a service of its own; `judge` asks a model with a rubric',
};

/** Whether promptfoo has an assertion of this type. */
export function isAssertionType(type: string): boolean {
  return Object.hasOwn(EQUALS, type) || Object.hasOwn(NO_EQUAL, type);
}

/** What an assertion is here; of one that llmci lacks, how it is done instead. */
export function equalOf(assertion: Assertion): Equal {
  const { type, not } = assertion;
  const convert = Object.hasOwn(EQUALS, type) ? EQUALS[type] : undefined;
  if (!convert) {
    if (/^(trace|trajectory|skill)/.test(type)) return refuse(TRACES);
    return refuse(NO_EQUAL[type] ?? 'llmci has no such metric; see docs/reference/metrics.md');
  }
  const equal = convert(assertion);
  if ('refusal' in equal) return equal;
  const { min } = equal.metric;
  if (typeof min === 'number' && (min < 0 || (min > 1 && equal.metric.metric !== 'length')))
    return refuse(`its threshold ${min} is no share from 0 to 1`);
  if (!not) return equal;
  const { metric, ...rest } = equal;
  // What is wrong to say is no accepted answer of the case
  if (metric.metric === 'equals' && equal.expected !== undefined)
    return { metric: { ...exactPattern(String(equal.expected)), not: true } };
  return { ...rest, metric: { ...metric, not: true } };
}

function refuse(refusal: string): RefusedAssertion {
  return { refusal };
}

function needs(what: string): RefusedAssertion {
  return refuse(`it has no equal without ${what}`);
}

/** Ends in the words of OpenAI and of Anthropic. */
const FINISH: Readonly<Record<string, string>> = {
  stop: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  content_filter: 'content-filter',
};

function textMetric({ value }: Assertion, make: (text: string) => MetricDraft): Equal {
  if (value === undefined || value === null || typeof value === 'object') return needs('a text');
  const text = plain(value);
  return isBlank(text) ? needs('a text') : { metric: make(text) };
}

function listMetric({ value }: Assertion, make: (texts: readonly string[]) => MetricDraft): Equal {
  const items = Array.isArray(value) ? value.map(plain) : typeof value === 'string' ? splitList(value) : [];
  const texts = items.map((text) => text.trim()).filter((text) => !isBlank(text));
  return texts.length === 0 ? needs('texts') : { metric: make(texts) };
}

/** Texts with commas between them, as promptfoo reads them: one in quotes may hold a comma. */
function splitList(list: string): readonly string[] {
  return [...list.matchAll(/\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]+))/g)].map(
    ([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare,
  );
}

function boundedLength({ value, threshold }: Assertion, of: 'words' | 'characters'): Equal {
  const bound = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : (value ?? threshold);
  if (typeof bound === 'number') return { metric: { metric: 'length', of, min: bound, max: bound } };
  if (!isRecord(bound)) return needs('a number');
  const { min, max } = bound;
  const marks = {
    ...(typeof min === 'number' ? { min } : {}),
    ...(typeof max === 'number' ? { max } : {}),
  };
  return Object.keys(marks).length === 0 ? needs('a number') : { metric: { metric: 'length', of, ...marks } };
}

function similar({ value, threshold = SIMILAR }: Assertion): Equal {
  const text = Array.isArray(value) ? value.map(plain) : typeof value === 'string' ? value : null;
  if (text === null || text.length === 0 || [text].flat().some(isBlank)) return needs('a text');
  return {
    metric: { metric: 'semantic', to: 'text', text, min: threshold },
    change: 'another engine has other numbers: look at the scores of good and bad answers before you trust the mark',
  };
}

function reference({ value, threshold }: Assertion, metric: MetricDraft, mark: number): Equal {
  if (typeof value !== 'string' || isBlank(value)) return needs('a text');
  return {
    metric: { ...metric, min: threshold ?? mark },
    expected: value,
    change: 'the numbers are those of the reference tool, which differ from the package that promptfoo uses',
  };
}

function factuality({ value }: Assertion): Equal {
  if (typeof value !== 'string' || isBlank(value)) return needs('the facts');
  return { metric: { metric: 'factuality' }, expected: value, change: JUDGED };
}

function rubricIn(value: Json | undefined): string | null {
  if (typeof value === 'string') return isBlank(value) ? null : value;
  return value === undefined || value === null ? null : JSON.stringify(value);
}

/** A JSON Schema, given or as text; the empty one, which only asks for JSON, when there is none. */
function schemaIn(value: Json | undefined): ReturnType<typeof usableSchema> {
  if (value === undefined || value === null || value === '') return { schema: {} };
  if (typeof value !== 'string') return usableSchema(value);
  const read = parseLocated('', value);
  return usableSchema(isUnreadable(read) ? null : read.data);
}

function plain(value: Json): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return text !== '';
  } catch {
    return false;
  }
}

/** A small number without an exponent. */
function decimal(value: number): string {
  return value.toFixed(12).replace(/\.?0+$/, '');
}
