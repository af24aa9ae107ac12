import { MessageError } from '../../core/requests/message-error.js';
import { LlmciError } from '../../core/text/errors.js';
import { count } from '../../core/text/format.js';
import { TemplateError } from '../../core/text/template.js';
import { atTop, type Problem } from '../../model/problem.js';
import type { Project } from '../load.js';
import { type CassetteFit, findUnnamedCassettes, fitCassettes } from './cassette-fit.js';

/** What of a cassette is of requests that nobody makes any more, and what it lacks. */
export function describeStale({ path, answers, stale, open }: CassetteFit): string {
  const [first] = stale;
  const which = first ? `, the first of case ${first.case} of ${first.prompt} on ${first.model}` : '';
  const rest =
    open.length > 0 ? `; ${count(open.length, 'sample')} of today ${open.length === 1 ? 'has' : 'have'} none` : '';
  return `${path}: ${stale.length} of ${count(answers ?? 0, 'answer')} ${stale.length === 1 ? 'is' : 'are'} of requests that no suite makes any more${which}${rest}`;
}

/**
 * Warnings of cassettes that are of other requests than today's, or of no suite. One that cannot be read is told elsewhere, and
 * so is a prompt that cannot be filled in: what is asked today is not known then.
 */
export async function findStaleCassettes(
  project: Pick<Project, 'root' | 'suites' | 'providers'>,
): Promise<readonly Problem[]> {
  try {
    const fits = await fitCassettes(project);
    const unnamed = await findUnnamedCassettes(project);
    return [
      ...fits.flatMap((fit) => warningsOf(fit).map((message) => warn(fit.suites[0]?.path ?? fit.path, message))),
      ...unnamed.map((path) =>
        warn(path, 'no suite names this cassette: write it as `cassette:` of the suite that it is of, or delete it'),
      ),
    ];
  } catch (error) {
    if (error instanceof LlmciError || error instanceof TemplateError || error instanceof MessageError) return [];
    throw error;
  }
}

function warningsOf(fit: CassetteFit): readonly string[] {
  const { path, suites, answers, stale, open } = fit;
  const record = `llmci eval ${suites.map(({ id }) => id).join(' ')} --record`;
  if (stale.length > 0) return [`${describeStale(fit)}. Delete those lines, and run \`${record}\``];
  if (answers === null || open.length === 0) return [];
  const cases = [...new Set(open)];
  const which = `${cases.slice(0, 3).join(', ')}${cases.length > 3 ? ', …' : ''}`;
  return [`${path} has no answer for ${count(cases.length, 'case')} of today (${which}). Run \`${record}\``];
}

function warn(file: string, message: string): Problem {
  return { ...atTop(file), message, rule: 'stale-cassette', severity: 'warning' };
}
