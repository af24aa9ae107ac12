import { isBlank } from '../../model/blank.js';
import type { Json } from '../../model/json.js';
import { escapePattern, type MetricList, type WantedMetric } from '../draft/metric-list.js';
import { slug } from '../draft/names.js';
import type { Findings } from '../import-findings.js';
import { type Located, memberOf, numberOf, textOfLocated } from '../located.js';
import { substitute } from '../templates/substitute.js';

/** What GitHub's own evaluators ask, in words of llmci. */
const RUBRICS: Readonly<Record<string, string>> = {
  coherence: 'The answer holds together: each sentence follows from what was said before, and nothing contradicts it.',
  fluency: 'The answer is written in correct and natural language.',
  relevance: 'The answer addresses what was asked, and nothing else.',
  groundedness: 'Everything that the answer claims is supported by what the question provides.',
};
const CALIBRATE = 'another judge and another prompt; calibrate it before it may gate';

/** Adds to the metrics of a row what an evaluator is here. */
export function addEvaluator(
  evaluator: Located,
  row: Readonly<Record<string, Json>>,
  list: MetricList,
  findings: Findings,
): void {
  const name = textOfLocated(memberOf(evaluator, 'name'));
  const what = `evaluator ${name ?? ''}`.trim();
  const found = evaluatorAs(evaluator, row);
  if ('refusal' in found) {
    findings.refuse(what, evaluator.place, found.refusal);
    return;
  }
  const { metric } = found.wanted.metric;
  if (!list.add(found.wanted, slug(name ?? metric, metric)))
    findings.refuse(what, evaluator.place, 'the row expects another answer already');
  else if (found.change) findings.change(what, evaluator.place, `\`${metric}\`: ${found.change}`);
  else findings.take(what, evaluator.place, `\`${metric}\``);
}

function evaluatorAs(
  evaluator: Located,
  row: Readonly<Record<string, Json>>,
): { readonly wanted: WantedMetric; readonly change?: string } | { readonly refusal: string } {
  const uses = textOfLocated(memberOf(evaluator, 'uses'))?.replace(/^github\//, '');
  if (uses === 'similarity') {
    if (row['expected'] === undefined) return { refusal: 'the row has no `expected` to be similar to' };
    return {
      wanted: { metric: { metric: 'semantic' } },
      change:
        'another measure with other numbers: look at the scores of good and bad answers before you trust the mark of 0.7',
    };
  }
  if (uses !== undefined) {
    const rubric = Object.hasOwn(RUBRICS, uses) ? RUBRICS[uses] : undefined;
    if (rubric === undefined) return { refusal: `llmci has no evaluator ${uses}` };
    return {
      wanted: { metric: { metric: 'judge', rubric, scale: { min: 1, max: 5 }, min: 0.25 } },
      change: `2 of 5 passes, as in \`gh models eval\`, where all but the lowest score do; ${CALIBRATE}`,
    };
  }
  const string = memberOf(evaluator, 'string');
  if (string) return stringEvaluator(string, row);
  const llm = memberOf(evaluator, 'llm');
  return llm ? llmEvaluator(llm, row) : { refusal: 'it has neither `string`, `llm` nor `uses`' };
}

function stringEvaluator(string: Located, row: Readonly<Record<string, Json>>) {
  for (const [kind, { value }] of string.members) {
    const written = textOfLocated(value);
    if (written === undefined) continue;
    const { text, rest, missing } = substitute(written, row);
    if (rest || missing.length > 0 || isBlank(text)) return { refusal: `a row gives no text for \`${kind}\`` };
    // Of these three GitHub ignores the case
    if (kind === 'contains') return { wanted: { metric: { metric: 'contains', value: text, ignoreCase: true } } };
    if (kind === 'startsWith') return { wanted: { metric: { metric: 'starts-with', value: text, ignoreCase: true } } };
    if (kind === 'endsWith')
      return { wanted: { metric: { metric: 'regex', pattern: `${escapePattern(text)}\\s*$`, flags: 'i' } } };
    if (kind === 'equals') return { wanted: { metric: { metric: 'equals' }, expected: text } };
  }
  return { refusal: 'llmci knows no such comparison' };
}

function llmEvaluator(llm: Located, row: Readonly<Record<string, Json>>) {
  const texts = ['systemPrompt', 'prompt'].flatMap((key) => textOfLocated(memberOf(llm, key)) ?? []);
  const { text: rubric, rest } = substitute(
    texts.join('\n\n').replace(/\{\{-?\s*completion\s*-?\}\}/g, '(the output)'),
    row,
  );
  const choices = (memberOf(llm, 'choices')?.items ?? []).flatMap((choice) => {
    const name = choiceName(memberOf(choice, 'choice'));
    const score = numberOf(memberOf(choice, 'score'));
    return name === undefined || score === undefined || score < 0 || score > 1 ? [] : [[name, score] as const];
  });
  if (rest || isBlank(rubric)) return { refusal: 'its prompt needs more than the values of the row' };
  if (new Set(choices.map(([name]) => name)).size < 2)
    return { refusal: 'it needs two choices at least, with scores from 0 to 1' };
  return {
    wanted: { metric: { metric: 'judge', rubric, choices: Object.fromEntries(choices), min: leastPassing(choices) } },
    change: `every score above 0 passes, as in \`gh models eval\`; ${CALIBRATE}`,
  };
}

/** GitHub passes every score above 0. */
function leastPassing(choices: readonly (readonly [string, number])[]): number {
  const passing = choices.map(([, score]) => score).filter((score) => score > 0);
  return passing.length === 0 ? 1 : Math.min(...passing);
}

/** `choice: yes` may be a boolean in YAML. */
function choiceName(choice: Located | undefined): string | undefined {
  return typeof choice?.data === 'boolean' ? (choice.data ? 'yes' : 'no') : textOfLocated(choice);
}
