import type { z } from 'zod';
import type { Problem, WithProblems } from '../../model/problem.js';
import { suiteFileSchemaFor } from '../../model/suite.js';
import { problemAt, problemOfFile } from '../../store/files/read-file.js';
import { isModulePath } from '../modules/modules.js';
import { type RootPath, readText, resolveFileInside, resolveInside } from '../source/files.js';
import { readSchemaFiles, schemasOfSuite } from '../source/schema-files.js';
import { type KeptTexts, type Path, parseYaml, type Source } from '../source/yaml-source.js';
import { check } from '../source/zod-problems.js';
import { metricUnion, type NamedMetrics } from './metric-entries.js';
import type { SuiteContext } from './suite-context.js';

type SuiteFile = z.output<ReturnType<typeof suiteFileSchemaFor<ReturnType<typeof metricUnion>>>>;

/** What is sent to models, or compared with what they answer. */
export const KEPT_IN_SUITES: KeptTexts = {
  asWritten: [
    ['cases', '*', 'vars'],
    ['cases', '*', 'messages'],
    ['cases', '*', 'expected'],
    ['cases', '*', 'turns', '*', 'expected'],
    ['cases', '*', 'metrics', '*', 'fields'],
    ['cases', '*', 'turns', '*', 'metrics', '*', 'fields'],
    ['metrics', '*', 'fields'],
  ],
  exactly: [
    ['cases', '*', 'metrics', '*', 'schema'],
    ['cases', '*', 'turns', '*', 'metrics', '*', 'schema'],
    ['metrics', '*', 'schema'],
  ],
};

/** The file of a suite, checked for itself: not yet against the prompts, cases and metrics that it names. */
export interface WrittenSuite {
  readonly id: string;
  readonly path: RootPath;
  readonly file: SuiteFile;
  readonly source: Source;
  /** The metrics that it can name: the known ones, and the modules it refers to. */
  readonly metrics: NamedMetrics;
}

/** A suite as far as it could be read. */
export interface ReadSuite {
  /** Null when something is wrong with the file itself. */
  readonly written: WrittenSuite | null;
  /** The cassette that it names, whatever else is wrong: so its faults are told with all others. */
  readonly cassette: RootPath | null;
}

/** Reads the file of a suite. */
export async function readSuite(id: string, path: RootPath, context: SuiteContext): Promise<WithProblems<ReadSuite>> {
  let text: string;
  try {
    text = await readText(context.root, path);
  } catch (error) {
    return { value: { written: null, cassette: null }, problems: [problemOfFile(path, error)] };
  }
  const { source, data, problems: faults } = parseYaml(path, text, KEPT_IN_SUITES);
  if (faults.length > 0) return { value: { written: null, cassette: null }, problems: faults };
  const cassette = resolveCassette(data, source, context.root);
  const named = await nameMetrics(data, source, context);
  const schemas = await readSchemaFiles(data, schemasOfSuite(data), source, context.root);
  const problems: Problem[] = [...cassette.problems, ...named.problems, ...schemas.problems];
  // What parameters an entry may have is not known without its module
  const file =
    named.problems.length + schemas.problems.length > 0
      ? null
      : check(suiteFileSchemaFor(metricUnion(named.value)), schemas.value, source, problems);
  const checked = file && { id, path, file, source, metrics: named.value };
  return { value: { written: checked, cassette: cassette.value }, problems };
}

function resolveCassette(data: unknown, source: Source, root: string): WithProblems<RootPath | null> {
  const written = (data as { cassette?: unknown } | null)?.cassette;
  if (typeof written !== 'string') return { value: null, problems: [] };
  try {
    return { value: resolveFileInside(root, source.file, written), problems: [] };
  } catch (error) {
    return { value: null, problems: [problemAt(source.at(['cassette']), error)] };
  }
}

async function nameMetrics(data: unknown, source: Source, context: SuiteContext): Promise<WithProblems<NamedMetrics>> {
  const named = new Map([...context.metrics].map(([type, definition]) => [type, { type, definition }]));
  const problems: Problem[] = [];
  for (const [written, place] of writtenMetrics(data)) {
    if (!isModulePath(written) || named.has(written)) continue;
    try {
      const type = resolveInside(context.root, source.file, written);
      const definition = context.metrics.get(type) ?? (await context.threads.metric(type));
      named.set(written, { type, definition });
    } catch (error) {
      problems.push(problemAt(source.at(place), error));
    }
  }
  return { value: named, problems };
}

function* writtenMetrics(data: unknown): Generator<[name: string, place: Path]> {
  const suite = data as { metrics?: unknown; cases?: unknown } | null;
  type Part = { metrics?: unknown; turns?: unknown } | null;
  const lists: [unknown, Path][] = [[suite?.metrics, ['metrics']]];
  if (Array.isArray(suite?.cases)) {
    for (const [index, item] of suite.cases.entries()) {
      const own = item as Part;
      lists.push([own?.metrics, ['cases', index, 'metrics']]);
      const turns: readonly unknown[] = Array.isArray(own?.turns) ? own.turns : [];
      for (const [turn, each] of turns.entries())
        lists.push([(each as Part)?.metrics, ['cases', index, 'turns', turn, 'metrics']]);
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
