import { parseCassette } from '../../core/requests/cassette-text.js';
import type { Problem } from '../../model/problem.js';
import { problemOfFile } from '../../store/files/read-file.js';
import { type RootPath, readTextIfThere } from '../source/files.js';

/** Reads cassettes only to see that they can be read: every line of all that is wrong. One that is not there is empty. */
export async function faultsOfCassettes(root: string, paths: Iterable<RootPath>): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const path of paths) {
    try {
      const text = await readTextIfThere(root, path);
      for (const problem of text === null ? [] : parseCassette(path, text).problems) problems.push(problem);
    } catch (error) {
      problems.push(problemOfFile(path, error));
    }
  }
  return problems;
}
