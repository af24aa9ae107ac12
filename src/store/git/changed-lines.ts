import { ask } from './git.js';

/** The lines of files that are other than in a commit, from 1; a file that is new is all changed: null. */
export type ChangedLines = ReadonlyMap<string, ReadonlySet<number> | null>;

/** What of the files below a folder is other than in a commit, by their paths from it. */
export async function listChangedLines(folder: string, commit: string): Promise<ChangedLines> {
  const options = ['--unified=0', '--no-color', '--no-ext-diff', '--no-textconv', '--relative', '--no-renames'];
  const text = await ask(folder, ['-c', 'core.quotepath=off', 'diff', ...options, commit, '--', '.']);
  const lines = new Map<string, Set<number> | null>();
  let file: string | null = null;
  let isNew = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('diff --git ')) isNew = false;
    if (line.startsWith('new file mode')) isNew = true;
    // Names with a blank end in a tab
    if (line.startsWith('+++ ')) {
      file = /^\+\+\+ "?b\/(.*?)"?\t?$/.exec(line)?.[1] ?? null;
      if (file !== null) lines.set(file, isNew ? null : new Set());
    }
    const [, start = '', count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    const changed = file === null ? null : lines.get(file);
    if (start !== '' && changed) for (let at = 0; at < Number(count); at++) changed.add(Number(start) + at);
  }
  const untracked = await ask(folder, ['ls-files', '-z', '--others', '--exclude-standard', '--', '.']);
  for (const path of untracked.split('\0').filter(Boolean)) lines.set(path, null);
  return lines;
}
