import { hash } from 'node:crypto';
import type { SuiteParts } from '../core/scores/affected.js';
import { allEntriesOf } from '../core/scores/cases.js';
import { makePlan } from '../core/scores/plan.js';
import { digest } from '../core/text/canonical.js';
import type { Suite } from '../model/suite.js';
import type { Project } from '../project/load.js';
import { readBytes } from '../project/source/files.js';
import { judgeFor } from '../scoring/needs.js';
import { readOrNull } from '../store/files/read-file.js';
import { toolVersion } from '../store/files/version.js';
import { findBaselines } from './baselines/find-baselines.js';
import { fingerprintOf } from './fingerprint.js';
import { usedProviders } from './setup/used-providers.js';

/**
 * What each suite of a project depends on, by its id: what the fingerprint of a run of it alone would hold, and besides its
 * cassette, the files that its messages name, its budgets, and what gives tools their results.
 */
export async function partsOfSuites(project: Project): Promise<ReadonlyMap<string, SuiteParts>> {
  const parts = new Map<string, SuiteParts>();
  for (const suite of project.suites.values()) parts.set(suite.id, await partsOf(suite, project));
  return parts;
}

/** The datasets and cassettes of these suites: digests know what is in them. */
export function filesDigested(suites: Iterable<Suite>): readonly string[] {
  return [...suites].flatMap(({ cassette, dataset }) => [cassette ?? [], dataset ?? []].flat());
}

async function partsOf(suite: Suite, project: Project): Promise<SuiteParts> {
  const plan = makePlan([suite]);
  const entries = allEntriesOf(suite);
  const judge = judgeFor(entries, project);
  const providers = usedProviders(plan, judge, project);
  const baselines = await findBaselines(project, plan, null, project.root);
  const fingerprint = fingerprintOf(plan, {
    ...{ project, providers, judge, version: toolVersion(), earlier: null },
    baselines,
  });
  const { cassette, columns } = suite;
  const tools = columns.map(({ prompt }) => [...(prompt.responses?.responders ?? [])]);
  const further: [string, unknown][] = [
    ['cassette', cassette && [cassette, await digestOfFile(project.root, cassette)]],
    ['files in messages', columns.map(({ media }) => [...(media ?? [])].map(([name, held]) => [name, held.digest]))],
    ['budgets', [suite.budget, project.config.budget, project.config.judgeBudget, project.config.maxTimeMs]],
    ['tools', tools],
  ];
  const named = further.map(([what, value]): [string, string] => [`the ${what} of suite ${suite.id}`, digest(value)]);
  const isCode =
    [...providers.values()].some(({ definition }) => definition.module !== undefined || definition.app !== undefined) ||
    entries.some(({ type }) => type === 'exec' || [...project.modules.keys()].some((path) => path === type)) ||
    tools.flat().some(([, { kind }]) => kind !== 'fixed');
  return { parts: [...fingerprint, ...named], runsCode: isCode };
}

/** The digest of a file; null for one that is not there or cannot be read. */
async function digestOfFile(root: string, path: string): Promise<string | null> {
  const bytes = await readOrNull(readBytes(root, path));
  return bytes && hash('sha256', bytes, 'hex');
}
