import { LlmciError } from '../core/text/errors.js';
import type { Migration } from '../model/migration.js';
import type { Suite } from '../model/suite.js';
import { moveModel } from '../project/prompts/move-model.js';
import { readText } from '../project/source/files.js';
import { writeAtomic } from '../store/files/atomic.js';
import { requireInside } from '../store/files/places.js';

/**
 * Writes the new model into the files of the prompts that may move, and into suites that name the old one when all of
 * their prompts may. Returns the paths of what was changed. Throws `cannot-write`, `bad-link`.
 */
export async function movePrompts(
  root: string,
  { prompts, from, to }: Pick<Migration, 'prompts' | 'from' | 'to'>,
  suites: readonly Suite[],
): Promise<readonly string[]> {
  const moving = prompts.filter(({ verdict }) => verdict === 'pass');
  const ids = new Set(moving.map(({ prompt }) => prompt));
  const wholly = suites.filter(({ columns }) => columns.every(({ prompt }) => ids.has(prompt.id)));
  const written: string[] = [];
  for (const path of [...moving.map((each) => each.path), ...wholly.map((each) => each.path)]) {
    const moved = moveModel(await readText(root, path), from, to);
    if (moved === null) continue;
    try {
      await writeAtomic(() => requireInside(root, path), moved);
    } catch (error) {
      if (error instanceof LlmciError && written.length > 0)
        throw new LlmciError('cannot-write', { path, why: `${error.message}; written already: ${written.join(', ')}` });
      throw error;
    }
    written.push(path);
  }
  return written;
}
