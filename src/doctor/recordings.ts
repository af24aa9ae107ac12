import { identityOf } from '../answers/reach.js';
import { parseCassette } from '../core/requests/cassette-text.js';
import { followKnown } from '../core/requests/known-steps.js';
import { requestFactory, sampleKey } from '../core/requests/request.js';
import { makePlan, samplesOf } from '../core/scores/plan.js';
import { count } from '../core/text/format.js';
import type { AnswerLabels, CassetteEntry } from '../model/cassette.js';
import { filesBelow, readTextIfThere } from '../project/files.js';
import type { Project } from '../project/load.js';
import { type Finding, fault, ok, warn } from './check.js';

/** What the suites that answer from one cassette ask today. */
interface Asked {
  readonly keys: Set<string>;
  readonly samples: Set<string>;
  /** Those of them whose answer is in it. */
  readonly answered: Set<string>;
  /** Samples whose answer is not in it. */
  readonly open: string[];
}

/** Recordings of requests that no suite makes any more, and cassettes that no suite names. */
export async function staleRecordings({ root, suites, providers }: Project): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const paths = [...new Set([...suites.values()].flatMap(({ cassette }) => cassette ?? []))].sort();
  for (const path of paths) {
    const text = await readTextIfThere(root, path);
    const own = [...suites.values()].filter(({ cassette }) => cassette === path);
    if (text === null) {
      found.push(warn(`${path}, which suite ${own[0]?.id} names, is not there yet`, 'llmci eval --record makes it.'));
      continue;
    }
    const entries = parseCassette(path, text).entries.map(([entry]) => entry);
    const asked = askedOf(own, providers, new Map(entries.map((entry) => [entry.key, entry])));
    const unasked = entries.filter((entry) => isUnasked(entry, asked));
    // Nothing waits for those: `--record` would have replaced them, so somebody keeps them beside today's
    const kept = unasked.filter((entry) => asked.answered.has(nameOf(entry)));
    const stale = unasked.filter((entry) => !asked.answered.has(nameOf(entry)));
    if (kept.length > 0)
      found.push(
        ok(
          `${path}: ${kept.length} of ${count(entries.length, 'answer')} ${kept.length === 1 ? 'is' : 'are'} of other versions of what is asked, beside today's`,
        ),
      );
    if (stale.length > 0) {
      const [first] = stale;
      const which = first ? `, the first of case ${first.case} of ${first.prompt} on ${first.model}` : '';
      const rest =
        asked.open.length > 0
          ? `; ${count(asked.open.length, 'sample')} of today ${asked.open.length === 1 ? 'has' : 'have'} none`
          : '';
      found.push(
        warn(
          `${path}: ${stale.length} of ${count(entries.length, 'answer')} ${stale.length === 1 ? 'is' : 'are'} of requests that no suite makes any more${which}${rest}`,
          `Delete those lines, or the file, and llmci eval ${own.map(({ id }) => id).join(' ')} --record.`,
        ),
      );
    }
  }
  const files = await filesBelow(root, 'fixtures', ['.cassette.jsonl'], []);
  for (const path of files.filter((each) => !paths.includes(each)))
    found.push(
      fault(
        `${path} is a cassette that no suite names`,
        'Name it as `cassette:` of the suite that it is of, or delete it.',
      ),
    );
  return found;
}

function askedOf(
  suites: readonly Parameters<typeof makePlan>[0][number][],
  providers: Project['providers'],
  recorded: ReadonlyMap<string, CassetteEntry>,
): Asked {
  const asked: Asked = { keys: new Set(), samples: new Set(), answered: new Set(), open: [] };
  const plan = makePlan([...suites]);
  for (const [index, column] of plan.columns.entries()) {
    const provider = providers.get(column.model.provider);
    if (!provider) continue;
    const identity = identityOf(provider);
    const request = requestFactory(column);
    for (const sample of samplesOf(plan, [index], 'all')) {
      const labels = {
        suite: column.suite.id,
        prompt: column.prompt.id,
        model: column.model.text,
        case: sample.case.id,
        trial: sample.trial,
      };
      asked.samples.add(nameOf(labels));
      const { lacking } = followKnown(column.prompt, sample.case, request(sample.case), {
        find: (one) => {
          const key = sampleKey(identity, one, sample.trial);
          asked.keys.add(key);
          return recorded.get(key)?.answer ?? null;
        },
      });
      if (lacking === null) asked.answered.add(nameOf(labels));
      else asked.open.push(sample.case.id);
    }
  }
  return asked;
}

/** Of later steps, judges and users it is known only whether their sample is still there: what they say follows from answers. */
function isUnasked(entry: CassetteEntry, { keys, samples }: Asked): boolean {
  if (keys.has(entry.key)) return false;
  return entry.step === undefined && !entry.judge && !entry.user ? true : !samples.has(nameOf(entry));
}

function nameOf({ suite, prompt, model, case: id, trial }: AnswerLabels): string {
  return JSON.stringify([suite, prompt, model, id, trial]);
}
