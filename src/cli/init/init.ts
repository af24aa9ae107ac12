import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { filesBelow, findRoot } from '../../project/source/files.js';
import { cannotWrite, makeFolder } from '../../store/files/atomic.js';
import { pathFrom, repositoryAround, requireInside } from '../../store/files/places.js';
import { ciFiles, includesJob } from './ci.js';
import { type ChosenCi, type CiSystem, detectCi, GITLAB_JOB, GITLAB_ROOT } from './ci-system.js';
import { CONFIG, configText, type InitWishes } from './config.js';
import { keylessGaps, readOwnConfig } from './config-gaps.js';
import { keptWorkflowGaps } from './kept-workflows.js';
import {
  answerStarter,
  blessStarter,
  findStarter,
  hasAnswers,
  STARTER_BASELINE,
  STARTER_CASSETTE,
  STARTER_FILES,
  STARTER_SUITE,
  starterText,
} from './starter.js';
import { KEYLESS_STARTER, type StarterModel, starterModelFor } from './starter-model.js';

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
  /** The variable of the key that real answers of the starter need. */
  readonly starterKey: string;
  /** Suites of the project's own: then it needs no starter. */
  readonly ownSuites: boolean;
  /** What a person has to do to files that were there already, so that the workflows do what is said. */
  readonly steps: readonly string[];
  /** Why the sample answers could not be written, when the files of the project do not load. */
  readonly failure: LlmciError | null;
}

/**
 * Adds what a project lacks to be evaluated: a prompt with gates, a suite, sample answers and a baseline of them, a
 * configuration, a line in .gitignore, and workflows. What exists is never changed, except that .gitignore gets a line. The
 * starter is for the vendor whose key `env` has. Throws `no-folder` or `cannot-write`.
 */
export async function initProject(
  cwd: string,
  wanted: CiSystem | null,
  wishes: InitWishes,
  env: EnvironmentVariables,
): Promise<InitReport> {
  const folder = resolve(cwd);
  const root = findRoot(folder);
  const repository = repositoryAround(root) ?? root;
  const ci = wanted === null ? await detectCi(repository) : { system: wanted, why: 'as --ci says' };
  const made: InitFile[] = [];
  const kept: InitFile[] = [];
  const place = async (base: string, path: string, text: string, purpose: string) => {
    const file = { path: pathFrom(root, join(base, path)), purpose };
    ((await writeNew(requireInside(base, path), text)) ? made : kept).push(file);
  };

  const suites = await filesBelow(root, 'evals', ['.eval.yaml', '.eval.yml'], []);
  const ownSuites = suites.some((path) => path !== STARTER_SUITE);
  const wasConfigured = existsSync(join(root, CONFIG));
  await place(root, CONFIG, await configText(root, wishes), wasConfigured ? 'the configuration' : purposeOf(wishes));
  let failure: LlmciError | null = null;
  let model = wishes.keyless ? KEYLESS_STARTER : starterModelFor(env);
  if (!ownSuites) {
    for (const file of STARTER_FILES) await place(root, file.path, await starterText(root, file, model), file.purpose);
    const starter = await findStarter(root);
    model = starter ?? model;
    failure = await addAnswers(root, starter, made, kept);
  }
  if (await ignoreRuns(root)) made.push({ path: '.gitignore', purpose: 'a line for .llmci/, where runs are kept' });
  else kept.push({ path: '.gitignore', purpose: 'it has .llmci/' });
  const keptBefore = kept.length;
  const jobStarts = ci.system !== 'gitlab' || (await includesJob(repository));
  for (const { path, text, purpose } of await ciFiles(ci.system, root, repository, wishes)) {
    await place(repository, path, text, path === GITLAB_ROOT && !jobStarts ? `lacks ${GITLAB_JOB}` : purpose);
  }
  const steps = [
    ...(wishes.keyless ? await keylessGaps(await readOwnConfig(root)) : []),
    ...(await keptWorkflowGaps(root, repository, kept.slice(keptBefore), wishes.keyless)),
  ];
  const runsOffline = hasAnswers(root);
  return { root, made, kept, ci, jobStarts, ownSuites, failure, steps, runsOffline, starterKey: model.key };
}

function purposeOf({ keyless, delivery }: InitWishes): string {
  return [
    'a budget',
    ...(keyless ? ['auth: oidc in place of a key'] : []),
    ...(delivery ? ['staging, production, and where their state is'] : []),
  ].join('; ');
}

/** Sample answers for the starter, and the baseline of them. Returns why not, when the files of the project do not load. */
async function addAnswers(
  root: string,
  starter: StarterModel | null,
  made: InitFile[],
  kept: InitFile[],
): Promise<LlmciError | null> {
  const own = hasAnswers(root);
  if (own) kept.push({ path: STARTER_CASSETTE, purpose: 'answers' });
  if (existsSync(join(root, STARTER_BASELINE))) kept.push({ path: STARTER_BASELINE, purpose: 'the baseline' });
  if (own || !starter) return null;
  try {
    await answerStarter(root, starter);
    made.push({ path: STARTER_CASSETTE, purpose: 'sample answers, so that it runs offline' });
    if (!existsSync(join(root, STARTER_BASELINE)) && (await blessStarter(root)))
      made.push({ path: STARTER_BASELINE, purpose: 'their scores, which the next change is compared with' });
    return null;
  } catch (error) {
    if (error instanceof LlmciError && error.code === 'invalid-files') return error;
    throw error;
  }
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
