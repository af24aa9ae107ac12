import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What is looked at of a repository, however large it is. */
const MOST_FILES = 20_000;
/** Folders of what others wrote, or machines. */
const FOREIGN =
  /^(?:node_modules|bower_components|vendor|third_party|dist|build|out|target|coverage|__pycache__|site-packages|venv|\..*)$/;
/** Hidden folders that people keep prompts in. */
const HIDDEN = new Set(['.github', '.promptfoo']);

/** The files of a repository, those nearest to its root first; links are not followed. */
export interface Browsed {
  readonly paths: readonly string[];
  /** False where there are more than were looked at. */
  readonly isWhole: boolean;
}

export async function browse(root: string): Promise<Browsed> {
  const paths: string[] = [];
  const folders = [''];
  // Grows while it is gone through
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && (HIDDEN.has(entry.name) || !FOREIGN.test(entry.name))) folders.push(path);
      if (!entry.isFile()) continue;
      if (paths.length >= MOST_FILES) return { paths, isWhole: false };
      paths.push(path);
    }
  }
  return { paths, isWhole: true };
}
