import { stringify } from 'yaml';
import { z } from 'zod';
import { faultOfCase, needsOf } from '../src/metrics/access.js';
import type { AnyMetric, Example } from '../src/metrics/contract.js';
import { code, rowsOf, table } from './schema-table.js';

const INTRODUCTION = `# Metrics

<!-- Generated from src/metrics by \`npm run docs\`. Do not edit. -->

A metric gives every sample a score. The score is one of three: a value; *not applicable*, when there is nothing to judge; or *none*,
when it could not be computed. Gates leave out what is not applicable and [show how much that was](gates.md#not-applicable). A
sample without a score never passes.

Metrics are listed in a suite (\`evals/*.eval.yaml\`), for all of its cases or for one. Besides the parameters of the metric, an
entry may have these keys:

| key | meaning |
|---|---|
| \`id\` | the name in scores and gates; required when a suite has the same metric twice |
| \`min\`, \`max\` | the pass mark of one sample, in place of the metric's own |
| \`not\` | inverts the metric: it passes when it would have failed |
| \`weight\` | its weight in the sample's \`score\` |
| \`where\` | the cases it is for, such as \`{ tags: [refund] }\` |
| \`on\` | of a conversation: \`last\` (the last answer, the default), \`every\` (the answer to each turn) or \`conversation\`; see [conversations](../guide/conversations.md#metrics-of-a-conversation) |

In the examples, *none* is a missing score, and *error* is a case that is refused before the run.

An *accepted answer* is what the case has under \`expected\`: a text, each item of a list, or the JSON of anything else.
`;

const APPLICABLE = `Only these metrics, and [your own](../guide/extending.md), can be not applicable. They never are for an empty answer: that may be an
outage, which must not pass.
`;

const READING = `## Which part of an output is scored

A model can also say something inside a tool call. \`contains\`, \`starts-with\`, \`regex\`, \`length\`, \`refusal\`, \`toxicity\`, \`pii\`
and \`secrets\` therefore search the arguments of tool calls as well as the text, so that a maximum or \`not: true\` holds for the
whole output. \`contains\`, \`starts-with\` and \`regex\` look at every value on its own; \`contains\` and \`regex\` also at every name and key.
\`refusal\` judges each text in them. The others read a call as one text: its name, and a line \`key: value\` for each argument. Judges see
the calls as JSON.

\`equals\`, \`one-of\`, \`numeric\`, \`json\`, \`json-similarity\`, \`similarity\`, \`levenshtein\`, \`semantic\`, \`language\`,
\`readability\` and the reference metrics score only the text. \`tool-call\` scores only the calls.

## Texts that look the same

\`equals\`, \`contains\`, \`starts-with\`, \`one-of\`, \`similarity\` and \`levenshtein\` compare texts as people read them. \`exact: true\`
turns this off and compares every character as it is. These count as equal, in the output and in the accepted answer:

- composed and decomposed letters (Unicode NFC: \`ë\`, and \`e\` with two dots);
- spaces of any width, no-break spaces too, and a plain space;
- \`‘ ’ ‚ ‛ ‹ › ′ ‵ ʼ ʻ ´ ׳\` and \`'\`; \`“ ” „ ‟ « » ″ ‶ ״\` and \`"\`;
- \`‐ ‑ ‒ – — ― −\` and \`-\`; \`…\` and \`...\`; ligatures such as \`ﬁ\`, \`Ĳ\` and \`ﻻ\` and their letters;
- letters of Arabic by their place in a word and the usual ones;
- the sign of micro and the letter μ; the slashes of fractions and divisions and \`/\`; \`〜\` and \`～\`;
- wide and narrow forms (\`ＡＢＣ\`, \`ｶﾅ\`) and the usual ones;
- the line ends of every system;
- a text with and without invisible characters: soft hyphens, zero-width characters, direction marks.

The number of spaces still matters, and characters that are only similar stay different: \`²\` and \`2\`, \`½\`, letters of another alphabet.
\`ignoreCase\` uses Unicode case folding, the same for every language: \`ß\` is \`ss\`, \`İ\` and \`ı\` are \`i\`.

\`pii\` and \`secrets\` read an output in the same way. \`regex\` does not, because a pattern may be about these very characters:
write \`['’]\`, \`[-‑–]\`, \`\\s\`. The reference metrics (\`exact-match\`, \`f1\`, \`rouge\`, \`bleu\`, \`chrf\`, \`ter\`) do what their
reference tools do.
`;

const PURPOSES: readonly (readonly [purpose: string, types: readonly string[]])[] = [
  ['a text, label, pattern or number', ['equals', 'contains', 'starts-with', 'one-of', 'regex', 'numeric']],
  ['a short answer to a question of facts', ['exact-match', 'f1']],
  ['JSON', ['json', 'json-similarity']],
  ['calls of tools', ['tool-call', 'tool-calls', 'steps']],
  [
    'likeness to an accepted answer, by letters and words',
    ['similarity', 'levenshtein', 'rouge', 'bleu', 'chrf', 'ter'],
  ],
  ['likeness by meaning', ['semantic']],
  ['what only a reader can tell: asks a model', ['judge', 'factuality', 'closed-qa', 'pairwise']],
  [
    'an answer from retrieved texts: asks a model',
    ['faithfulness', 'answer-relevancy', 'context-precision', 'context-recall'],
  ],
  ['safety', ['refusal', 'toxicity', 'pii', 'secrets']],
  ['form', ['length', 'language', 'readability', 'finish']],
  ['time and money', ['latency', 'first-token', 'tokens', 'cost']],
];

/** The page docs/reference/metrics.md, made from the definitions of the metrics alone. */
export function renderMetricsPage(metrics: readonly AnyMetric[]): string {
  const named = PURPOSES.flatMap(([, types]) => types);
  const others = metrics.flatMap(({ type }) => (named.includes(type) ? [] : [type]));
  const contents = [...PURPOSES, ['anything else', others] as const].map(([purpose, types]) => [
    purpose,
    types.map((type) => `[${type}](#${type})`).join(', '),
  ]);
  const limited = metrics.flatMap(({ type, notApplicable }) =>
    notApplicable === undefined ? [] : [[`[${type}](#${type})`, notApplicable]],
  );
  return [
    INTRODUCTION,
    `${table(['to judge', 'there is'], contents)}\n`,
    APPLICABLE,
    `${table(['metric', 'is not applicable'], limited)}\n`,
    READING,
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
