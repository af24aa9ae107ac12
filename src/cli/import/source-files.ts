import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import picomatch from 'picomatch';
import type { SourceFiles } from '../../importers/importer.js';
import { isInside, pathFrom, placeInside, repositoryAround } from '../../store/files/places.js';
import { PathError, readFileText } from '../../store/files/read-file.js';

/** More files than a glob of prompts or tests finds. */
const MOST_FILES = 20_000;

/** The folder that a source may read from: its repository, or else the current folder when it is in there, or the one it is in. */
export function readableAround(source: string, cwd: string): string {
  const folder = dirname(resolve(source));
  return repositoryAround(folder) ?? (isInside(cwd, folder) ? cwd : folder);
}

/** The files of a folder, for importers: nothing outside of it, also not through links. */
export function sourceFiles(folder: string): SourceFiles {
  let all: Promise<readonly string[]> | null = null;
  return {
    read: async (path) => {
      try {
        return { text: await readFileText(() => requirePlace(folder, path), path) };
      } catch (error) {
        if (error instanceof PathError) return { why: error.message };
        throw error;
      }
    },
    find: async (pattern) => {
      all ??= listFiles(folder);
      try {
        const matches = picomatch(pattern.slice(0, 1000), { dot: true });
        return (await all).filter((path) => matches(path));
      } catch {
        return []; // no pattern
      }
    },
  };
}

function requirePlace(folder: string, path: string): string {
  const place = placeInside(folder, path);
  if (place === null) throw new PathError(`${path} is outside of the repository, and is not read`);
  return place;
}

/** The paths of the files below a folder, sorted; links are not followed. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = async (current: string): Promise<void> => {
    const entries = await readdir(current, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (found.length >= MOST_FILES) return;
      const path = join(current, entry.name);
      if (entry.isFile()) found.push(pathFrom(folder, path));
      else if (entry.isDirectory() && !['node_modules', '.git', '.llmci'].includes(entry.name)) await walk(path);
    }
  };
  await walk(folder);
  return found.sort();
}
