import { addressIn, coAuthorsIn } from '../../core/text/co-authors.js';
import { ask, isCommitName } from './git.js';

/** A commit of a change, and whose it is. */
export interface ChangeCommit {
  readonly hash: string;
  /** The address of the author as the commit has it, in small letters. */
  readonly author: string;
  /** The addresses of all who had a hand in it, under every name that git knows of them. */
  readonly hands: readonly string[];
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
  const format = `%H%x00%ae%x00%aE %ce %cE%x00%(trailers:key=${trailer},valueonly,separator=%x2C)%x00%B%x00`;
  const range = ['log', '--full-history', `--format=${format}`, `${base}..HEAD`];
  const fields = (await ask(folder, ['--literal-pathspecs', ...range, '--', ...paths])).split('\0');
  const commits: ChangeCommit[] = [];
  for (let at = 0; at + FIELDS <= fields.length; at += FIELDS) {
    const [hash = '', author = '', others = '', trailers = '', message = ''] = fields.slice(at, at + FIELDS);
    const together = coAuthorsIn(message).map((name) => addressIn(name) ?? name);
    commits.push({
      hash: hash.trim(),
      author: author.toLowerCase(),
      hands: [author, ...others.split(' '), ...together].filter(Boolean).map((each) => each.toLowerCase()),
      trailers: trailers
        .split(',')
        .map((value) => value.trim())
        .filter(Boolean),
    });
  }
  return commits;
}

/** Of a commit in a log. */
const FIELDS = 5;

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
