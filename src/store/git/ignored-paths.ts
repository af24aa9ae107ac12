import { tell } from './git.js';

/** Those of some paths (from a folder) that git ignores; none outside of a repository. What git tracks it does not ignore. */
export async function ignoredPaths(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  try {
    const told = await tell(folder, ['check-ignore', '-z', '--stdin'], paths.map((path) => `${path}\0`).join(''));
    return new Set(told.split('\0').filter(Boolean));
  } catch {
    return new Set(); // git ends with 1 where it ignores none of them
  }
}
