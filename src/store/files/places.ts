import { existsSync, lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';

// Where paths may lead. What a file of the repository leads out of it, by a path that is written in it or by being a link,
// is refused, for reading and for writing: a fork could have llmci overwrite or show any file of the machine that runs
// it. Where a person points to on the command line is theirs. No other file decides this.

/** As many links as Linux follows in one path. */
export const MOST_LINKS = 40;

/** The folder of the git repository around a folder; null when there is none. */
export function repositoryAround(folder: string): string | null {
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, '.git'))) return above;
    if (dirname(above) === above) return null;
  }
}

/**
 * The real place of a path that is written in a file of a project, or follows from one: links are followed, also those to
 * what is not there yet. Null when it is not in the project, or in what git keeps for itself.
 */
export function placeInside(root: string, path: string): string | null {
  const asked = resolve(root, path);
  return isInside(resolve(root), asked) ? within(root, asked) : null;
}

/** The same for what must have a place. Throws `bad-link`. */
export function requireInside(root: string, path: string): string {
  const place = placeInside(root, path);
  if (place === null) throw new LlmciError('bad-link', { path, why: 'leads out of the project' });
  return place;
}

/**
 * The real place of a path that a person has named, by its path from the folder. Throws `bad-link` when a link in the
 * repository leads out of it: that is not where the person pointed to.
 */
export function placeNamed(root: string, path: string): string {
  const asked = resolve(root, path);
  const repository = repositoryAround(resolve(root)) ?? resolve(root);
  const isTheirs = !isInside(repository, asked) && !isInside(followLinks(repository), followLinks(dirname(asked)));
  const place = isTheirs ? asked : within(repository, asked);
  if (place === null) throw new LlmciError('bad-link', { path, why: 'leads out of the repository' });
  return place;
}

/**
 * A place in a folder that llmci keeps itself, such as that of a run. Throws `bad-link` when it is a link, or stands in
 * one, or is a pipe or the like, at which reading would wait for ever: llmci makes none there, so somebody else has.
 */
export function ownPlace(folder: string, ...names: readonly string[]): string {
  let place = folder;
  for (const name of names) {
    place = join(place, name);
    const kind = kindOf(place);
    if (kind === null || kind.isFile() || kind.isDirectory()) continue;
    const what = kind.isSymbolicLink() ? 'a link' : 'a pipe or a device';
    throw new LlmciError('bad-link', { path: place, why: `is ${what}, and llmci makes none there` });
  }
  return place;
}

/** The path of a place from a folder, with `/` on every system. */
export function pathFrom(folder: string, place: string): string {
  return relative(folder, place).split(sep).join('/');
}

/** The path of a folder in the repository around it, with `/` on every system; '' at its root, and where there is none. */
export function pathInRepository(folder: string): string {
  return pathFrom(repositoryAround(folder) ?? folder, folder);
}

/** Whether a path is a folder or stands in it; both are absolute. */
export function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function within(folder: string, asked: string): string | null {
  const boundary = followLinks(resolve(folder));
  const place = followLinks(asked);
  if (!isInside(boundary, place)) return null;
  const steps = relative(boundary, place).split(sep);
  // Hooks and settings in there are run
  return steps.some((step) => step.toLowerCase() === '.git') ? null : place;
}

/**
 * Where an absolute path really leads. What cannot be followed (it is not there, is no folder, may not be looked at, leads
 * round in a circle) stays as it is written: opening it says why.
 */
function followLinks(path: string): string {
  let { root: place } = parse(path);
  let steps = stepsOf(path);
  let links = 0;
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    // After a link `..` is meant from where it led
    if (step === '..') {
      place = dirname(place);
      continue;
    }
    const next = join(place, step);
    const target = targetOf(next);
    if (target === null || ++links > MOST_LINKS) {
      place = next;
      continue;
    }
    if (isAbsolute(target)) place = parse(target).root;
    steps = [...stepsOf(target), ...steps];
  }
  return place;
}

function stepsOf(path: string): string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((step) => step !== '' && step !== '.');
}

/** What stands at a path, links not followed; null when it is not there, or not to be seen. */
function kindOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** Where a link leads, as it is written; null for what is none. */
function targetOf(path: string): string | null {
  try {
    return kindOf(path)?.isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null; // it has gone
  }
}
