import { openCassettes } from '../../answers/open-answers.js';
import type { World } from '../../calls/world.js';
import { sampleKey } from '../../core/requests/request.js';
import { allEntriesOf } from '../../core/scores/cases.js';
import { makePlan, samplesOf } from '../../core/scores/plan.js';
import type { Project } from '../../project/load.js';
import { identityOf } from '../../providers/contract/identity.js';
import { requireEngine } from '../../scoring/needs.js';
import { requireBatches } from '../batches/batching.js';
import { openRunCaches } from '../setup/open-run-caches.js';
import { selectSuites } from '../setup/select.js';
import type { StartOptions } from '../setup/start-options.js';
import { type ColumnEstimate, estimateColumn, type FindAnswer } from './column-estimate.js';

/** Plans a run without sending anything. A missing key is no error here. */
export async function estimatePlan(
  project: Project,
  options: Pick<StartOptions, 'suites' | 'tags' | 'cases' | 'trials' | 'mode' | 'cache' | 'batch' | 'out'>,
  world: World,
): Promise<readonly ColumnEstimate[]> {
  const { mode, batch } = options;
  const plan = makePlan(selectSuites(project, options));
  await requireEngine(plan.suites.flatMap(allEntriesOf), project);
  if (batch) requireBatches(plan, project.providers);
  const cassettes = await openCassettes(project.root, plan, mode);
  const { answers: cache } = openRunCaches(project, options, world);
  const today = world.date();
  return plan.columns.map((column, index) => {
    const cassette = cassettes.get(column.suite.cassette ?? '');
    const find: FindAnswer = (from, asked, trial) => {
      const key = sampleKey(identityOf(from), asked, trial);
      const recorded = cassette?.find(key);
      if (recorded) return { ...recorded, from: 'replayed' };
      const cached = from.definition.cacheable ? cache?.get(key) : null;
      return cached ? { ...cached.answer, from: 'cached' } : null;
    };
    return estimateColumn(column, samplesOf(plan, [index], 'all'), find, project, { mode, batch, today });
  });
}
