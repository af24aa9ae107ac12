import { count } from '../core/text/format.js';
import { type CassetteFit, findUnnamedCassettes, fitCassettes } from '../project/lint/cassette-fit.js';
import { describeStale } from '../project/lint/stale-cassettes.js';
import type { Project } from '../project/load.js';
import { type CheckFinding, fault, ok, warn } from './check.js';

/** Recordings of requests that no suite makes any more, and cassettes that no suite names. */
export async function staleRecordings(project: Project): Promise<readonly CheckFinding[]> {
  const unnamed = (await findUnnamedCassettes(project)).map((path) =>
    fault(
      `${path} is a cassette that no suite names`,
      'Name it as `cassette:` of the suite that it is of, or delete it.',
    ),
  );
  return [...(await fitCassettes(project)).flatMap(findingsOf), ...unnamed];
}

function findingsOf(fit: CassetteFit): readonly CheckFinding[] {
  const { path, suites, answers, kept, stale } = fit;
  if (answers === null)
    return [warn(`${path}, which suite ${suites[0]?.id} names, is not there yet`, 'llmci eval --record makes it.')];
  const found: CheckFinding[] = [];
  if (kept.length > 0)
    found.push(
      ok(
        `${path}: ${kept.length} of ${count(answers, 'answer')} ${kept.length === 1 ? 'is' : 'are'} of other versions of what is asked, beside today's`,
      ),
    );
  if (stale.length > 0)
    found.push(
      warn(
        describeStale(fit),
        `Delete those lines, or the file, and llmci eval ${suites.map(({ id }) => id).join(' ')} --record.`,
      ),
    );
  return found;
}
