import { didYouMean } from '../core/text/suggest.js';
import { ceilingOf } from '../model/budget.js';
import { caseSchemaFor } from '../model/case.js';
import type { GateRule } from '../model/gate.js';
import type { Problem } from '../model/problem.js';
import { type Column, type Suite, suiteFileSchemaFor } from '../model/suite.js';
import { PathError } from '../store/read-file.js';
import { calibrationKey, readCalibration } from './calibrations.js';
import { readCases } from './dataset.js';
import { filesBelow, type RootPath, readText, resolveFileInside, resolveInside } from './files.js';
import { explainTag, type GatedSuite, resolveGates } from './gate-rules.js';
import { metricUnion, type NamedMetrics, resolveMetricEntries } from './metric-entries.js';
import { isModulePath, loadModule } from './modules.js';
import { reportServices } from './services.js';
import { reportTwins, SuiteCases } from './suite-cases.js';
import type { SuiteContext } from './suite-context.js';
import { modelsOf } from './suite-models.js';
import { type Path, parseYaml, type Source } from './yaml-source.js';
import { check } from './zod-problems.js';

const ENDINGS = ['.eval.yaml', '.eval.yml'];

/** Reads every suite below evals/, by id. */
export async function loadSuites(context: SuiteContext, problems: Problem[]): Promise<ReadonlyMap<string, Suite>> {
  const suites = new Map<string, Suite>();
  const ids = new Set<string>();
  for (const path of await filesBelow(context.root, 'evals', ENDINGS, problems)) {
    const id = path.replace(/^evals\//, '').replace(/\.eval\.ya?ml$/, '');
    if (ids.has(id)) {
      problems.push({
        file: path,
        line: 1,
        column: 1,
        message: `there is evals/${id}.eval.yaml too; keep one of them`,
      });
      continue;
    }
    ids.add(id);
    const suite = await loadSuite(id, path, context, problems);
    if (suite) suites.set(id, suite);
  }
  return suites;
}

async function loadSuite(
  id: string,
  path: RootPath,
  context: SuiteContext,
  problems: Problem[],
): Promise<Suite | null> {
  let text: string;
  try {
    text = await readText(context.root, path);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    problems.push({ file: path, line: 1, column: 1, message: error.message });
    return null;
  }
  const { source, data, problems: faults } = parseYaml(path, text);
  problems.push(...faults);
  if (faults.length > 0) return null;

  const cassette = resolveCassette(data, source, context, problems);
  const metrics = await nameMetrics(data, source, context, problems);
  if (metrics === null) return null;
  const entrySchema = metricUnion(metrics);
  const file = check(suiteFileSchemaFor(entrySchema), data, source, problems);
  if (file === null) return null;

  const report = (place: Path, message: string): null => {
    problems.push({ file: path, ...source.at(place), message });
    return null;
  };
  const entries = resolveMetricEntries(file.metrics ?? [], metrics, source, ['metrics'], problems);
  reportTwins(entries, (index) =>
    report(['metrics', index], `two metrics are called ${entries[index]?.id}; give one an id`),
  );

  const prompts = (file.prompts ?? [file.prompt ?? '']).flatMap((name, index) => {
    const place = file.prompts ? ['prompts', index] : ['prompt'];
    if (file.prompts && file.prompts.indexOf(name) < index)
      return report(place, `prompt ${name} stands here twice`) ?? [];
    const loaded = context.prompts.get(name);
    if (loaded) return [loaded];
    if (context.broken.has(name)) return [];
    report(place, `there is no prompt called ${name}${didYouMean(name, context.prompts.keys())}`);
    return [];
  });
  reportServices(entries, { source, path: [] }, context, (problem) => problems.push(problem));

  const beforeCases = problems.length;
  const cases = new SuiteCases({ prompts, entries, metrics, source, group: file.group ?? null }, context);
  for (const [index, written] of (file.cases ?? []).entries()) {
    cases.add({ written, id: written.id ?? `case-${index + 1}`, source, path: ['cases', index] });
  }
  if (file.dataset !== undefined) {
    const mapping = typeof file.dataset === 'string' ? null : file.dataset;
    try {
      const dataset = resolveInside(context.root, path, mapping?.path ?? (file.dataset as string));
      const rows = readCases(context.root, dataset, mapping, caseSchemaFor(entrySchema), cases.report);
      for await (const placed of rows) cases.add(placed);
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      report(mapping ? ['dataset', 'path'] : ['dataset'], error.message);
    }
  } else if (cases.length === 0) {
    report([], 'the suite has no cases: add `cases` or a `dataset`');
  }
  const complete = problems.length === beforeCases && cases.complete;
  problems.push(...cases.problems());

  const allEntries = [...entries, ...cases.ownEntries];
  const tags = complete ? cases.tags : null;
  const calibrationOf: GatedSuite['calibrationOf'] = (entry) => {
    const definition = context.metrics.get(entry.type);
    if (!definition) throw new Error(`no metric ${entry.type} is registered`);
    return readCalibration(context.root, entry.id, calibrationKey(entry, definition, context.settings));
  };
  const trials = typeof file.trials === 'number' ? { min: file.trials, max: file.trials } : file.trials;
  const inference = file.inference ?? 'population';
  const gated: GatedSuite = { id, entries: allEntries, tags, trials: trials.min, inference, calibrationOf };
  if (complete && file.group !== undefined && !cases.grouped) {
    report(['group'], `no case has a variable ${file.group}`);
  }
  checkEntries(file.metrics ?? [], gated, report);
  const suiteGates = resolveGates(
    {
      gates: file.gates ?? [],
      path: ['gates'],
      source,
      defaults: { confidence: 0.95, onInconclusive: 'fail', inference, correction: file.correction },
    },
    gated,
    problems,
  );
  const columns: Column[] = [];
  for (const loaded of prompts) {
    const gates: GateRule[] = loaded.thresholds
      ? resolveGates(
          {
            gates: loaded.thresholds.file.gates,
            path: ['gates'],
            source: loaded.thresholds.source,
            defaults: loaded.thresholds.file,
          },
          gated,
          problems,
        )
      : [];
    for (const model of await modelsOf(file.models, loaded, source, context, problems)) {
      columns.push({ prompt: loaded.prompt, model, gates: [...gates, ...suiteGates] });
    }
  }
  return {
    id,
    path,
    columns,
    cases: cases.packed,
    trials: trials.max,
    firstTrials: trials.min,
    group: file.group ?? null,
    metrics: entries,
    cassette,
    budget: ceilingOf(file.budget),
  };
}

/** The cassette that a suite names, if any; before the rest is checked, so that its faults are told with all others. */
function resolveCassette(data: unknown, source: Source, context: SuiteContext, problems: Problem[]): RootPath | null {
  const written = (data as { cassette?: unknown } | null)?.cassette;
  if (typeof written !== 'string') return null;
  try {
    const path = resolveFileInside(context.root, source.file, written);
    context.cassettes.add(path);
    return path;
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    problems.push({ file: source.file, ...source.at(['cassette']), message: error.message });
    return null;
  }
}

/** The metrics that a suite can name: the known ones, and the modules it refers to. Null when a module is unusable. */
async function nameMetrics(
  data: unknown,
  source: Source,
  context: SuiteContext,
  problems: Problem[],
): Promise<NamedMetrics | null> {
  const named = new Map([...context.metrics].map(([type, definition]) => [type, { type, definition }]));
  const before = problems.length;
  for (const [written, place] of writtenMetrics(data)) {
    if (!isModulePath(written) || named.has(written)) continue;
    try {
      const type = resolveInside(context.root, source.file, written);
      const definition = context.metrics.get(type) ?? (await loadModule(context.root, type, 'metric'));
      context.metrics.set(type, definition);
      named.set(written, { type, definition });
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      problems.push({ file: source.file, ...source.at(place), message: error.message });
    }
  }
  return problems.length > before ? null : named;
}

function* writtenMetrics(data: unknown): Generator<[name: string, place: Path]> {
  const suite = data as { metrics?: unknown; cases?: unknown } | null;
  const lists: [unknown, Path][] = [[suite?.metrics, ['metrics']]];
  if (Array.isArray(suite?.cases)) {
    for (const [index, item] of suite.cases.entries()) {
      lists.push([(item as { metrics?: unknown } | null)?.metrics, ['cases', index, 'metrics']]);
    }
  }
  for (const [list, place] of lists) {
    if (!Array.isArray(list)) continue;
    for (const [index, entry] of list.entries()) {
      const metric = (entry as { metric?: unknown } | null)?.metric;
      if (typeof metric === 'string') yield [metric, [...place, index, 'metric']];
    }
  }
}

/** Checks what entries of metrics say about the cases of their suite. */
function checkEntries(
  written: readonly { readonly where?: { readonly tags: readonly string[] } | undefined }[],
  suite: GatedSuite,
  report: (place: Path, message: string) => void,
): void {
  for (const [index, { where }] of written.entries()) {
    for (const [place, tag] of (where?.tags ?? []).entries()) {
      const problem = explainTag(tag, suite);
      if (problem !== null) report(['metrics', index, 'where', 'tags', place], problem);
    }
  }
}
