import { ask } from './git.js';

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
