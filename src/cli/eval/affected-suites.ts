import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Affected, findAffected, type SuiteParts, sortChangedFiles } from '../../core/scores/affected.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { count } from '../../core/text/format.js';
import { namesOf } from '../../core/text/names-of.js';
import { printableJson } from '../../core/text/write-json.js';
import type { RunSettings } from '../../model/run-settings.js';
import { loadProject, type Project } from '../../project/load.js';
import type { AffectedOnly } from '../../runs/setup/start-options.js';
import { filesDigested, partsOfSuites } from '../../runs/suite-parts.js';
import { type Base, findBase } from '../../store/git/base-ref.js';
import { changedPaths } from '../../store/git/changed-paths.js';
import { exportProject } from '../../store/git/git-tree.js';
import type { Terminal } from '../terminal.js';
import type { EvalFlags } from './eval-flags.js';

/** What --affected has found. */
export interface FoundAffected extends AffectedOnly, Pick<Affected, 'affected' | 'gone'> {
  readonly suites: readonly string[];
  readonly base: Base;
}

/** Suites and files that a note names. */
const NAMED = 8;

/**
 * The suites that the change since the base can touch. What they depend on is compared by digests of both states, loaded in the
 * same way; where the base cannot be loaded, all are. Throws `bad-flag` without a base, and `unknown-commit`.
 */
export async function affectedSuites(
  project: Project,
  { base: given }: Pick<EvalFlags, 'base'>,
  { config, models }: Pick<RunSettings, 'config' | 'models'>,
  out: string,
  { env }: Pick<Terminal, 'env'>,
): Promise<FoundAffected> {
  const { root } = project;
  const base = await findBase(root, env, given ?? null);
  if (base === null) {
    const why = 'there is no base to compare with: no pull request is known here; give --base REF';
    throw new LlmciError('bad-flag', { flag: '--affected', why, command: 'eval' });
  }
  const now = await partsOfSuites(project);
  const before = await partsOfBase(root, base.commit, { config, models }, out, env);
  const name = nameOf(base);
  if ('why' in before) {
    const all = [...now.keys()].map((suite) => ({ suite, why: before.why }));
    const notes = [`All suites are run: the files of ${name} could not be compared with (${before.why}).`];
    return { suites: [...now.keys()], base, affected: all, leftOut: [], gone: [], notes };
  }
  const digested = new Set([...filesDigested(project.suites.values()), ...before.digested]);
  const files = sortChangedFiles(await changedPaths(root, base.commit), digested);
  const { affected, leftOut, gone } = findAffected(before.parts, now, files);
  return {
    ...{ suites: affected.map(({ suite }) => suite), base, affected, gone },
    leftOut: leftOut.map(({ suite }) => suite),
    notes: [
      ...affected.slice(0, NAMED).map(({ suite, why }) => `Affected since ${name}: ${suite}, as ${why}.`),
      ...(affected.length > NAMED ? [`… and ${count(affected.length - NAMED, 'more suite')} affected.`] : []),
      ...describeRest({ leftOut: leftOut.map(({ suite }) => suite), gone }),
    ],
  };
}

function nameOf({ name, commit }: Base): string {
  return `${name} (${commit.slice(0, 7)})`;
}

function describeRest({ leftOut, gone }: Pick<FoundAffected, 'leftOut' | 'gone'>): string[] {
  return [
    ...(leftOut.length > 0
      ? [`Left out, as nothing that they depend on has changed: ${namesOf(leftOut, NAMED)}.`]
      : []),
    ...(gone.length > 0 ? [`No longer there: ${namesOf(gone, NAMED)}.`] : []),
  ];
}

interface PartsOfBase {
  readonly parts: ReadonlyMap<string, SuiteParts>;
  /** The datasets and cassettes of its suites. */
  readonly digested: readonly string[];
}

/** What the suites of a commit depend on; why that cannot be told, when its files cannot be loaded. */
async function partsOfBase(
  root: string,
  commit: string,
  { config, models }: Pick<RunSettings, 'config' | 'models'>,
  out: string,
  env: Terminal['env'],
): Promise<PartsOfBase | { readonly why: string }> {
  // Within the project, so that modules find the packages that are installed there
  await mkdir(out, { recursive: true });
  const folder = await realpath(await mkdtemp(join(out, 'base-')));
  let loaded: Project | null = null;
  try {
    const place = await exportProject(root, commit, folder, config ?? undefined);
    loaded = await loadProject({ env, models, cwd: place.root, ...place });
    return { parts: await partsOfSuites(loaded), digested: filesDigested(loaded.suites.values()) };
  } catch (error) {
    if (error instanceof LlmciError) return { why: error.inOneLine };
    throw error;
  } finally {
    await loaded?.threads.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Says that nothing was evaluated, which is no verdict; there is no run, and no report is written. Returns the exit code. */
export function sayNothingAffected(found: FoundAffected, flags: EvalFlags, { stdout }: Terminal): number {
  const { base, leftOut, gone, affected } = found;
  if (flags.json) {
    stdout.write(`${printableJson({ base, affected, leftOut, gone }, 2)}\n`);
    return EXIT.pass;
  }
  const lines = flags.quiet ? [] : describeRest({ leftOut, gone });
  const reports = (flags.reporter ?? []).length > 0 ? ' and no report written' : '';
  stdout.write(
    `${[...lines, `NOTHING AFFECTED (exit code 0): the change since ${nameOf(base)} touches no suite. Nothing was evaluated${reports}: this is no verdict.`].join('\n')}\n`,
  );
  return EXIT.pass;
}
