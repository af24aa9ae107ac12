import { LlmciError } from '../core/text/errors.js';
import { writeJson } from '../core/text/write-json.js';
import type { Migration } from '../model/migration.js';
import type { Suite } from '../model/suite.js';
import { moveModel } from '../project/prompts/move-model.js';
import { readText } from '../project/source/files.js';
import { rewriteText } from '../project/source/rewrite-text.js';
import { calibrationPath } from '../project/suites/calibrations.js';
import { writeAtomic } from '../store/files/atomic.js';
import { requireInside } from '../store/files/places.js';
import type { Recalibrated } from './judge-recalibration.js';

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
  const texts: Written[] = [];
  for (const { path } of [...moving, ...wholly]) {
    const text = moveModel(await readText(root, path), from, to);
    if (text !== null) texts.push({ path, write: () => rewriteText(root, path, text) });
  }
  return writeAll(texts);
}

/**
 * Writes the new model into llmci.yaml as the one that judges, with the calibrations that it has, when it may move. Returns
 * the paths of what was changed. Throws `cannot-write`, `bad-link`.
 */
export async function moveJudge(
  root: string,
  from: string,
  to: string,
  { judge, calibrations }: Recalibrated,
): Promise<readonly string[]> {
  const text = judge.verdict === 'pass' ? moveModel(await readText(root, CONFIG), from, to) : null;
  if (text === null) return [];
  // Calibrations first: those without their judge are stale, and hold a gate back
  const kept = calibrations.map((each): Written => {
    const path = calibrationPath(each.metric);
    return { path, write: () => writeAtomic(() => requireInside(root, path), `${writeJson(each, 2)}\n`) };
  });
  return writeAll([...kept, { path: CONFIG, write: () => rewriteText(root, CONFIG, text) }]);
}

const CONFIG = 'llmci.yaml';

interface Written {
  readonly path: string;
  readonly write: () => Promise<void>;
}

async function writeAll(files: readonly Written[]): Promise<readonly string[]> {
  const written: string[] = [];
  for (const { path, write } of files) {
    try {
      await write();
    } catch (error) {
      if (error instanceof LlmciError && written.length > 0)
        throw new LlmciError('cannot-write', { path, why: `${error.message}; written already: ${written.join(', ')}` });
      throw error;
    }
    written.push(path);
  }
  return written;
}
