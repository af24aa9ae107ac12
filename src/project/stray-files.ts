import { nearestName } from '../core/text/suggest.js';
import type { Problem } from '../model/problem.js';
import { filesBelow } from './files.js';

/** What is read below each folder, by the word before the ending. */
const READ: Readonly<Record<string, readonly string[]>> = { prompts: ['prompt', 'thresholds'], evals: ['eval'] };
const WORDS = Object.values(READ).flat();

/**
 * Reports files whose names are nearly those of prompts, thresholds and suites, or stand in the wrong folder: they would
 * not be read, and gates that are not read fail nothing.
 */
export async function findStrayFiles(root: string, problems: Problem[]): Promise<void> {
  for (const [folder, words] of Object.entries(READ)) {
    for (const file of await filesBelow(root, folder, ['.yaml', '.yml'], problems)) {
      const word = /\.([^./]+)\.ya?ml$/.exec(file)?.[1];
      if (word === undefined || words.includes(word)) continue;
      const meant = nearestName(word, WORDS);
      if (meant === null) continue;
      const home = Object.keys(READ).find((name) => READ[name]?.includes(meant));
      const advice = home === folder ? `did you mean .${meant}.yaml?` : `.${meant}.yaml files are read below ${home}/`;
      problems.push({ file, line: 1, column: 1, message: `this file is not read: ${advice}` });
    }
  }
}
