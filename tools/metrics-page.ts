import { stringify } from 'yaml';
import { z } from 'zod';
import { faultOfCase, needsOf } from '../src/metrics/access.js';
import type { AnyMetric, Example } from '../src/metrics/contract.js';
import { code, rowsOf, table } from './schema-table.js';

const INTRODUCTION = `# Metrics

<!-- Generated from src/metrics by \`npm run docs\`. Do not edit. -->

A metric gives every sample a score: a value, *not applicable* when it looked and found nothing to judge, or none when it
could not be computed. What is not applicable is left out of gates, which [say how much](gates.md#not-applicable); what has no
score never passes. Name
metrics in a suite (\`evals/*.eval.yaml\`), for all of its cases or for one. Besides its own parameters, an entry may carry:

| key | meaning |
|---|---|
| \`id\` | the name in scores and gates; needed to use a type twice |
| \`min\`, \`max\` | the pass mark of one sample, in place of the metric's own |
| \`not\` | turn the metric round: it passes when it would have failed |
| \`weight\` | its share in the sample's \`score\` |
| \`where\` | the cases it is for, such as \`{ tags: [refund] }\` |

In examples, *none* is a score that is missing, *error* a case that is refused before the run.

These metrics can be not applicable; all others, and these for an empty answer, have a value or miss one. An empty answer may
be an outage, which must never pass.

An *accepted answer* is what the case has under \`expected\`: a text, each item of a list, or the JSON text of anything else.
`;

/** The page docs/reference/metrics.md, made from the definitions of the metrics alone. */
export function renderMetricsPage(metrics: readonly AnyMetric[]): string {
  const contents = metrics.map(({ type }) => `[${type}](#${type})`).join(' · ');
  const limited = metrics.flatMap(({ type, notApplicable }) =>
    notApplicable === undefined ? [] : [[`[${type}](#${type})`, notApplicable]],
  );
  return [
    INTRODUCTION,
    `${table(['metric', 'is not applicable'], limited)}\n`,
    `${contents}\n`,
    ...metrics.map(renderMetric),
  ].join('\n');
}

function renderMetric(metric: AnyMetric): string {
  const [example] = metric.examples;
  const { min, max } = metric.passMark ?? {};
  const marks = [min === undefined ? [] : `at least ${min}`, max === undefined ? [] : `at most ${max}`].flat();
  return [
    `## ${metric.type}`,
    metric.describe,
    ...(metric.notes ? [metric.notes.trim()] : []),
    ['```yaml', 'metrics:', `  - ${flow({ metric: metric.type, ...Object(example?.params) })}`, '```'].join('\n'),
    [
      `Unit: ${metric.unit}.`,
      `Better: ${metric.better}.`,
      `Pass mark: ${marks.join(' and ') || 'none; give `min` or `max`'}.`,
      ...(alwaysNeedsExpected(metric) ? ['Every case needs `expected`.'] : []),
    ].join(' '),
    ...renderParameters(metric),
    ...(metric.judge
      ? [
          alwaysAsks(metric)
            ? `It asks the [judge](../guide/judges.md) with the prompt \`judges/${metric.judge.prompt}\`, so llmci.yaml must name one.`
            : `Where it asks the [judge](../guide/judges.md), the prompt is \`judges/${metric.judge.prompt}\`, and llmci.yaml must name one.`,
        ]
      : []),
    table(
      [
        'example',
        'parameters',
        'expected',
        'output',
        ...(metric.judge ? [metric.moderation ? 'the answer' : "the judge's answer"] : []),
        'score',
      ],
      metric.examples.map((each) => [
        each.describe,
        Object.keys(Object(each.params)).length === 0 ? '' : code(flow(each.params)),
        each.expected === undefined ? '' : code(JSON.stringify(each.expected)),
        code(showOutput(each.output)),
        ...(metric.judge ? [showAnswers(each)] : []),
        showScore(metric, each),
      ]),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

/** A case that the metric can make nothing of is found before the run. */
function showScore(metric: AnyMetric, example: Example<unknown>): string {
  const { params, vars = {}, expected, value, notApplicable } = example;
  if (value !== null) return String(Number(value.toPrecision(4)));
  if (notApplicable) return 'not applicable';
  const parsed = z.strictObject(metric.params).parse(params);
  return faultOfCase(metric, { params: parsed }, { vars, expected, tags: [] }) ? 'error' : 'none';
}

function renderParameters({ params }: AnyMetric): readonly string[] {
  if (Object.keys(params).length === 0) return ['It has no parameters.'];
  return [table(['parameter', 'type', 'default', 'meaning'], rowsOf(z.strictObject(params)))];
}

function alwaysNeedsExpected(metric: AnyMetric): boolean {
  const needs = metric.examples.map(({ params }) => {
    const parsed = z.strictObject(metric.params).parse(params);
    return needsOf(metric, { params: parsed }).includes('expected');
  });
  return needs.every(Boolean);
}

function alwaysAsks({ examples }: AnyMetric): boolean {
  return examples.every(({ answers }) => answers !== undefined);
}

function showOutput(output: Example<unknown>['output']): string {
  return typeof output === 'string' ? JSON.stringify(output) : flow(output);
}

/** What the judge or moderator answers in an example, and what else it looks at. */
function showAnswers({ answers = [], moderation, vars, baseline }: Example<unknown>): string {
  const shown = [...answers, ...(moderation ? [moderation] : [])].map((answer) => code(flow(answer)));
  const given = [
    vars === undefined ? '' : `variables ${code(flow(vars))}`,
    baseline === undefined ? '' : `baseline ${code(JSON.stringify(baseline))}`,
  ].filter(Boolean);
  return [given.join(', '), shown.join(', ')].filter(Boolean).join(': ');
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trim();
}
