import { join, relative, resolve } from 'node:path';
import { LlmciError } from '../core/text/errors.js';
import { didYouMean } from '../core/text/suggest.js';
import type { AnyMetric } from '../metrics/contract.js';
import type { UsedMetric } from '../metrics/used-metric.js';
import type { MetricEntry } from '../model/metric-entry.js';
import { atTop, type Problem } from '../model/problem.js';
import { pathFrom } from '../store/files/places.js';
import { PathError } from '../store/files/read-file.js';
import { explainModerator } from './config/moderators.js';
import type { Project } from './load.js';
import { isModulePath, type ModuleThreads } from './modules/modules.js';
import { explainJudge, signEntry } from './prompts/load-judges.js';
import { resolveInside } from './source/files.js';
import { parseYaml, sourceAt } from './source/yaml-source.js';
import { check } from './source/zod-problems.js';
import { metricUnion, resolveMetricEntries } from './suites/metric-entries.js';

const COMMAND_LINE = sourceAt(atTop('command line'));

/**
 * The metric of this name, or of the module at this path from `cwd`, as if a suite held
 * `{ metric: NAME, ...parameters }`. Throws `unknown-metric`, and `bad-flag` for parameters that its schema refuses.
 */
export async function findMetric(
  project: Project,
  cwd: string,
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  command: string,
): Promise<UsedMetric> {
  const type = isModulePath(name) ? modulePath(project.root, cwd, name) : name;
  const definition = isModulePath(name) ? await importMetric(project.threads, type) : project.metrics.get(name);
  const known = [...project.metrics.keys()];
  if (!definition)
    throw new LlmciError('unknown-metric', { name, guess: didYouMean(name, known), known: known.join(', ') });
  const metrics = new Map([[type, { type, definition }]]);
  const problems: Problem[] = [];
  const written = check(metricUnion(metrics), { metric: type, ...parameters }, COMMAND_LINE, problems);
  const resolved = resolveMetricEntries(written === null ? [] : [written], metrics, COMMAND_LINE, []);
  problems.push(...resolved.problems);
  const [entry] = resolved.value;
  if (!entry || problems.length > 0)
    throw new LlmciError('bad-flag', { flag: name, why: problems.map(({ message }) => message).join('; '), command });
  const judgeless = project.settings.judges.model === null ? explainJudge(entry, definition) : null;
  const why = judgeless ?? explainModerator(entry, definition, project.providers)?.message ?? null;
  if (why !== null) throw new LlmciError('bad-flag', { flag: name, why, command });
  return { definition, entry: { ...entry, ...signed(entry, definition, project) } };
}

function signed(entry: MetricEntry, definition: AnyMetric, { settings }: Project): Pick<MetricEntry, 'judge'> {
  const judge = signEntry(entry, definition, settings.judges);
  return judge === null ? {} : { judge };
}

/** The values of `--param key=value`, each read as YAML: numbers, lists and mappings are what they look like. */
export function readMetricParameters(written: readonly string[], command: string): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const text of written) {
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    const bad = (why: string) => new LlmciError('bad-flag', { flag: `--param ${text}`, why, command });
    if (key === '') throw bad('write it as KEY=VALUE');
    if (Object.hasOwn(parameters, key)) throw bad(`${key} is given twice`);
    const { data, problems } = parseYaml('--param', value);
    const [problem] = problems;
    if (problem) throw bad(problem.message);
    parameters[key] = data;
  }
  return parameters;
}

function modulePath(root: string, cwd: string, name: string): string {
  try {
    const from = pathFrom(root, join(resolve(cwd), 'here'));
    return resolveInside(root, from, name);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    throw new LlmciError('bad-module', { path: relative(root, resolve(cwd, name)), why: error.message });
  }
}

async function importMetric(threads: ModuleThreads, path: string): Promise<AnyMetric> {
  try {
    return await threads.metric(path);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    throw new LlmciError('bad-module', { path, why: error.message });
  }
}
