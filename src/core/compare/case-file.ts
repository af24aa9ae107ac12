import type { CaseChange, ColumnChanges } from '../../model/case-changes.js';
import type { Message } from '../../model/message.js';
import type { Result, RunSummary } from '../../model/run-record.js';
import { MessageError } from '../requests/message-error.js';
import { messagesFactory } from '../requests/request.js';
import { TemplateError } from '../text/template.js';

type Results = AsyncIterable<Result> | Iterable<Result>;

/** All that is known of one case on one prompt and model, for a person or a program to look at. */
export interface CaseFile {
  readonly suite: string;
  readonly prompt: string;
  readonly model: string;
  readonly case: string;
  /** As they were sent; null where the record does not tell. */
  readonly messages: readonly Message[] | null;
  readonly trials: readonly Result[];
  /** Null without a baseline. */
  readonly baseline: {
    readonly run: ColumnChanges['baseline'];
    /** What it is since then; null for a case that has not changed, or is not in the baseline. */
    readonly since: 'broken' | 'failing' | 'fixed' | null;
    readonly change: CaseChange | null;
    /** Of the run that was blessed; null when that is no longer kept. */
    readonly trials: readonly Result[] | null;
  } | null;
}

/**
 * Gathers the cases with these ids from a run, in its order. `earlier` finds the results of the run that a baseline was made
 * of; null when it is not kept. Results are looked through one at a time.
 */
export async function openCaseFiles(
  summary: RunSummary,
  results: Results,
  ids: ReadonlySet<string>,
  earlier: (runId: string) => Promise<Results | null>,
): Promise<readonly CaseFile[]> {
  const found = new Map<string, Result[]>();
  for await (const result of results) {
    if (!ids.has(result.case)) continue;
    const key = JSON.stringify([result.suite, result.prompt, result.model, result.case]);
    found.set(key, [...(found.get(key) ?? []), result]);
  }
  const pasts = new Map<string, readonly Result[] | null>();
  for (const runId of new Set((summary.changes ?? []).map(({ baseline }) => baseline.runId)))
    pasts.set(runId, await chosen(await earlier(runId), ids));
  const render = messagesOf(summary);
  return [...found.values()].flatMap((trials) => {
    const [first] = trials;
    if (!first) return [];
    const { suite, prompt, model, case: id } = first;
    const column = summary.changes?.find(
      (each) => each.suite === suite && each.prompt === prompt && each.model === model,
    );
    return [
      {
        suite,
        prompt,
        model,
        case: id,
        messages: render(first),
        trials,
        baseline: column ? pastOf(column, id, pasts) : null,
      },
    ];
  });
}

async function chosen(results: Results | null, ids: ReadonlySet<string>): Promise<readonly Result[] | null> {
  if (results === null) return null;
  const found: Result[] = [];
  for await (const result of results) if (ids.has(result.case)) found.push(result);
  return found;
}

function pastOf(
  { suite, prompt, baseline: run, broken, failing, fixed }: ColumnChanges,
  id: string,
  pasts: ReadonlyMap<string, readonly Result[] | null>,
): CaseFile['baseline'] {
  const past = pasts.get(run.runId) ?? null;
  const trials = past?.filter(
    (result) => result.suite === suite && result.prompt === prompt && result.model === run.model && result.case === id,
  );
  for (const [since, { first }] of Object.entries({ broken, failing, fixed } as const)) {
    const change = first.find((each) => each.case === id);
    if (change) return { run, since: since as 'broken' | 'failing' | 'fixed', change, trials: trials ?? null };
  }
  return { run, since: null, change: null, trials: trials ?? null };
}

/** A function from a result to the messages that were sent; null where the record lacks what they were made of. */
export function messagesOf({ suites }: Pick<RunSummary, 'suites'>): (result: Result) => readonly Message[] | null {
  const factories = new Map<string, ReturnType<typeof messagesFactory>>();
  return ({ suite, prompt, vars, messages }) => {
    if (messages) return messages;
    const key = JSON.stringify([suite, prompt]);
    const content = suites.find(({ id }) => id === suite)?.prompts.find(({ id }) => id === prompt)?.content;
    if (!content) return null;
    try {
      const render = factories.get(key) ?? messagesFactory(content);
      factories.set(key, render);
      return render({ vars }).messages;
    } catch (error) {
      // What could not be asked has no messages, and the error of the sample says why
      if (error instanceof TemplateError || error instanceof MessageError) return null;
      throw error;
    }
  };
}
