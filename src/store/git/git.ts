import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { LlmciError } from '../../core/text/errors.js';
import type { RunSummary } from '../../model/run-record.js';
import { pathInRepository, repositoryAround } from '../files/places.js';

const run = promisify(execFile);

/** A baseline of a large suite is long. */
const MOST_BYTES = 1 << 28;
const PATIENCE_MS = 10_000;

/** Git's variables, which a hook of git sets, name another repository than the one around a folder. */
const OTHER_REPOSITORY = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX'];

/**
 * What git gets of the environment: it answers for the folder that it is asked in, in English, and asks for no password.
 * A committed folder that looks like a bare repository is none: git would run what the settings in it name. Throws where a
 * git that knows no such rule (before 2.38) would take it for one.
 */
export function gitEnvironment(folder: string): NodeJS.ProcessEnv {
  requireNoBare(folder);
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  for (const name of OTHER_REPOSITORY) delete env[name];
  const settings = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0;
  env[`GIT_CONFIG_KEY_${settings}`] = 'safe.bareRepository';
  env[`GIT_CONFIG_VALUE_${settings}`] = 'explicit';
  env['GIT_CONFIG_COUNT'] = String(settings + 1);
  return env;
}

/** Git looks for a repository from a folder upwards, and takes the first that it finds. */
function requireNoBare(folder: string): void {
  if (!existsSync(folder)) return;
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    const has = (name: string) => existsSync(join(at, name));
    if (has('.git')) return;
    if (has('HEAD') && (has('objects') || has('commondir'))) throw new Error(`cannot use bare repository '${at}'`);
    if (at === dirname(at)) return;
  }
}

function optionsOf(folder: string, timeout: number) {
  return { cwd: folder, timeout, maxBuffer: MOST_BYTES, env: gitEnvironment(folder) };
}

/** What git says in a folder. Rejects when it fails, is not installed, or takes longer than it may, by default ten seconds. */
export async function ask(folder: string, args: readonly string[], timeout = PATIENCE_MS): Promise<string> {
  return (await run('git', args, optionsOf(folder, timeout))).stdout;
}

/** The same for what may be no text. */
export async function askBytes(folder: string, args: readonly string[]): Promise<Buffer> {
  // A letter for each byte: what git says of a fault stays a text
  const { stdout } = await run('git', args, { ...optionsOf(folder, PATIENCE_MS), encoding: 'latin1' });
  return Buffer.from(stdout, 'latin1');
}

/** The same for a command that reads what it is told. */
export async function tell(folder: string, args: readonly string[], input: string): Promise<string> {
  const told = run('git', args, optionsOf(folder, PATIENCE_MS));
  // A git that ends early says why itself
  told.child.stdin?.on('error', () => undefined);
  told.child.stdin?.end(input);
  return (await told).stdout;
}

/** What git is set up with in a folder: those of the settings that it has, by their names in small letters. `path` opens `~`. */
export async function readSettings(
  folder: string,
  names: readonly string[],
  type?: 'path',
): Promise<ReadonlyMap<string, string>> {
  const pattern = `^(${names.join('|').replaceAll('.', '\\.')})$`;
  const options = type === undefined ? [] : [`--type=${type}`];
  const text = await ask(folder, ['config', ...options, '--null', '--get-regexp', pattern]).catch(() => '');
  // Of one that is set twice the last counts, as for git itself
  return new Map(
    text.split('\0').flatMap((entry) => {
      const [name = '', ...value] = entry.split('\n');
      return name === '' ? [] : [[name, value.join('\n').trim()]];
    }),
  );
}

/** Whether a text may be the name of a commit: one that looks like an option would be one, and behind a colon stands a path. */
export function isCommitName(ref: string): boolean {
  return /^[^-\s:\p{Cc}][^\s:\p{Cc}]*$/u.test(ref);
}

/** What judges and what is judged: such a file that git does not have is in no commit either, also one that it ignores. */
const WRITTEN_FILES = ['prompts', 'evals', 'llmci.yaml'];

