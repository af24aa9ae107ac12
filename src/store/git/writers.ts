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
    const range = isBefore ? `${commit}..HEAD` : 'HEAD';
    const texts = await Promise.all(paths.map((path) => logOf(folder, range, path)));
    return [...new Set(texts.flatMap(writersIn))].filter((name) => name.length <= 200).sort();
  } catch {
    return null;
  }
}

/** The authors and messages of all commits that changed a file, under earlier names of it too. */
function logOf(folder: string, range: string, path: string): Promise<string> {
  return ask(folder, ['--literal-pathspecs', 'log', '--follow', '--format=%x00%aN <%aE>%n%B', range, '--', path]);
}

/** A line of a message that is quoted or squashed stands where no parser of trailers looks. */
function writersIn(log: string): readonly string[] {
  return log.split('\0').flatMap((commit) => {
    const [author = '', ...message] = commit.split('\n');
    const others = message.flatMap((line) => /^\W*co-authored-by:(.*)$/i.exec(line)?.[1] ?? []);
    return [author, ...others].map((name) => name.trim()).filter((name) => name !== '');
  });
}

function isAncestor(folder: string, commit: string): Promise<boolean> {
  return ask(folder, ['merge-base', '--is-ancestor', commit, 'HEAD']).then(
    () => true,
    () => false,
  );
}
