import { compileJsonSchema } from '../core/json-schema.js';
import { requestFactory } from '../core/request.js';
import { didYouMean } from '../core/suggest.js';
import { covers } from '../core/tags.js';
import { TemplateError } from '../core/template.js';
import type { AnyMetric } from '../metrics/define.js';
import type { Case } from '../model/case.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { Problem } from '../model/problem.js';
import type { PlacedCase } from './dataset.js';
import type { LoadedPrompt } from './load-prompts.js';

/** A case with the place it stands at. */
export interface ResolvedCase {
  readonly resolved: Case;
  readonly placed: PlacedCase;
}

/**
 * Checks every case against everything that will use it: the variables of each prompt's templates, the prompt's input
 * schema, and what each metric needs. A fault that all cases share is the prompt's and is reported there, once.
 */
export function checkCases(
  prompts: readonly LoadedPrompt[],
  cases: readonly ResolvedCase[],
  metricOf: (entry: MetricEntry) => AnyMetric | undefined,
  entries: readonly MetricEntry[],
  problems: Problem[],
): void {
  for (const { resolved, placed } of cases) {
    const expecting = [...entries, ...resolved.metrics].find(
      (entry) =>
        covers(entry.where, resolved.tags) &&
        // The entry's parameters are those of its own metric
        metricOf(entry)
          ?.needs?.(entry.params as never)
          .includes('expected'),
    );
    if (expecting && resolved.expected === undefined) {
      const place = { file: placed.source.file, ...placed.source.at(placed.path) };
      problems.push({
        ...place,
        message: `case ${resolved.id} has no \`expected\`, which metric ${expecting.id} needs`,
      });
    }
  }
  for (const loaded of prompts) checkVariables(loaded, cases, problems);
}

function checkVariables(loaded: LoadedPrompt, cases: readonly ResolvedCase[], problems: Problem[]): void {
  const { prompt, source } = loaded;
  const shared = new Map<string, { problem: Problem; cases: number }>();
  const found: Problem[] = [];
  for (const [index, message] of prompt.messages.entries()) {
    let render: ReturnType<typeof requestFactory>;
    try {
      render = requestFactory({ ...prompt, messages: [message] }, { text: '', provider: '', model: null });
    } catch (error) {
      if (error instanceof TemplateError) continue; // reported where the prompt was read
      throw error;
    }
    for (const { resolved, placed } of cases) {
      try {
        render(resolved);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        const inPrompt = source.within(['messages', index, 'content'], error.line, error.column);
        const known = [...Object.keys(prompt.defaults), ...Object.keys(resolved.vars)];
        const guess = error.variable === null ? '' : didYouMean(error.variable, known);
        const what = error.variable === null ? error.message : `variable ${error.variable} is not defined`;
        const place = `${prompt.path}:${inPrompt.line}:${inPrompt.column}`;
        const key = `${place} ${what}`;
        const everywhere = { file: prompt.path, ...inPrompt, message: `${what} in any case${guess}` };
        shared.set(key, { problem: everywhere, cases: (shared.get(key)?.cases ?? 0) + 1 });
        const message = `case ${resolved.id}: ${what}${guess}, but prompt ${prompt.id} uses it at ${place}`;
        found.push({ file: placed.source.file, ...placed.source.at(placed.path), message });
      }
    }
  }
  const common = [...shared.values()].filter((entry) => entry.cases === cases.length);
  if (common.length > 0) problems.push(...common.map(({ problem }) => problem));
  else problems.push(...found);
  if (found.length === 0) checkInputs(loaded, cases, problems);
}

function checkInputs({ prompt }: LoadedPrompt, cases: readonly ResolvedCase[], problems: Problem[]): void {
  if (prompt.inputSchema === null) return;
  let validate: (value: unknown) => readonly string[];
  try {
    validate = compileJsonSchema(prompt.inputSchema);
  } catch {
    return; // reported where the prompt was read
  }
  for (const { resolved, placed } of cases) {
    const faults = validate({ ...prompt.defaults, ...resolved.vars });
    if (faults.length === 0) continue;
    const place = { file: placed.source.file, ...placed.source.at([...placed.path, 'vars']) };
    problems.push({
      ...place,
      message: `case ${resolved.id} does not fit the input of prompt ${prompt.id}: ${faults.join('; ')}`,
    });
  }
}
