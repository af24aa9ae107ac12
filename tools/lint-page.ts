import { RULE_GROUPS, type Rule, type RuleExample } from '../src/lint/rule.js';
import { code, table } from './schema-table.js';

const INTRODUCTION = `# Lint rules

<!-- Generated from src/lint by \`npm run docs\`. Do not edit. -->

\`llmci lint\` looks at prompts, suites, thresholds, datasets and recordings for what a schema cannot say, and sends nothing.
\`llmci validate\` says whether files can be used; lint says what in them is most likely a mistake.

A rule is an *error* only when what it finds is wrong whatever its author had in mind. \`llmci.yaml\` may say otherwise:

\`\`\`yaml
# llmci.yaml
lint:
  rules:
    repeated-sentence: off      # off, warn or error
    retiring-model: error
\`\`\`

A single finding is left out by a comment on the line before it, or before the key of the text that it is in. It says why; a
comment that nothing is found at any more is told:

\`\`\`yaml
# prompts/example.prompt.yaml (part)
# llmci-ignore retiring-model: we compare both until January
model: openai/gpt-4.1-mini
\`\`\`

Exit codes: 0 no errors, 1 a rule found an error, 2 a file cannot be read as what it is (the others are looked at all the same).
`;

/** The page docs/reference/lint.md, made from the rules alone. */
export function renderLintPage(rules: readonly Rule[]): string {
  const groups = RULE_GROUPS.map((group) => ({ group, own: rules.filter((rule) => rule.group === group) }));
  const rows = rules.map(({ id, group, severity, describe }) => [
    `[${id}](#${id})`,
    group,
    severity,
    firstSentence(describe),
  ]);
  return [
    INTRODUCTION,
    `${table(['rule', 'about', 'level', 'what it finds'], rows)}\n`,
    ...groups.flatMap(({ group, own }) =>
      own.length === 0 ? [] : [`## Rules about ${group}\n`, ...own.map(renderRule)],
    ),
  ].join('\n');
}

function renderRule({ id, severity, describe, examples }: Rule): string {
  return [
    `### ${id}`,
    `${describe} Level: ${severity}.`,
    ...examples.bad.map((example) => renderExample('Found', example)),
    ...examples.good.map((example) => renderExample('Not found', example)),
  ]
    .join('\n\n')
    .concat('\n');
}

function renderExample(verdict: string, { describe, prompt, files = {}, base, finds }: RuleExample): string {
  const at = finds === undefined ? '' : `, at ${code(firstLine(finds))}`;
  const blocks = [
    ...(base === undefined ? [] : ['In the base of the change it was:', block('prompts/example.prompt.yaml', base)]),
    block('prompts/example.prompt.yaml', prompt),
    ...Object.entries(files).map(([path, text]) => block(path, text)),
  ];
  return [`*${verdict}*: ${describe}${at}`, ...blocks].join('\n\n');
}

function block(path: string, text: string): string {
  const fence = text.includes('```') ? '````' : '```';
  const isYaml = /\.ya?ml$/.test(path);
  return `${fence}${isYaml ? 'yaml' : 'text'}\n# ${path}\n${shorten(text.trimEnd())}\n${fence}`;
}

function firstSentence(text: string): string {
  return /^.*?[.:](?=\s|$)/s.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

/** A long line is shown by its ends. */
function shorten(text: string): string {
  return text.replace(/^(.{120}).{200,}(.{40})$/gm, '$1 […] $2');
}
