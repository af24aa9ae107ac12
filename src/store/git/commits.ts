import { ask, isCommitName } from './git.js';

/** A commit of a change, and whose it is. */
export interface ChangeCommit {
  readonly hash: string;
  /** The address of the author, in small letters. */
  readonly author: string;
  readonly committer: string;
  /** The values of one trailer of its message. */
  readonly trailers: readonly string[];
}

/**
 * The commits between a base and HEAD, the newest first, with the values of a trailer; with `paths` (from the folder) only
 * those that touch one of them.
 */
export async function listCommits(
  folder: string,
  base: string,
  trailer: string,
  paths: readonly string[] = [],
): Promise<readonly ChangeCommit[]> {
  const format = `%H%x00%aE%x00%cE%x00%(trailers:key=${trailer},valueonly,separator=%x2C)%x00`;
  const range = ['log', '--full-history', `--format=${format}`, `${base}..HEAD`];
  const text = await ask(folder, ['--literal-pathspecs', ...range, '--', ...paths]);
  return text
    .split('\0\n')
    .filter(Boolean)
    .map((line) => {
      const [hash = '', author = '', committer = '', trailers = ''] = line.split('\0');
      return {
        hash,
        author: author.toLowerCase(),
        committer: committer.toLowerCase(),
        trailers: trailers
          .split(',')
          .map((value) => value.trim())
          .filter(Boolean),
      };
    });
}

/**
 * The commits at which a file may have other content: the given one first, then those that touched the file, the newest
 * first. None outside of a repository; a shallow one may lack some.
 */
export async function commitsOfFile(
  folder: string,
  path: string,
  first: string | null,
  most: number,
): Promise<readonly string[]> {
  const log = ['--literal-pathspecs', 'log', '--full-history', '--format=%H', `--max-count=${most}`, '--', path];
  const known = first !== null && isCommitName(first) ? await hashOf(folder, first) : [];
  const touching = await ask(folder, log).catch(() => '');
  return [...new Set([...known, ...touching.split('\n').filter(Boolean)])];
}

async function hashOf(folder: string, ref: string): Promise<readonly string[]> {
  const hash = await ask(folder, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]).catch(() => '');
  return hash.trim() === '' ? [] : [hash.trim()];
}
