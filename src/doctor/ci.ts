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
    return judging.map((call) =>
      fault(
        `${call.path}:${call.line}: llmci runs, and its verdict counts for nothing: ${whyIdle(call)}`,
        'Take that away, so that the job is red when a gate fails.',
      ),
    );
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
  const found = keysAround(lines, line - 1).find((each) =>
    /^\s*-?\s*(?:continue-on-error:\s*true|allow_failure:\s*true|continueOnError:\s*true)\s*(?:#.*)?$/.test(each),
  );
  return found === undefined ? null : `\`${found.trim().replace(/^- /, '')}\``;
}

/** The lines of the step that a line stands in, and the keys of the job around it. */
function keysAround(lines: readonly string[], index: number): readonly string[] {
  const step = lines.slice(0, index + 1).findLastIndex((line) => /^\s*- /.test(line));
  const from = step < 0 ? index : step;
  const indent = indentOf(lines[from] ?? '');
  const job = lines
    .slice(0, from)
    .findLastIndex(
      (line) =>
        line.trim() !== '' &&
        indentOf(line) < indent &&
        /^\s*[\w.-]+:\s*(?:#.*)?$/.test(line) &&
        !/^\s*(?:steps|script):/.test(line),
    );
  const ofStep = [lines[from] ?? '', ...linesBelow(lines, from)];
  if (job < 0) return ofStep;
  // They stand beside `steps` or `script`
  const ofJob = linesBelow(lines, job).filter((line) => line.trim() !== '');
  return [...ofStep, ...ofJob.filter((line) => indentOf(line) === indentOf(ofJob[0] ?? ''))];
}

/** Those after a line that are set in further than it is. */
function linesBelow(lines: readonly string[], index: number): readonly string[] {
  const outer = indentOf(lines[index] ?? '');
  const after = lines.slice(index + 1);
  const end = after.findIndex((line) => line.trim() !== '' && indentOf(line) <= outer);
  return end < 0 ? after : after.slice(0, end);
}

function indentOf(line: string): number {
  return line.search(/\S/);
}

async function filesIn(repository: string, folder: string): Promise<readonly string[]> {
  const names = await readdir(join(repository, folder)).catch(() => []);
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => `${folder}/${name}`);
}
