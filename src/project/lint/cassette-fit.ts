import { parseCassette } from '../../core/requests/cassette-text.js';
import { followKnown } from '../../core/requests/known-steps.js';
import { requestFactory, sampleKey } from '../../core/requests/request.js';
import { makePlan, samplesOf } from '../../core/scores/plan.js';
import { nameOfSample } from '../../core/scores/sample-name.js';
import type { CassetteEntry } from '../../model/cassette.js';
import type { Suite } from '../../model/suite.js';
import { identityOf } from '../../providers/contract/identity.js';
import type { Project } from '../load.js';
import { filesBelow, readTextIfThere } from '../source/files.js';

/** What a project knows of its cassettes: its suites, and who answers. */
type Recorded = Pick<Project, 'root' | 'suites' | 'providers'>;

/** A cassette beside what the suites that name it ask today. */
export interface CassetteFit {
  readonly path: string;
  readonly suites: readonly Suite[];
  /** How many answers it has; null when it is not there. */
  readonly answers: number | null;
  /** Those of requests that no suite makes any more, and whose sample has no other answer in it. */
  readonly stale: readonly CassetteEntry[];
  /** Those of other versions of what is asked, whose sample has today's answer too: `--record` would have replaced them. */
  readonly kept: readonly CassetteEntry[];
  /** Cases whose answer is not in it, once for each sample that a run makes in any event. */
  readonly open: readonly string[];
}

/** Every cassette that a suite names. */
export async function fitCassettes({ root, suites, providers }: Recorded): Promise<readonly CassetteFit[]> {
  const found: CassetteFit[] = [];
  for (const path of namedCassettes(suites)) {
    const text = await readTextIfThere(root, path);
    const own = [...suites.values()].filter(({ cassette }) => cassette === path);
    if (text === null) {
      found.push({ path, suites: own, answers: null, stale: [], kept: [], open: [] });
      continue;
    }
    const entries = parseCassette(path, text).entries.map(([entry]) => entry);
    const asked = askedOf(own, providers, new Map(entries.map((entry) => [entry.key, entry])));
    const unasked = entries.filter((entry) => isUnasked(entry, asked));
    const isAnswered = (entry: CassetteEntry) => asked.answered.has(nameOfSample(entry));
    const kept = unasked.filter(isAnswered);
    const stale = unasked.filter((entry) => !isAnswered(entry));
    found.push({ path, suites: own, answers: entries.length, stale, kept, open: asked.open });
  }
  return found;
}

/** Files below fixtures/ that no suite names as its cassette. */
export async function findUnnamedCassettes({ root, suites }: Recorded): Promise<readonly string[]> {
  const named = namedCassettes(suites);
  const files = await filesBelow(root, 'fixtures', ['.cassette.jsonl'], []);
  return files.filter((each) => !named.includes(each));
}

function namedCassettes(suites: Recorded['suites']): readonly string[] {
  return [...new Set([...suites.values()].flatMap(({ cassette }) => cassette ?? []))].sort();
}

/** What the suites that answer from one cassette ask today. */
interface Asked {
  readonly keys: Set<string>;
  readonly samples: Set<string>;
  /** Those of them whose answer is in it. */
  readonly answered: Set<string>;
  readonly open: string[];
}

function askedOf(
  suites: readonly Suite[],
  providers: Recorded['providers'],
  recorded: ReadonlyMap<string, CassetteEntry>,
): Asked {
  const asked: Asked = { keys: new Set(), samples: new Set(), answered: new Set(), open: [] };
  const plan = makePlan(suites);
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
      asked.samples.add(nameOfSample(labels));
      const { lacking } = followKnown(column.prompt, sample.case, request(sample.case), {
        find: (one) => {
          const key = sampleKey(identity, one, sample.trial);
          asked.keys.add(key);
          return recorded.get(key)?.answer ?? null;
        },
      });
      if (lacking === null) asked.answered.add(nameOfSample(labels));
      else if (sample.trial <= column.suite.firstTrials) asked.open.push(sample.case.id);
    }
  }
  return asked;
}

/** Of later steps, judges and users it is known only whether their sample is still there: what they say follows from answers. */
function isUnasked(entry: CassetteEntry, { keys, samples }: Asked): boolean {
  if (keys.has(entry.key)) return false;
  return entry.step === undefined && !entry.judge && !entry.user ? true : !samples.has(nameOfSample(entry));
}
