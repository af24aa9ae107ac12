import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LlmciError } from '../core/text/errors.js';
import { findRoot, hasSuites } from '../project/source/files.js';
import { pathFrom } from '../store/files/places.js';

/** The project that a command works in, and the suites that it names there. */
export interface FoundProject {
  readonly root: string;
  readonly suites: readonly string[];
}

/**
 * The project around a folder, or that of the suites which are named by their files: at the root of a monorepo these may be
 * in any project below it. Throws `bad-flag` for suites of several projects.
 */
export function findProject(suites: readonly string[], cwd: string, command: string): FoundProject {
  const here = findRoot(cwd);
  const found = suites.map((name) => {
    const path = resolve(cwd, name);
    if (!/\.ya?ml$/.test(name) || !isFile(path)) return { root: here, name };
    const root = findRoot(/^(.*)[\\/]evals[\\/]/.exec(path)?.[1] ?? dirname(path));
    return { root, name: pathFrom(root, path) };
  });
  const roots = [...new Set(found.map(({ root }) => root))];
  if (roots.length > 1) {
    const why = `${roots.join(' and ')} are projects of their own: run them one by one, or with llmci eval --all-projects`;
    throw new LlmciError('bad-flag', { flag: 'suite', why, command });
  }
  return { root: roots[0] ?? here, suites: found.map(({ name }) => name) };
}

/** The folders at and below this one that are projects with suites, sorted. */
export async function findProjects(folder: string): Promise<readonly string[]> {
  const found = hasSuites(folder) ? [folder] : [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const isOurs = ['evals', 'prompts', 'fixtures'].includes(entry.name) && found.length > 0;
    if (!entry.isDirectory() || entry.name.startsWith('.') || entry.name === 'node_modules' || isOurs) continue;
    found.push(...(await findProjects(join(folder, entry.name))));
  }
  return found;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
