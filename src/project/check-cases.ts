import { count } from '../core/format.js';
import { compileJsonSchema } from '../core/json-schema.js';
import { didYouMean } from '../core/suggest.js';
import { covers } from '../core/tags.js';
import { compileTemplate, type Render, TemplateError } from '../core/template.js';
import type { AnyMetric } from '../metrics/define.js';
import type { Case } from '../model/case.js';
import type { Json } from '../model/json.js';
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
  const judged = entries.length > 0 || cases.some(({ resolved }) => resolved.metrics.length > 0);
  for (const { resolved, placed } of cases) {
    const covering = [...entries, ...resolved.metrics].filter((entry) => covers(entry.where, resolved.tags));
    const place = { file: placed.source.file, ...placed.source.at(placed.path) };
    // A suite without any metric is another matter: no gate can be met in it
    if (judged && covering.length === 0) {
      problems.push({ ...place, message: `case ${resolved.id} has no metric, so nothing would judge it` });
    }
    const expecting = covering.find((entry) =>
      // The entry's parameters are those of its own metric
      metricOf(entry)
        ?.needs?.(entry.params as never)
        .includes('expected'),
    );
    if (expecting && acceptsNothing(resolved.expected)) {
      const message = `case ${resolved.id} has no \`expected\`, which metric ${expecting.id} needs`;
      problems.push({ ...place, message });
    }
  }
  checkMetricVariables(cases, entries, metricOf, problems);
  for (const loaded of prompts) checkVariables(loaded, cases, problems);
}

/** Reports the variables that metrics read and cases lack. */
function checkMetricVariables(
  cases: readonly ResolvedCase[],
  entries: readonly MetricEntry[],
  metricOf: (entry: MetricEntry) => AnyMetric | undefined,
  problems: Problem[],
): void {
  for (const { resolved, placed } of cases) {
    for (const entry of [...entries, ...resolved.metrics]) {
      if (!covers(entry.where, resolved.tags)) continue;
      // The entry's parameters are those of its own metric
      for (const name of metricOf(entry)?.vars?.(entry.params as never) ?? []) {
        if (resolved.vars[name] !== undefined) continue;
        const guess = didYouMean(name, Object.keys(resolved.vars));
        const message = `case ${resolved.id} has no variable ${name}, which metric ${entry.id} needs${guess}`;
        problems.push({ file: placed.source.file, ...placed.source.at(placed.path), message });
      }
    }
  }
}

function acceptsNothing(expected: Json | undefined): boolean {
  return expected === undefined || (Array.isArray(expected) && expected.length === 0);
}

/** Cases that are named for one fault; further ones are counted. */
const NAMED_CASES = 10;

/** Something that is wrong with some cases: the first of them, and how many there are. */
class CaseFault {
  readonly #named: { readonly id: string; readonly place: Omit<Problem, 'message'> }[] = [];
  readonly #what: string;
  count = 0;

  constructor(what: string) {
    this.#what = what;
  }

  add({ resolved, placed }: ResolvedCase): void {
    this.count++;
    if (this.#named.length > NAMED_CASES) return;
    this.#named.push({ id: resolved.id, place: { file: placed.source.file, ...placed.source.at(placed.path) } });
  }

  problems(): Problem[] {
    const more = this.count - NAMED_CASES;
    return this.#named.map(({ id, place }, index) => {
      // A single further case is as short as its count
      const who = index < NAMED_CASES || more === 1 ? `case ${id}` : `and ${count(more, 'more case')}`;
      return { ...place, message: `${who}: ${this.#what}` };
    });
  }
}

function checkVariables(loaded: LoadedPrompt, cases: readonly ResolvedCase[], problems: Problem[]): void {
  const { prompt, source } = loaded;
  // By what is wrong in the prompt: the problem when all cases share it, and those of single cases when not
  const faults = new Map<string, { readonly everywhere: Problem; readonly single: CaseFault }>();
  for (const [index, { content }] of prompt.messages.entries()) {
    let render: Render;
    try {
      render = compileTemplate(content);
    } catch (error) {
      if (error instanceof TemplateError) continue; // reported where the prompt was read
      throw error;
    }
    for (const item of cases) {
      const vars = { ...prompt.defaults, ...item.resolved.vars };
      for (const error of withoutStacks(() => templateFaults(render, vars))) {
        const what = error.variable === null ? error.message : `variable ${error.variable} is not defined`;
        const id = `${index}:${error.line}:${error.column} ${what}`;
        let fault = faults.get(id);
        if (!fault) {
          const inPrompt = source.within(['messages', index, 'content'], error.line, error.column);
          const guess = error.variable === null ? '' : didYouMean(error.variable, Object.keys(vars));
          const place = `${prompt.path}:${inPrompt.line}:${inPrompt.column}`;
          fault = {
            everywhere: { file: prompt.path, ...inPrompt, message: `${what} in any case${guess}` },
            single: new CaseFault(`${what}${guess}, but prompt ${prompt.id} uses it at ${place}`),
          };
          faults.set(id, fault);
        }
        fault.single.add(item);
      }
    }
  }
  for (const { everywhere, single } of faults.values()) {
    problems.push(...(single.count === cases.length ? [everywhere] : single.problems()));
  }
  if (faults.size === 0) checkInputs(loaded, cases, problems);
}

/** Runs something whose errors are counted, not shown: of 100,000 errors the stacks are most of the work. */
function withoutStacks<T>(run: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Every undefined variable of a template, not only the first: each is given a text, and the template tried again. */
function templateFaults(render: Render, vars: Readonly<Record<string, Json>>): readonly TemplateError[] {
  const faults: TemplateError[] = [];
  const given = new Map<string, string>();
  for (;;) {
    try {
      render({ ...vars, ...Object.fromEntries(given) });
      return faults;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const [root = ''] = error.variable?.split(/[.[]/) ?? [];
      // What goes wrong with a text given here is no fault of the case
      if (given.has(root)) return faults;
      faults.push(error);
      if (error.variable !== root || root === '') return faults;
      given.set(root, '');
    }
  }
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