/** The commit, branch and state of the repository around a folder; null outside of one. */
export async function readGit(folder: string): Promise<RunSummary['git']> {
  try {
    const [status, others] = await Promise.all([
      ask(folder, ['status', '--porcelain=v2', '--branch', '--untracked-files=no']),
      ask(folder, ['ls-files', '--others', '--', ...WRITTEN_FILES]),
    ]);
    const lines = status.split('\n');
    const header = (name: string) =>
      lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3) ?? null;
    const commit = header('branch.oid');
    const branch = header('branch.head');
    if (commit === null || commit === '(initial)') return null;
    const dirty = others !== '' || lines.some((line) => line !== '' && !line.startsWith('#'));
    const within = pathInRepository(folder);
    return {
      commit,
      branch: branch === '(detached)' ? null : branch,
      dirty,
      ...(within === '' ? {} : { folder: within }),
    };
  } catch {
    return null; // no git or no repository: the record says that there is none
  }
}

/** Makes an annotated tag of the commit that is checked out, signed when git signs tags or commits. Throws `cannot-tag`. */
export async function tagCommit(folder: string, name: string, message: string): Promise<void> {
  // Tags are signed by git itself where tag.gpgSign says so
  const signsCommits = (await ask(folder, ['config', '--type=bool', '--get', 'commit.gpgSign']).catch(() => '')).trim();
  try {
    await ask(folder, ['tag', signsCommits === 'true' ? '--sign' : '--annotate', `--message=${message}`, '--', name]);
  } catch (error) {
    const { stderr = '', message: why } = error as Error & { stderr?: string };
    throw new LlmciError('cannot-tag', { name, why: stderr.trim().split('\n')[0] || why });
  }
}

/** The hosts that the remotes of a repository are on; none without git. */
export async function readRemoteHosts(repository: string): Promise<readonly string[]> {
  try {
    // https://host/path, ssh://git@host/path and git@host:path
    const host = /\t(?:\w+:\/\/)?(?:[^@/\s]*@)?([\w.-]+)[:/]/;
    return (await ask(repository, ['remote', '-v'])).split('\n').flatMap((line) => host.exec(line)?.[1] ?? []);
  } catch {
    return [];
  }
}

/**
 * The files below a folder that git tracks, by their paths from it; none outside of a repository. Why it cannot be told,
 * when git is not installed in a repository or refuses to look.
 */
export async function listTracked(folder: string): Promise<readonly string[] | string> {
  try {
    return (await ask(folder, ['ls-files', '-z', '--', '.'])).split('\0').filter(Boolean);
  } catch (error) {
    const { code, stderr = '', message } = error as Error & { code?: unknown; stderr?: string };
    if (/not a git repository/.test(stderr)) return [];
    if (code === 'ENOENT' && repositoryAround(folder) === null) return [];
    return code === 'ENOENT' ? 'git is not installed' : stderr.split('\n')[0] || message;
  }
}

/** The files of a commit. */
export interface Commit {
  /** The text of a file, by its path from the folder; null when the commit has none. */
  readonly read: (path: string) => Promise<string | null>;
  /** The paths of all files below a folder. */
  readonly list: (folder: string) => Promise<readonly string[]>;
}

/** A commit by its name, as git knows it in a folder. Throws `unreadable-baseline` for one that it does not know. */
export async function openCommit(root: string, ref: string): Promise<Commit> {
  if (!isCommitName(ref)) {
    throw new LlmciError('unreadable-baseline', { path: `git:${ref}`, why: 'this is no name of a commit' });
  }
  try {
    await ask(root, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  } catch {
    const why = 'git knows no such commit here; in CI, fetch it first';
    throw new LlmciError('unreadable-baseline', { path: `git:${ref}`, why });
  }
  return {
    read: (path) => ask(root, ['show', `${ref}:./${path}`]).catch(() => null),
    list: async (folder) => (await ask(root, ['ls-tree', '-r', '-z', '--name-only', ref, folder])).split('\0'),
  };
}
