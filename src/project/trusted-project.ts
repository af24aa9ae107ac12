import { existsSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '../core/text/canonical.js';
import { invalidFiles } from '../core/text/errors.js';
import { atTop, type Problem } from '../model/problem.js';
import type { Responder } from '../model/respond.js';
import { exportProject, resolveCommit } from '../store/git/git-tree.js';
import { type LoadOptions, loadProject, type Project } from './load.js';
import type { LoadedPrompt } from './prompts/load-prompts.js';

/** A project of a commit that is trusted, with prompts and datasets of a working tree that is not. */
export interface TrustedProject {
  readonly project: Project;
  /** What was read in place of llmci.yaml, by its path from the root of that project. */
  readonly config: string | undefined;
  readonly commit: string;
  /** The files that differ from those of the commit and were read from the working tree, by their paths from its root. */
  readonly taken: readonly string[];
  /** Removes the folder that it stands in. */
  readonly remove: () => Promise<void>;
}

/** What is read of somebody's prompt or dataset at the most. */
const MOST_BYTES = 100e6;

/**
 * Loads the project of a commit, and in it the prompts and datasets of the working tree, at the paths that the commit's own
 * suites use and as data: everything else is the commit's. It stands in a folder of its own, outside of the working tree, so
 * that nothing there is imported, replayed or followed. Throws `unknown-commit`, and `invalid-files` for what cannot be
 * loaded and for prompts that name code, providers or parameters that the commit's own do not.
 */
export async function loadTrusted(
  root: string,
  ref: string,
  { env, config, models }: Pick<LoadOptions, 'env' | 'config' | 'models'>,
): Promise<TrustedProject> {
  const commit = await resolveCommit(root, ref);
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'llmci-trusted-')));
  const remove = () => rm(folder, { recursive: true, force: true });
  let loaded: Project | null = null;
  try {
    const place = await exportProject(root, commit, folder, config);
    linkPackages(place.root);
    const load = () => loadProject({ env, models, cwd: place.root, ...place });
    const own = await load();
    await own.threads.close();
    const taken: string[] = [];
    for (const path of dataPathsOf(own)) if (await takeOver(root, place.root, path)) taken.push(path);
    loaded = await load();
    const problems = [...loaded.prompts.values()].flatMap((prompt) => refuse(prompt, own));
    const lost = [...own.prompts].filter(([id, { prompt }]) => loaded?.prompts.get(id)?.prompt.path !== prompt.path);
    for (const [id, { prompt }] of lost)
      problems.push({
        ...atTop(prompt.path),
        message: `its id is no longer ${id}, so it would not be judged as that prompt`,
      });
    if (problems.length > 0) throw invalidFiles(problems);
    return { project: loaded, config: place.config, commit, taken, remove };
  } catch (error) {
    await loaded?.threads.close();
    await remove();
    throw error;
  }
}

/** What is data for the suites of a project: the files of the prompts that are judged, and their datasets. */
function dataPathsOf({ prompts, suites }: Project): ReadonlySet<string> {
  const paths = [...prompts].flatMap(([id, { prompt }]) => (judges(id) ? [] : prompt.path));
  return new Set([...paths, ...[...suites.values()].flatMap(({ dataset }) => dataset ?? [])]);
}

/** Whether a prompt is of those who judge: a judge, or a simulated user, who decides what is asked. */
function judges(id: string): boolean {
  return id.startsWith('judges/') || id.startsWith('users/');
}

/**
 * Copies a file of the working tree over that of the commit. Returns whether they differ. Throws `invalid-files` for what is
 * gone, and for what is a link or stands behind one: it could lead to any file of this machine.
 */
async function takeOver(root: string, folder: string, path: string): Promise<boolean> {
  const from = join(realpathSync(root), path);
  const fault = faultOf(from);
  if (fault !== null) throw invalidFiles([{ ...atTop(path), message: fault }]);
  const to = join(folder, path);
  // A link of the commit would be written through
  if (existsSync(to) && realpathSync(to) !== resolve(to)) return false;
  if (existsSync(to) && (await readFile(to)).equals(await readFile(from))) return false;
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  return true;
}

function faultOf(place: string): string | null {
  if (!existsSync(place)) return 'is not in the working tree; what the suites of the trusted commit use must be there';
  if (realpathSync(place) !== place) return 'is a link, or stands behind one: only files themselves are read';
  const { size } = statSync(place);
  if (!statSync(place).isFile()) return 'is no file';
  return size > MOST_BYTES ? 'is larger than 100 MB' : null;
}

/** What a prompt of the working tree may not say, unless that of the commit says the same. */
function refuse({ prompt, source }: LoadedPrompt, own: Project): readonly Problem[] {
  const before = own.prompts.get(prompt.id)?.prompt;
  if (judges(prompt.id) && before?.path === prompt.path) return [];
  const problems: Problem[] = [];
  const report = (path: Parameters<typeof source.at>[0], message: string) =>
    problems.push({ ...source.at(path), message });
  const isCode = ({ kind }: Responder) => kind !== 'fixed';
  for (const [tool, responder] of prompt.responses?.responders ?? []) {
    const known = before?.responses?.responders.get(tool);
    if (isCode(responder) && (known === undefined || canonicalJson(known) !== canonicalJson(responder)))
      report(['tools'], `tool ${tool} names code to respond with, which the trusted commit does not`);
  }
  const provider = prompt.model?.split('/')[0] ?? null;
  if (provider !== null && !own.providers.has(provider))
    report(['model'], `names the provider ${provider}, which the trusted commit does not have`);
  const extra = (parameters = prompt.parameters) => canonicalJson(parameters.extra ?? {});
  if (extra() !== (before ? extra(before.parameters) : '{}'))
    report(['modelParameters'], '`extra` goes to the service as it is, and is not that of the trusted commit');
  return problems;
}

/** Modules of the commit find the packages beside which llmci itself is installed, and none of the working tree. */
function linkPackages(folder: string): void {
  const installed = dirname(fileURLToPath(new URL('../../package.json', import.meta.url)));
  const packages =
    basename(dirname(installed)) === 'node_modules' ? dirname(installed) : join(installed, 'node_modules');
  const place = join(folder, 'node_modules');
  if (!existsSync(place) && existsSync(packages)) symlinkSync(packages, place, 'junction');
}
