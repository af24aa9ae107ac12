import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseCassette } from '../core/requests/cassette-text.js';
import type { Problem } from '../model/problem.js';
import { PathError, type RootPath, readText } from './files.js';

/** Reads cassettes only to see that they can be read: every line of all that is wrong. One that is not there is empty. */
export async function faultsOfCassettes(root: string, paths: Iterable<RootPath>): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const path of paths) {
    if (!existsSync(join(root, path))) continue;
    try {
      problems.push(...parseCassette(path, await readText(root, path)).problems);
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      problems.push({ file: path, line: 1, column: 1, message: error.message });
    }
  }
  return problems;
}
