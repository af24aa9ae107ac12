import { valueAt } from '../../core/text/schema-keys.js';
import { isRecord } from '../../model/json.js';
import type { Problem, WithProblems } from '../../model/problem.js';
import { problemAt } from '../../store/files/read-file.js';
import { type RootPath, readText, resolveInside } from './files.js';
import { type Path, parseYaml, type Source } from './yaml-source.js';

/** Where a prompt may name a file in place of a JSON Schema. */
export function schemasOfPrompt(data: unknown): readonly Path[] {
  const tools = isRecord(data) && Array.isArray(data['tools']) ? data['tools'] : [];
  return [
    ['input', 'schema'],
    ['output', 'schema'],
    ['jsonSchema'],
    ...tools.map((_, index): Path => ['tools', index, 'parameters']),
  ];
}

/** Where a suite may: the parameter of the metric `json`. What a module of one's own calls `schema` may be anything. */
export function schemasOfSuite(data: unknown): readonly Path[] {
  if (!isRecord(data)) return [];
  const own = (list: unknown, place: Path): Path[] =>
    Array.isArray(list)
      ? list.flatMap((entry, index) =>
          isRecord(entry) && entry['metric'] === 'json' ? [[...place, index, 'schema']] : [],
        )
      : [];
  const cases: readonly unknown[] = Array.isArray(data['cases']) ? data['cases'] : [];
  return [
    ...own(data['metrics'], ['metrics']),
    ...cases.flatMap((each, index) => (isRecord(each) ? own(each['metrics'], ['cases', index, 'metrics']) : [])),
  ];
}

/**
 * The data of a file with each JSON Schema that it names by its path (`./order.schema.json`, JSON or YAML) in the place of the
 * name: so a digest covers it. The path is relative to the file and stays inside the project. With the paths of these
 * files.
 */
export async function readSchemaFiles(
  data: unknown,
  places: readonly Path[],
  source: Source,
  root: string,
): Promise<WithProblems<unknown> & { readonly files: readonly RootPath[] }> {
  const problems: Problem[] = [];
  const files: RootPath[] = [];
  let whole = data;
  for (const place of places) {
    const written = valueAt(data, place);
    if (typeof written !== 'string' || !/^\.{1,2}[\\/]/.test(written)) continue;
    try {
      const path = resolveInside(root, source.file, written);
      files.push(path);
      const { value, problems: faults } = await readSchema(root, path);
      problems.push(...faults);
      if (value !== null) whole = withValue(whole, place, value);
      else if (faults.length === 0)
        problems.push({ ...source.at(place), message: `${path} holds no JSON Schema: it must be an object` });
    } catch (error) {
      problems.push(problemAt(source.at(place), error));
    }
  }
  return { value: whole, problems, files };
}

async function readSchema(
  root: string,
  path: RootPath,
): Promise<WithProblems<Readonly<Record<string, unknown>> | null>> {
  const { data, problems } = parseYaml(path, await readText(root, path), { exactly: [[]] });
  return { value: isRecord(data) ? data : null, problems };
}

function withValue(data: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(data))
    return data.map((item: unknown, index) => (index === step ? withValue(item, rest, value) : item));
  return isRecord(data) ? { ...data, [step]: withValue(data[String(step)], rest, value) } : data;
}
