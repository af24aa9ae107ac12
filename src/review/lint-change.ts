import type { World } from '../calls/world.js';
import { placeMessages } from '../core/prompts/messages.js';
import { dayOf } from '../core/text/day.js';
import type { Problem } from '../model/problem.js';
import { lintFiles } from '../project/lint/lint.js';
import { readWhatCanBeRead } from '../project/load.js';
import { listChangedLines } from '../store/git/changed-lines.js';
import type { ProjectState } from './project-state.js';

/**
 * What lint finds in lines that are other than in the base. As for `llmci lint`, modules that suites name are loaded. Throws
 * nothing for files that are wrong: those are told by the diff and by `validate`.
 */
export async function lintChange(
  root: string,
  base: string,
  from: ProjectState,
  { env, date }: Pick<World, 'env' | 'date'>,
): Promise<readonly Problem[]> {
  const read = await readWhatCanBeRead({ root, cwd: root, env, thorough: true });
  try {
    const texts = new Map(
      [...from.prompts].map(([id, { prompt }]) => [id, placeMessages(prompt.messages).map(({ text }) => text)]),
    );
    const { problems } = await lintFiles(read, dayOf(date()), texts);
    const changed = await listChangedLines(root, base);
    return problems.filter(({ file, line }) => {
      const lines = changed.get(file);
      return lines === null || lines?.has(line);
    });
  } finally {
    await read.project.threads.close();
  }
}
