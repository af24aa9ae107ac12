import type { PromptDraft, SuiteDraft } from '../draft/draft.js';
import { Names, slug, stemOf } from '../draft/names.js';
import { writeDraft } from '../draft/write-draft.js';
import { Findings, NOT_EVALUATED, nothingOf } from '../import-findings.js';
import { defineImporter, type Imported, type SourceFile, type SourceFiles } from '../importer.js';
import { calibrationAdvice, JUDGE } from '../judges.js';
import { isUnreadable, type Located, memberOf, parseLocated, textOfLocated } from '../located.js';
import { readPromptfoo } from '../promptfoo/promptfoo.js';
import type { Reading } from '../reading.js';
import { readEval, suiteAsksJudge } from './evals.js';
import { isPromptObject, readPromptObject } from './prompt-object.js';

export const openai = defineImporter({
  format: 'openai',
  describe: "OpenAI's hosted prompts and Evals as JSON, promptfoo files of Evals",
  isSource: (path) => /\.json$/.test(path) || /(^|\/)promptfooconfig[^/]*\.ya?ml$/.test(path),
  read: readOpenai,
});

const OF_REPOSITORY =
  'it is an eval of the repository openai/evals: name its rows (`samples_jsonl`) as the `dataset` of a suite, whose prompt says `history: messages`; rows of `input` and `ideal` are read as they are';

/** What stands in a source, wherever it stands. */
interface Objects {
  readonly evals: Located[];
  readonly runs: Located[];
  readonly prompts: Located[];
}

async function readOpenai(source: SourceFile, files: SourceFiles): Promise<Imported> {
  const root = parseLocated(source.path, source.text);
  if (isUnreadable(root)) return nothingOf(root);
  const findings = new Findings();
  const reading: Reading = { findings, files };
  if (root.members.has('providers') && root.members.has('prompts')) return readPromptfoo(source, files);
  const found: Objects = { evals: [], runs: [], prompts: [] };
  collect(root, found, 0);
  if (found.evals.length + found.runs.length + found.prompts.length === 0)
    findings.refuse(
      'file',
      root.place,
      isOfRepository(root)
        ? OF_REPOSITORY
        : 'it holds neither a prompt (`messages`, `instructions`), nor an eval (`testing_criteria`), nor a run (`data_source`)',
    );
  const names = new Names();
  const fallback = slug(stemOf(source.path), 'openai');
  const prompts: PromptDraft[] = [];
  const suites: SuiteDraft[] = [];
  const hosted = new Set<string>();
  for (const value of found.prompts) {
    const prompt = await readPromptObject(reading, value, fallback, hosted);
    if (prompt) prompts.push({ ...prompt, id: names.unique(prompt.id) });
  }
  for (const { evaluation, runs } of pair(found)) {
    const read = await readEval(reading, evaluation, runs, fallback);
    const [prompt] = read.prompts;
    if (!prompt) continue;
    const id = names.unique(prompt.id);
    prompts.push({ ...prompt, id });
    if (read.suite) suites.push({ ...read.suite, name: id, prompts: [id] });
  }
  const judged = suites.find(suiteAsksJudge);
  if (judged) findings.change('graders', root.place, calibrationAdvice(judged.name));
  if (prompts.length > suites.length && prompts.length > 0) findings.change('prompts', root.place, NOT_EVALUATED);
  const draft = { source: source.path, format: 'openai', prompts, suites, providers: {}, judge: judged ? JUDGE : null };
  return { files: writeDraft(draft), report: findings.all() };
}

/** Evals of the repository openai/evals, which name a Python class, are another thing of the same name. */
function isOfRepository(root: Located): boolean {
  return [...root.members.values()].some(({ value }) => /^evals\./.test(textOfLocated(memberOf(value, 'class')) ?? ''));
}

/** Looks for objects in lists and mappings: people paste one, or several, or what a page of the API returns. */
function collect(value: Located, found: Objects, depth: number): void {
  if (value.members.has('testing_criteria')) {
    found.evals.push(value);
    const source = memberOf(value, 'data_source');
    if (source) found.runs.push(value);
  } else if (value.members.has('data_source')) found.runs.push(value);
  else if (isPromptObject(value)) found.prompts.push(value);
  else if (depth < 4)
    for (const inner of [...value.items, ...[...value.members.values()].map((member) => member.value)])
      collect(inner, found, depth + 1);
  if (depth < 4 && value.members.has('testing_criteria'))
    for (const run of memberOf(value, 'runs')?.items ?? []) collect(run, found, depth + 1);
}

/** Runs with the eval that they name; where only one eval is there, all are its. */
function pair({
  evals,
  runs,
}: Objects): readonly { readonly evaluation: Located | undefined; readonly runs: readonly Located[] }[] {
  const idOf = (value: Located, key: string) => memberOf(value, key)?.data;
  if (evals.length === 0) return runs.length > 0 ? [{ evaluation: undefined, runs }] : [];
  return evals.map((evaluation) => ({
    evaluation,
    runs:
      evals.length === 1
        ? runs
        : runs.filter((run) => idOf(run, 'eval_id') === idOf(evaluation, 'id') || run === evaluation),
  }));
}
