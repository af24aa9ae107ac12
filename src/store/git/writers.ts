import { addressIn, coAuthorsIn } from '../../core/text/co-authors.js';
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
    return [...new Set(texts.flatMap(writersIn))].sort();
  } catch {
    return null;
  }
}

/** Authors under the name that they gave too: `.mailmap` is a file of the repository, and could make one somebody else. */
const FORMAT = '--format=%x00%an <%ae>%n%aN <%aE>%n%B';

/** The authors and messages of all commits that changed a file, under earlier names of it too. */
async function logOf(folder: string, range: string, path: string): Promise<string> {
  const log = (...how: readonly string[]) =>
    ask(folder, ['--literal-pathspecs', 'log', ...how, FORMAT, range, '--', path]);
  // With `--follow` git leaves out merges, also those in which somebody has written what neither side had
  return (await Promise.all([log('--follow'), log()])).join('');
}

function writersIn(log: string): readonly string[] {
  return log.split('\0').flatMap((commit) => {
    const [given = '', known = '', ...message] = commit.split('\n');
    return [given, known, ...coAuthorsIn(message.join('\n'))].filter((name) => name.trim() !== '').map(asName);
  });
}

/** The longest name of a person in a release. */
const LONGEST = 200;

/** One that is too long is told by its address: who is left out could approve what they wrote. */
function asName(written: string): string {
  const name = written.trim();
  return name.length <= LONGEST ? name : (addressIn(name) ?? name).slice(0, LONGEST);
}

function isAncestor(folder: string, commit: string): Promise<boolean> {
  return ask(folder, ['merge-base', '--is-ancestor', commit, 'HEAD']).then(
    () => true,
    () => false,
  );
}
