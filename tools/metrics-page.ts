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

An *accepted answer* is what the case has under \`expected\`: a text, each item of a list, or the JSON text of anything else.

These metrics can be not applicable; all others, and these for an empty answer, have a value or miss one. An empty answer may
be an outage, which must never pass.
`;

const READING = `## What of an output is looked at

What a model says inside a tool call it says too. \`contains\`, \`starts-with\`, \`regex\`, \`length\`, \`toxicity\`, \`pii\` and
\`secrets\` look through the arguments of tool calls as through the text, so that \`not: true\` and a maximum hold for all of
it. The first three take every value on its own (\`contains\` and \`regex\` every name and key too); the others read a call as
a text: its name, and a line for each of its arguments, \`key: value\`. Judges see the calls as JSON.

\`equals\`, \`one-of\`, \`numeric\`, \`json\`, \`json-similarity\`, \`similarity\`, \`levenshtein\`, \`semantic\`, \`language\`,
\`readability\` and the reference metrics are about the text alone: they compare an answer, or measure how it is written.
\`tool-call\` is about the calls alone.

## Texts that look the same

\`equals\`, \`contains\`, \`starts-with\`, \`one-of\`, \`similarity\` and \`levenshtein\` compare texts as people read them, on both
sides alike; \`exact: true\` compares every character as it is. Equal to them are:

- letters in one part and in several (Unicode NFC: \`ë\` and \`e\` with two dots);
- blanks of any width, also those that do not break, and a plain space;
- \`‘ ’ ‚ ‛ ‹ › ′ ʼ ´\` and \`'\`; \`“ ” „ ‟ « » ″\` and \`"\`;
- \`‐ ‑ ‒ – — ― −\` and \`-\`; \`…\` and \`...\`; ligatures such as \`ﬁ\` and their letters;
- wide and narrow forms (\`ＡＢＣ\`, \`ｶﾅ\`) and the usual ones;
- the line ends of every system;
- a text with and without what is not seen: soft hyphens, zero-width characters, marks of direction.

Runs of white space stay as they are, and so does what only resembles something: \`²\`, \`½\`, letters of another alphabet.
\`ignoreCase\` goes by Unicode's case folding, in no language more than another: \`ß\` is \`ss\`, \`İ\` and \`ı\` are \`i\`.

\`pii\` and \`secrets\` read an output in the same way. \`regex\` does not, since a pattern may be about these very characters:
write \`['’]\`, \`[-‑–]\`, \`\\s\`. The reference metrics (\`exact-match\`, \`f1\`, \`rouge\`, \`bleu\`, \`chrf\`, \`ter\`) do what their
reference tools do.
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
    READING,
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
