import { ask } from './git.js';

/**
 * Who has changed files since a commit, as `Name <address>`, sorted; co-authors too. With null, or a commit that HEAD does
 * not come from, since they were made. Null where git cannot tell: without it, and where the history was cut in between.
 */
export async function writersSince(
  folder: string,
  commit: string | null,
  paths: readonly string[],
): Promise<readonly string[] | null> {
  try {
    const isBefore = commit !== null && (await isAncestor(folder, commit));
    // The oldest commit of a shallow clone seems to have made every file
    if (!isBefore && (await ask(folder, ['rev-parse', '--is-shallow-repository'])).trim() !== 'false') return null;
    const format = '%aN <%aE>%n%(trailers:key=Co-authored-by,valueonly)';
    const range = isBefore ? `${commit}..HEAD` : 'HEAD';
    const text = await ask(folder, ['--literal-pathspecs', 'log', `--format=${format}`, range, '--', ...paths]);
    const names = text.split('\n').map((name) => name.trim());
    return [...new Set(names)].filter((name) => name !== '' && name.length <= 200).sort();
  } catch {
    return null;
  }
}

function isAncestor(folder: string, commit: string): Promise<boolean> {
  return ask(folder, ['merge-base', '--is-ancestor', commit, 'HEAD']).then(
    () => true,
    () => false,
  );
}
