import { pathFrom, repositoryAround } from '../files/places.js';
import { ask } from './git.js';

/**
 * The files that differ between a commit (its hash) and the working tree of the repository around a folder, those that git
 * does not track and does not ignore included, by their paths from the folder. Sorted.
 */
export async function changedPaths(folder: string, commit: string): Promise<readonly string[]> {
  const repository = repositoryAround(folder) ?? folder;
  const [differ, untracked] = await Promise.all([
    // Settings of the repository must not run a program to tell what differs
    ask(repository, ['diff', '--name-only', '--no-renames', '--no-ext-diff', '--no-textconv', '-z', commit, '--']),
    ask(repository, ['ls-files', '--others', '--exclude-standard', '-z']),
  ]);
  const within = pathFrom(repository, folder);
  const steps = within === '' ? 0 : within.split('/').length;
  const fromFolder = (path: string) =>
    within === ''
      ? path
      : path.startsWith(`${within}/`)
        ? path.slice(within.length + 1)
        : `${'../'.repeat(steps)}${path}`;
  const paths = [...differ.split('\0'), ...untracked.split('\0')].filter(Boolean).map(fromFolder);
  return [...new Set(paths)].sort();
}
