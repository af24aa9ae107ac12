import { existsSync, statSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { filesBelow, findRoot, readText, rootPath } from '../../project/files.js';
import { cannotWrite, makeFolder } from '../../store/atomic.js';
import { repositoryAround, requireInside } from '../../store/places.js';
import { type ChosenCi, type CiSystem, ciFiles, detectCi, GITLAB_JOB, GITLAB_ROOT, includesJob } from './ci.js';
import { writeSampleAnswers } from './sample-answers.js';
import { readTemplate } from './templates.js';

const SUITE = 'evals/support-reply.eval.yaml';
const PROMPT = 'prompts/support-reply.prompt.yaml';
const CASSETTE = 'fixtures/support-reply.cassette.jsonl';
const STARTER = [
  { path: PROMPT, purpose: 'the prompt' },
  { path: 'prompts/support-reply.thresholds.yaml', purpose: 'its gates' },
  { path: SUITE, purpose: 'its cases and metrics' },
] as const;

/** A file of the project, by its path from the folder that init works in. */
export interface InitFile {
  readonly path: string;
  readonly purpose: string;
}

/** What init found and did. */
export interface InitReport {
  /** The folder it worked in. */
  readonly root: string;
  readonly made: readonly InitFile[];
  readonly kept: readonly InitFile[];
  readonly ci: ChosenCi;
  /** False when a file that was there already keeps the CI system from finding the job. */
  readonly jobStarts: boolean;
  /** Whether sample answers for the starter are there, so that it runs without a key. */
  readonly runsOffline: boolean;
  /** Suites of the project's own: then it needs no starter. */
  readonly ownSuites: boolean;
  /** Why the sample answers could not be written, when the files of the project do not load. */
  readonly failure: LlmciError | null;
}

/**
 * Adds what a project lacks to be evaluated: a prompt with gates, a suite and sample answers, a line in .gitignore, and a
 * workflow. What exists is never changed, except that .gitignore gets a line. Throws `no-folder` or `cannot-write`.
 */
export async function initProject(cwd: string, wanted: CiSystem | null, keyless: boolean): Promise<InitReport> {
  const folder = resolve(cwd);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new LlmciError('no-folder', { path: cwd });
  const root = findRoot(folder);
  const repository = repositoryAround(root) ?? root;
  const ci = wanted === null ? await detectCi(repository) : { system: wanted, why: 'as --ci says' };
  const made: InitFile[] = [];
  const kept: InitFile[] = [];
  const place = async (base: string, path: string, text: string, purpose: string) => {
    const file = { path: rootPath(root, join(base, path)), purpose };
    ((await writeNew(requireInside(base, path), text)) ? made : kept).push(file);
  };

  const suites = await filesBelow(root, 'evals', ['.eval.yaml', '.eval.yml'], []);
  const ownSuites = suites.some((path) => path !== SUITE);
  let failure: LlmciError | null = null;
  if (!ownSuites) {
    for (const { path, purpose } of STARTER) await place(root, path, await readTemplate(`starter/${path}`), purpose);
  }
  if (!ownSuites && existsSync(join(root, CASSETTE))) kept.push({ path: CASSETTE, purpose: 'answers' });
  else if (!ownSuites && (await isStarter(root))) {
    try {
      const answers = JSON.parse(await readTemplate('starter-answers.json')) as Record<string, string>;
      await makeFolder(requireInside(root, dirname(CASSETTE)));
      await writeSampleAnswers(root, 'support-reply', CASSETTE, answers);
      made.push({ path: CASSETTE, purpose: 'sample answers, so that it runs offline' });
    } catch (error) {
      if (!(error instanceof LlmciError) || error.code !== 'invalid-files') throw error;
      failure = error;
    }
  }
  if (keyless) await place(root, 'llmci.yaml', await readTemplate('keyless.yaml'), 'auth: oidc, in place of a key');
  if (await ignoreRuns(root)) made.push({ path: '.gitignore', purpose: 'a line for .llmci/, where runs are kept' });
  else kept.push({ path: '.gitignore', purpose: 'it has .llmci/' });
  const jobStarts = ci.system !== 'gitlab' || (await includesJob(repository));
  for (const { path, text, purpose } of await ciFiles(ci.system, root, repository, keyless)) {
    await place(repository, path, text, path === GITLAB_ROOT && !jobStarts ? `lacks ${GITLAB_JOB}` : purpose);
  }
  return { root, made, kept, ci, jobStarts, ownSuites, failure, runsOffline: existsSync(join(root, CASSETTE)) };
}

/** Writes a file unless one is there. Returns whether it did. */
export async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await makeFolder(dirname(path));
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(path)) return false;
    throw cannotWrite(path, error);
  }
}

/** Whether the prompt and the suite are the starter's own: sample answers to another prompt would be a lie. */
async function isStarter(root: string): Promise<boolean> {
  for (const path of [PROMPT, SUITE]) {
    const [there, starter] = await Promise.all([readText(root, path), readTemplate(`starter/${path}`)]);
    if (there !== starter) return false;
  }
  return true;
}

/** Sees to it that git leaves out the folder of runs. Returns whether that took a change. */
async function ignoreRuns(root: string): Promise<boolean> {
  const path = requireInside(root, '.gitignore');
  try {
    const text = existsSync(path) ? await readFile(path, 'utf8') : '';
    if (/^\/?\.llmci\/?\s*$/m.test(text)) return false;
    await appendFile(path, `${text === '' || text.endsWith('\n') ? '' : '\n'}.llmci/\n`);
    return true;
  } catch (error) {
    throw cannotWrite(path, error);
  }
}
