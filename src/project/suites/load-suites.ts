import type { AnyMetric } from '../../metrics/contract.js';
import { ceilingOf } from '../../model/budget.js';
import { atTop, type Problem, type WithProblems } from '../../model/problem.js';
import type { Suite } from '../../model/suite.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import { filesBelow, type RootPath } from '../source/files.js';
import { findIdle } from './idle-gates.js';
import { definitionsOf } from './metric-entries.js';
import { readSuite } from './read-suite.js';
import { resolveCases } from './resolve-cases.js';
import { resolveColumns } from './suite-columns.js';
import type { SuiteContext } from './suite-context.js';
import { resolveGates } from './suite-gates.js';
import { resolveMetrics } from './suite-metrics.js';
import { resolvePrompts } from './suite-prompts.js';

const ENDINGS = ['.eval.yaml', '.eval.yml'];

/** Every suite of a project, and what they bring into it. */
export interface LoadedSuites {
  /** By id. */
  readonly suites: ReadonlyMap<string, Suite>;
  /** The metrics of the project, with the modules that suites name, by type. */
  readonly metrics: ReadonlyMap<string, AnyMetric>;
  /** The providers of the project, with the modules that suites name, by name. */
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** The cassettes that suites name, whatever else is wrong with them. */
  readonly cassettes: ReadonlySet<RootPath>;
}

/** Reads every suite below evals/. */
export async function loadSuites(context: SuiteContext): Promise<WithProblems<LoadedSuites>> {
  const problems: Problem[] = [];
  const suites = new Map<string, Suite>();
  const metrics = new Map(context.metrics);
  const providers = new Map(context.providers);
  const cassettes = new Set<RootPath>();
  const ids = new Set<string>();
  for (const path of await filesBelow(context.root, 'evals', ENDINGS, problems)) {
    const id = path.replace(/^evals\//, '').replace(/\.eval\.ya?ml$/, '');
    if (ids.has(id)) {
      const message = `there is evals/${id}.eval.yaml too; keep one of them`;
      problems.push({ ...atTop(path), message });
      continue;
    }
    ids.add(id);
    const { value: loaded, problems: found } = await loadSuite(id, path, { ...context, metrics, providers });
    problems.push(...found);
    if (loaded.suite) suites.set(id, loaded.suite);
    if (loaded.cassette !== null) cassettes.add(loaded.cassette);
    for (const [type, definition] of loaded.metrics) metrics.set(type, definition);
    for (const [name, entry] of loaded.providers) providers.set(name, entry);
  }
  return { value: { suites, metrics, providers, cassettes }, problems };
}

/** A suite, null when its file cannot be used, and what it names. */
interface LoadedSuite extends Pick<LoadedSuites, 'metrics' | 'providers'> {
  readonly suite: Suite | null;
  readonly cassette: RootPath | null;
}

async function loadSuite(id: string, path: RootPath, project: SuiteContext): Promise<WithProblems<LoadedSuite>> {
  const { value: read, problems } = await readSuite(id, path, project);
  const { written, cassette } = read;
  if (written === null) return { value: { suite: null, cassette, metrics: new Map(), providers: new Map() }, problems };
  const { file } = written;
  const context = { ...project, metrics: definitionsOf(written.metrics) };
  const prompts = resolvePrompts(written, context);
  const metrics = resolveMetrics(written, context);
  const cases = await resolveCases(written, prompts.value, metrics.value, context);
  const { media } = cases.value;
  const gates = resolveGates(written, prompts.value, metrics.value, cases.value, context);
  const columns = await resolveColumns(written, prompts.value, gates.value, context);
  const suite: Suite = {
    id,
    path,
    columns:
      media.files.size === 0
        ? columns.value.columns
        : columns.value.columns.map((each) => ({ ...each, media: media.files })),
    cases: cases.value.cases,
    trials: typeof file.trials === 'number' ? file.trials : file.trials.max,
    firstTrials: typeof file.trials === 'number' ? file.trials : file.trials.min,
    group: file.group ?? null,
    metrics: metrics.value,
    cassette,
    ...(cases.value.dataset !== null && { dataset: cases.value.dataset }),
    budget: ceilingOf(file.budget),
    ...(media.held.size > 0 && { held: media.held }),
    ...(cases.value.shapes.length > 0 && { datasetShapes: cases.value.shapes }),
  };
  const steps = [prompts, metrics, cases, gates, columns, { problems: findIdle(suite) }];
  return {
    value: { suite, cassette, metrics: context.metrics, providers: columns.value.providers },
    problems: [...problems, ...steps.flatMap((step) => step.problems)],
  };
}
