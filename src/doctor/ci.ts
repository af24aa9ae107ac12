import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Check, type CheckFinding, fault, ok, warn } from './check.js';

/** Where CI systems look for what to do. */
const FILES = [
  '.gitlab-ci.yml',
  'azure-pipelines.yml',
  'bitbucket-pipelines.yml',
  'Jenkinsfile',
  '.circleci/config.yml',
  '.drone.yml',
  '.travis.yml',
];
const FOLDERS = [
  '.github/workflows',
  '.gitlab',
  '.gitlab/ci',
  '.buildkite',
  '.woodpecker',
  '.forgejo/workflows',
  '.gitea/workflows',
];

/** A place that runs llmci. */
export interface CiCall {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** The lines of its file. */
  readonly lines: readonly string[];
}

/** Whether something runs the suites for every change, and its verdict counts. */
export const ci: Check = {
  id: 'CI',
  look: async ({ repository }) => {
    if (!existsSync(join(repository, '.git')))
      return [
        warn('this is no git repository, so nothing runs for changes of it', 'git init, and llmci init --ci github'),
      ];
    const judging = (await findCalls(repository)).filter(({ text }) => judges(text));
    if (judging.length === 0)
      return [fault('no workflow runs llmci eval: changes are merged unjudged', 'llmci init --ci github (or gitlab)')];
    const gating = judging.filter((call) => whyIdle(call) === null);
    if (gating.length > 0) return describeGating(gating);
    return judging.flatMap((call) => {
      const why = whyIdle(call);
      return why === null
        ? []
        : [
            fault(
              `${call.path}:${call.line}: llmci runs, and its verdict counts for nothing: ${why}`,
              'Take that away, so that the job is red when a gate fails.',
            ),
          ];
    });
  },
};

function describeGating(calls: readonly CiCall[]): readonly CheckFinding[] {
  const onChanges = calls.filter(({ lines }) =>
    lines.some((line) => /pull_request|merge_request|pullrequest|^\s*pr:|Jenkinsfile/.test(line)),
  );
  const [first] = onChanges.length > 0 ? onChanges : calls;
  if (!first) return [];
  const place = `${first.path}:${first.line}`;
  if (onChanges.length === 0 && first.path.startsWith('.github/'))
    return [warn(`${place} runs llmci, and not for pull requests`, 'Add pull_request to its `on:`.')];
  return [
    ok(`${place} runs llmci, and is red when a gate fails; that it is required to merge is set at the code host`),
  ];
}

/** Every line of a CI file that runs llmci. */
export async function findCalls(repository: string): Promise<readonly CiCall[]> {
  const calls: CiCall[] = [];
  for (const path of [...FILES, ...(await Promise.all(FOLDERS.map((folder) => filesIn(repository, folder)))).flat()]) {
    const text = await readFile(join(repository, path), 'utf8').catch(() => '');
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      const code = line.replace(/(?:^|\s)#.*$/, '').trim();
      if (/\buses:\s*\S*llmci\S*@|\bllmci(?:@\S+)?["']?\s+[a-z]/.test(code))
        calls.push({ path, line: index + 1, text: code, lines });
    }
  }
  return calls;
}

function judges(text: string): boolean {
  return /\buses:\s*\S*llmci\S*@|\bllmci(?:@\S+)?["']?\s+(?:eval|review)\b/.test(text);
}

/** Why a failed gate would not make the job red; null where it does, as far as the text tells. */
function whyIdle({ text, line, lines }: CiCall): string | null {
  if (/\|\|\s*(?:true|:|exit 0|echo\b)/.test(text))
    return `\`${/\|\|.*$/.exec(text)?.[0]}\` makes every end a good one`;
  const block = stepAround(lines, line - 1);
  const found = block.find((each) =>
    /^\s*-?\s*(?:continue-on-error:\s*true|allow_failure:\s*true|continueOnError:\s*true)\s*(?:#.*)?$/.test(each),
  );
  return found === undefined ? null : `\`${found.trim().replace(/^- /, '')}\``;
}

/** The lines of the step that a line stands in, and of the job around it: those that are indented less, up to the top. */
function stepAround(lines: readonly string[], index: number): readonly string[] {
  const indentOf = (line: string) => line.search(/\S/);
  const around: string[] = [];
  const step = lines.slice(0, index + 1).findLastIndex((line) => /^\s*- /.test(line));
  const from = step < 0 ? index : step;
  const end = lines.findIndex(
    (line, at) => at > from && line.trim() !== '' && indentOf(line) <= indentOf(lines[from] ?? ''),
  );
  around.push(...lines.slice(from, end < 0 ? lines.length : end));
  // The keys of the job stand beside `steps` or `script`
  let least = indentOf(lines[from] ?? '');
  const jobStart = lines
    .slice(0, from)
    .findLastIndex(
      (line) =>
        line.trim() !== '' &&
        indentOf(line) < least &&
        /^\s*[\w.-]+:\s*(?:#.*)?$/.test(line) &&
        !/^\s*(?:steps|script):/.test(line),
    );
  if (jobStart >= 0) {
    const outer = indentOf(lines[jobStart] ?? '');
    least = lines
      .slice(jobStart + 1)
      .reduce((found, line) => (line.trim() === '' || found >= 0 ? found : indentOf(line)), -1);
    for (const line of lines.slice(jobStart + 1)) {
      if (line.trim() !== '' && indentOf(line) <= outer) break;
      if (indentOf(line) === least) around.push(line);
    }
  }
  return around;
}

async function filesIn(repository: string, folder: string): Promise<readonly string[]> {
  const names = await readdir(join(repository, folder)).catch(() => []);
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => `${folder}/${name}`);
}
