import { isBlank } from '../../model/blank.js';
import type { Json } from '../../model/json.js';
import type { MetricList, WantedMetric } from '../draft/metric-list.js';
import { exactPattern } from '../draft/metric-list.js';
import { slug } from '../draft/names.js';
import type { Findings } from '../import-findings.js';
import { type Located, memberOf, numberOf, textOfLocated } from '../located.js';
import { substitute } from '../templates/substitute.js';

/** The output of the model, as graders name it. */
const OUTPUT = /\{\{-?\s*sample\.(output_text|output_json|choices\[0\]\.message\.content)\s*-?\}\}/g;
const OUTPUT_ALONE = /^\s*\{\{-?\s*sample\.(output_text|choices\[0\]\.message\.content)\s*-?\}\}\s*$/;
/** A field of the output, where that is JSON. */
const FIELD = /\{\{-?\s*sample\.output_json\.([A-Za-z_][\w.]*)\s*-?\}\}/g;
const OUTPUT_FIELD = /^\s*\{\{-?\s*sample\.output_json\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*-?\}\}\s*$/;
const CALIBRATE = 'another judge and another prompt; calibrate it before it may gate';

/** What a grader is here; with a note when that means something else. */
type Graded = { readonly wanted: WantedMetric; readonly change?: string } | { readonly refusal: string };

type Item = Readonly<Record<string, Json>>;

const WITH_ROWS = ['string_check', 'text_similarity', 'label_model', 'score_model'];

/** Tells why a grader is not taken over where there are no rows to write it for. */
export function refuseGrader(grader: Located, findings: Findings): void {
  const type = typeOf(grader);
  const why = WITH_ROWS.includes(type)
    ? 'it is written with the cases of a suite, and no run here has a prompt with rows'
    : neverTaken(type);
  findings.refuse(nameOf(grader), grader.place, why);
}

function typeOf(grader: Located): string {
  return textOfLocated(memberOf(grader, 'type')) ?? '';
}

function nameOf(grader: Located): string {
  return `grader ${textOfLocated(memberOf(grader, 'name')) ?? typeOf(grader)}`;
}

/** Adds to the metrics of a case what a grader of Evals is here. */
export function addGrader(grader: Located, item: Item, list: MetricList, findings: Findings): void {
  const name = textOfLocated(memberOf(grader, 'name'));
  const what = nameOf(grader);
  const graded = gradedBy(typeOf(grader), grader, item);
  if ('refusal' in graded) {
    findings.refuse(what, grader.place, graded.refusal);
    return;
  }
  const { metric } = graded.wanted.metric;
  if (!list.add(graded.wanted, slug(name ?? metric, metric)))
    findings.refuse(what, grader.place, 'the cases expect another answer already: make a suite of their own for it');
  else if (graded.change === undefined) findings.take(what, grader.place, `\`${metric}\``);
  else findings.change(what, grader.place, `\`${metric}\`: ${graded.change}`);
}

function gradedBy(type: string, grader: Located, item: Item): Graded {
  switch (type) {
    case 'string_check':
      return stringCheck(grader, item);
    case 'text_similarity':
      return textSimilarity(grader, item);
    case 'label_model':
      return labelModel(grader, item);
    case 'score_model':
      return scoreModel(grader, item);
    default:
      return { refusal: neverTaken(type) };
  }
}

/** Why a grader of a type is never taken over. */
function neverTaken(type: string): string {
  if (type === 'python')
    return 'code is never run by an import; write a program (`metric: exec`, docs/guide/exec-metric.md) or a module (docs/guide/extending.md)';
  if (type === 'multi')
    return 'it computes with other graders: gates judge each metric, and `score` is their weighted mean';
  return `llmci has no grader of type ${type || '(none)'}; see docs/reference/metrics.md`;
}

/** The text that a template is for a row; null when it needs more than the values of the row. */
function textFor(template: string | undefined, item: Item): string | null {
  if (template === undefined) return null;
  const { text, rest, missing } = substitute(template, { item });
  return rest || missing.length > 0 ? null : text;
}

function stringCheck(grader: Located, item: Item): Graded {
  const [input, reference] = [textOfLocated(memberOf(grader, 'input')), textOfLocated(memberOf(grader, 'reference'))];
  const operation = textOfLocated(memberOf(grader, 'operation'));
  // An equality reads the same from both sides
  const turned = OUTPUT_ALONE.test(reference ?? '') && (operation === 'eq' || operation === 'ne');
  const field = OUTPUT_FIELD.exec(input ?? '')?.[1];
  if (field !== undefined && operation === 'eq') return fieldCheck(field, textFor(reference, item));
  if (!turned && !OUTPUT_ALONE.test(input ?? ''))
    return { refusal: 'its `input` is not the output of the model (`{{ sample.output_text }}`) alone' };
  const text = textFor(turned ? input : reference, item);
  if (text === null || isBlank(text)) return { refusal: 'a row gives no text to compare with' };
  switch (operation) {
    case 'eq':
      return { wanted: { metric: { metric: 'equals' }, expected: text } };
    case 'ne':
      return { wanted: { metric: { ...exactPattern(text), not: true } } };
    case 'like':
      return { wanted: { metric: { metric: 'contains', value: text } } };
    case 'ilike':
      return { wanted: { metric: { metric: 'contains', value: text, ignoreCase: true } } };
    default:
      return { refusal: `llmci knows no operation ${operation ?? '(none)'}` };
  }
}

