import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import type { ImportedFile } from '../../importers/importer.js';
import type { RuledHit } from '../../lint/run-rules.js';
import type { Problem } from '../../model/problem.js';
import { lintFiles } from '../../project/lint/lint.js';
import { loadProject, readWhatCanBeRead } from '../../project/load.js';
import { readTextIfThere } from '../../project/source/files.js';
import { inTemporaryFolder } from '../../store/files/temporary-folder.js';

const CONFIG = 'llmci.yaml';

/**
 * Loads files as the project would, in a folder of their own, beside the llmci.yaml of the project when there is one. Returns what
 * is wrong with them, and what is worth a word.
 */
export async function checkFiles(files: readonly ImportedFile[], root: string): Promise<readonly Problem[]> {
  const problems = await inOwnFolder(files, root, problemsIn);
  return problems.filter(({ file }) => files.some(({ path }) => path === file));
}

/** What lint calls an error in files, whatever level the project gives its rule; none where a file cannot be read as what it is. */
export async function lintErrors(
  files: readonly ImportedFile[],
  root: string,
  today: string,
): Promise<readonly RuledHit[]> {
  const hits = await inOwnFolder(files, root, async (folder) => {
    const read = await readWhatCanBeRead({ cwd: folder, root: folder, thorough: true });
    try {
      return (await lintFiles(read, today, null)).hits;
    } finally {
      await read.project.threads.close();
    }
  });
  return hits.filter(({ rule, spot }) => rule.severity === 'error' && files.some(({ path }) => path === spot.file));
}

function inOwnFolder<T>(
  files: readonly ImportedFile[],
  root: string,
  look: (folder: string) => Promise<T>,
): Promise<T> {
  return inTemporaryFolder('import', async (folder) => {
    const config = await readTextIfThere(root, CONFIG);
    const all = [...(config === null ? [] : [{ path: CONFIG, text: config }]), ...files];
    for (const { path, text } of all) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return look(folder);
  });
}

async function problemsIn(folder: string): Promise<readonly Problem[]> {
  try {
    const project = await loadProject({ cwd: folder, root: folder, thorough: true });
    await project.threads.close();
    return project.warnings;
  } catch (error) {
    if (error instanceof LlmciError && error.code === 'invalid-files') return error.problems;
    throw error;
  }
}
