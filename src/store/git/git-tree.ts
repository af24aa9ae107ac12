import { spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { isInside, MOST_LINKS, pathFrom, placeInside, repositoryAround } from '../files/places.js';
import { ask, gitEnvironment, isCommitName } from './git.js';

/** The hash of a commit by its name, as git knows it in a folder. Throws `unknown-commit`. */
export async function resolveCommit(folder: string, ref: string): Promise<string> {
  if (!isCommitName(ref)) throw new LlmciError('unknown-commit', { ref, why: 'this is no name of a commit' });
  try {
    return (await ask(folder, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])).trim();
  } catch {
    throw new LlmciError('unknown-commit', { ref, why: 'there is no such branch, tag or hash' });
  }
}

/** The newest commit that two commits have in common; null when the checkout does not reach back to it. */
export async function commonAncestor(folder: string, one: string, other: string): Promise<string | null> {
  try {
    return (await ask(folder, ['merge-base', one, other])).trim() || null;
  } catch {
    return null;
  }
}

/** A file of a state of a repository, as git lists it. */
interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  /** From the folder that was asked for. */
  readonly path: string;
}

const LINK = '120000';
const SUBMODULE = '160000';

/** A project that was written elsewhere, with the path from its root of what is read in place of llmci.yaml. */
export interface ExportedProject {
  readonly root: string;
  readonly config: string | undefined;
}

/**
 * Writes a project as it is in a commit or the index into an empty folder, with the configuration that `config` names by its
 * path from the root: one that stands elsewhere in the repository, or behind a link that leads there, as far from the project
 * as it was there. One from outside is of no commit: it stays where it is.
 */
export async function exportProject(
  root: string,
  state: string,
  into: string,
  config?: string,
): Promise<ExportedProject> {
  const repository = repositoryAround(root);
  const named = config === undefined ? root : resolve(root, config);
  const place = repository === null || config === undefined ? named : await behindLinks(repository, state, named);
  if (isInside(root, place) || repository === null || !isInside(repository, place)) {
    await exportTree(root, state, into);
    return { root: into, config: isInside(root, named) ? config : named };
  }
  const project = join(into, relative(repository, root));
  await mkdir(project, { recursive: true });
  await exportTree(root, state, project);
  await exportTree(repository, state, into, pathFrom(repository, place));
  return { root: project, config: pathFrom(root, place) };
}

/** Where a path leads by the links of a state of the repository, which may be others than those that are checked out. */
async function behindLinks(repository: string, state: string, path: string): Promise<string> {
  let place = path;
  for (let links = 0; links < MOST_LINKS && isInside(repository, place); links++) {
    const steps = pathFrom(repository, place).split('/');
    const paths = steps.map((_, index) => steps.slice(0, index + 1).join('/'));
    const entries = (await Promise.all(paths.map((each) => listTree(repository, state, each)))).flat();
    const link = entries.find((entry) => entry.mode === LINK && paths.includes(entry.path));
    if (link === undefined) return place;
    for await (const [, content] of readObjects(repository, [link])) {
      const at = join(repository, link.path);
      place = resolve(dirname(at), content.toString(), relative(at, place));
    }
  }
  return place;
}

/**
 * Writes the files below a folder of the repository (of them those at `path`), as they are in a commit (its hash) or in the
 * index, into an empty folder. They are read from git's own store, so no filter, hook or setting of the repository is run. A
 * link that stays inside becomes one; any other, and a submodule, is left out, since nothing may be read through it.
 */
export async function exportTree(folder: string, state: string, into: string, path = '.'): Promise<void> {
  const entries = (await listTree(folder, state, path)).filter(({ mode }) => mode !== SUBMODULE);
  const files = entries.filter(({ mode }) => mode !== LINK);
  for await (const [{ path }, content] of readObjects(folder, files)) {
    const place = placeInside(into, path);
    if (place === null) continue; // no git that is not hostile makes such a name
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content);
  }
  // After all files, so that none is written through one
  for await (const [{ path }, content] of readObjects(
    folder,
    entries.filter(({ mode }) => mode === LINK),
  )) {
    const place = placeInside(into, path);
    const target = content.toString();
    if (place === null || isAbsolute(target) || !isInside(into, resolve(dirname(join(into, path)), target))) continue;
    await mkdir(dirname(place), { recursive: true });
    await symlink(target, place);
  }
}

async function listTree(folder: string, state: string, path: string): Promise<readonly TreeEntry[]> {
  // `mode type hash TAB path` of a commit, `mode hash stage TAB path` of the index
  const args =
    state === 'index' ? ['ls-files', '--stage', '-z', '--', path] : ['ls-tree', '-r', '-z', state, '--', path];
  return (await ask(folder, args))
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', second = '', third = ''] = line.slice(0, tab).split(' ');
      return { mode, object: state === 'index' ? second : third, path: line.slice(tab + 1) };
    });
}

/** The contents of files, in their order: one process of git for all of them. */
async function* readObjects(
  folder: string,
  entries: readonly TreeEntry[],
): AsyncGenerator<readonly [TreeEntry, Buffer]> {
  if (entries.length === 0) return;
  const git = spawn('git', ['cat-file', '--batch'], {
    cwd: folder,
    env: gitEnvironment(folder),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // Either is seen in what it answers: too little
  git.on('error', () => undefined);
  git.stdin.on('error', () => undefined);
  git.stdin.end(entries.map(({ object }) => `${object}\n`).join(''));
  const pieces = git.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let held: Buffer = Buffer.alloc(0);
  const more = async (): Promise<void> => {
    const next = await pieces.next();
    if (next.done === true) throw new Error('git ended before it had given all files');
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value]);
  };
  try {
    for (const entry of entries) {
      while (!held.includes(10)) await more();
      const end = held.indexOf(10);
      const header = held.subarray(0, end).toString(); // `hash type size`
      const size = Number(/^\w+ blob (\d+)$/.exec(header)?.[1] ?? Number.NaN);
      if (Number.isNaN(size)) throw new Error(`git has no content of ${entry.path}: ${header}`);
      held = held.subarray(end + 1);
      const waiting: Buffer[] = [held];
      let length = held.length;
      while (length < size + 1) {
        held = Buffer.alloc(0);
        await more();
        waiting.push(held);
        length += held.length;
      }
      held = waiting.length === 1 ? held : Buffer.concat(waiting);
      yield [entry, held.subarray(0, size)];
      held = held.subarray(size + 1);
    }
  } finally {
    git.kill();
  }
}