function fieldCheck(field: string, text: string | null): Graded {
  if (text === null) return { refusal: 'a row gives no text to compare with' };
  return {
    wanted: { metric: { metric: 'json', schema: {}, fields: { [field]: text } } },
    change: 'a number in the output is not the text that reads like it: where the field is one, write the number',
  };
}

const SIMILARITIES: Readonly<Record<string, Readonly<Record<string, Json>> & { readonly metric: string }>> = {
  fuzzy_match: { metric: 'levenshtein' },
  bleu: { metric: 'bleu' },
  rouge_1: { metric: 'rouge', variant: 'rouge1' },
  rouge_2: { metric: 'rouge', variant: 'rouge2' },
  rouge_l: { metric: 'rouge', variant: 'rougeL' },
  cosine: { metric: 'semantic' },
};

function textSimilarity(grader: Located, item: Item): Graded {
  const measure = textOfLocated(memberOf(grader, 'evaluation_metric')) ?? '';
  const metric = Object.hasOwn(SIMILARITIES, measure) ? SIMILARITIES[measure] : undefined;
  if (!metric)
    return { refusal: `llmci has no ${measure || 'such measure'}; \`chrf\`, \`rouge\` and \`bleu\` are near to it` };
  if (!OUTPUT_ALONE.test(textOfLocated(memberOf(grader, 'input')) ?? ''))
    return { refusal: 'its `input` is not the output of the model alone' };
  const text = textFor(textOfLocated(memberOf(grader, 'reference')), item);
  if (text === null || isBlank(text)) return { refusal: 'a row gives no text to compare with' };
  const threshold = numberOf(memberOf(grader, 'pass_threshold'));
  if (threshold === undefined || threshold < 0 || threshold > 1)
    return { refusal: 'its `pass_threshold` is no share from 0 to 1' };
  return {
    wanted: { metric: { ...metric, min: threshold }, expected: text },
    change: 'the numbers are not those of OpenAI: look at the scores of good and bad answers before you trust the mark',
  };
}

function labelModel(grader: Located, item: Item): Graded {
  const labels = (memberOf(grader, 'labels')?.items ?? []).flatMap((label) => textOfLocated(label) ?? []);
  const passing = new Set((memberOf(grader, 'passing_labels')?.items ?? []).map(textOfLocated));
  const rubric = rubricOf(grader, item);
  if (typeof rubric !== 'string') return rubric;
  if (new Set(labels).size < 2 || passing.size === 0) return { refusal: 'it needs labels, and some of them passing' };
  const choices = Object.fromEntries(labels.map((label) => [label, passing.has(label) ? 1 : 0]));
  return { wanted: { metric: { metric: 'judge', rubric, choices, min: 1 } }, change: CALIBRATE };
}

function scoreModel(grader: Located, item: Item): Graded {
  const rubric = rubricOf(grader, item);
  if (typeof rubric !== 'string') return rubric;
  const [low = 0, high = 1] = (memberOf(grader, 'range')?.items ?? []).map((bound) => numberOf(bound));
  if (!(high > low)) return { refusal: 'its `range` is none' };
  const threshold = numberOf(memberOf(grader, 'pass_threshold'));
  const whole = Number.isInteger(low) && Number.isInteger(high) && high - low >= 2 && high - low <= 100;
  const scale = whole ? { min: low, max: high } : { min: 0, max: 10 };
  const mark = threshold === undefined ? undefined : Number(((threshold - low) / (high - low)).toFixed(6));
  if (mark !== undefined && (mark < 0 || mark > 1))
    return { refusal: 'its `pass_threshold` is outside of its `range`' };
  return {
    wanted: { metric: { metric: 'judge', rubric, scale, ...(mark === undefined ? {} : { min: mark }) } },
    change: `points from ${scale.min} to ${scale.max}, told as 0 to 1; ${CALIBRATE}`,
  };
}

/** What a grader is told, as a rubric: llmci's judge gets the question and the output by itself. */
function rubricOf(grader: Located, item: Item): string | { readonly refusal: string } {
  const texts = (memberOf(grader, 'input')?.items ?? []).flatMap((message) => textsOf(memberOf(message, 'content')));
  const rubric = texts.join('\n\n').replace(OUTPUT, '(the output)').replace(FIELD, '(`$1` of the output)');
  const [, further] = /\{\{-?\s*(sample\.[^\s}]+)/.exec(rubric) ?? [];
  if (further !== undefined)
    return { refusal: `it reads \`${further}\`, and a judge here sees the text of the output` };
  const text = textFor(rubric, item);
  return text === null || isBlank(text) ? { refusal: 'a row gives no value for a variable of its messages' } : text;
}

function textsOf(content: Located | undefined): readonly string[] {
  const text = textOfLocated(content) ?? textOfLocated(memberOf(content, 'text'));
  if (text !== undefined) return [text];
  return (content?.items ?? []).flatMap((part) => textOfLocated(memberOf(part, 'text')) ?? []);
}
