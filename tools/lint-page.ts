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

A comment on the line before a single finding, or before the key of the text that it is in, leaves it out, and says why. When nothing
is found there any more, lint says that the comment is not needed:

\`\`\`yaml
# prompts/example.prompt.yaml (part)
# llmci-ignore retiring-model: we compare both until January
model: openai/gpt-4.1-mini
\`\`\`

Exit codes: 0 no errors, 1 a rule found an error, 2 a file cannot be read as what it is (the others are looked at all the same).
`;

const MEASURED = `## How often it is wrong

Measured on 28 November 2026 on 308 prompts of 32 public repositories: 123 \`.prompt.yml\` files of GitHub Models (80 of them of one
collection), 92 Prompty files, 66 Dotprompt files and 27 prompts of promptfoo. A script turned their syntax into Liquid, and the names in
their test data into the input schema; 13 could not be read as Liquid. 33 files (11%) get an error of a rule. All of these
errors were read: one (0.3% of all files) is wrong, \`\${scenario}\` in a prompt that is a JavaScript function. Of the warnings, the number under *read*
were read. Rules that are not in the table found nothing. Few of these prompts have tools or schemas, and none came with suites or
a base, so the rules about those are tried by their examples only.

${table(
  ['rule', 'level', 'files', 'findings', 'read', 'wrong', 'what was wrong'],
  [
    ['retired-model', 'error', '32', '32', '32', '0', ''],
    ['foreign-braces', 'error', '1', '1', '1', '1', 'a prompt made by a program'],
    ['retiring-model', 'warn', '112', '112', '5', '0', ''],
    ['no-output-limit', 'warn', '104', '104', '5', '0', ''],
    ['blank-runs', 'warn', '38', '79', '4', '0', ''],
    ['json-without-schema', 'warn', '18', '18', '18', '7', 'JSON for refusals only; schemas that the script lost'],
    ['unused-input', 'warn', '17', '29', '10', '4', 'names that the script took for variables'],
    ['undeclared-variable', 'warn', '14', '19', '10', '2', 'names that the script took for variables'],
    ['untrusted-instructions', 'warn', '11', '11', '6', '3', 'places for messages; a document of the house'],
    ['unfenced-variable', 'warn', '5', '5', '5', '1', 'a value within a sentence'],
    ['repeated-sentence', 'warn', '1', '1', '1', '1', 'two examples in JSON'],
    ['warm-json', 'warn', '1', '1', '1', '0', ''],
  ],
)}

Measured again on 29 November 2026, after eighteen rules were extended, on 161 prompts of 13 of these repositories as \`llmci import\` writes
them: 15 errors, all of retired models and none of them wrong. Of the extended warnings 44 were of \`floating-model\`, five of
\`json-without-schema\`, one of \`open-fence\` and one of \`undeclared-tool\` (a tool that the import could not take over); all seven were read.

Held out: on the same day also 156 prompts of 41 other repositories, which nobody had seen when the rules were written (promptfoo, Prompty,
GitHub Models, Langfuse, OpenAI's Evals), as \`llmci import\` writes them. 34 files got 45 errors: 23 of \`retired-model\`, eight of
\`foreign-braces\`, seven each of \`refused-parameter\` and \`loose-schema\`. Some of each rule were compared with their sources; none of these is wrong.
Since then \`llmci import\` settles such errors itself. Eight rules were extended again on that day (\`repeated-sentence\`, \`blank-runs\`, \`open-fence\`,
\`personal-data\`, \`placeholder\`, \`unknown-field\`, \`json-without-schema\`, \`empty-passes\`). In the 79 projects that 117 such files became, they find
what they found before, and no more.
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
    MEASURED,
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
  const place = firstLine(finds ?? '');
  const at = place === '' ? '' : `, at ${code(place)}`;
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
  // A colon within code ends no sentence
  return /^(?:`[^`]*`|[^`])*?[.:](?=\s|$)/s.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

/** A long line is shown by its ends, and so is a long list of rows. */
function shorten(text: string): string {
  const lines = text.replace(/^(.{120}).{200,}(.{40})$/gm, '$1 […] $2').split('\n');
  return (lines.length > 40 ? [...lines.slice(0, 3), '[…]', ...lines.slice(-1)] : lines).join('\n');
}
