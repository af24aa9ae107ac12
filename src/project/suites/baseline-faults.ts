import type { z } from 'zod';
import { PASS, SCORE } from '../../core/scores/composites.js';
import { rangeMissed } from '../../core/scores/unit-range.js';
import { explainIssues, withPath } from '../../core/text/explain-issues.js';
import { count } from '../../core/text/format.js';
import { parseJsonText } from '../../core/text/json-text.js';
import { findRepeatedKey } from '../../core/text/repeated-key.js';
import { placeInText } from '../../core/text/text-place.js';
import { type Baseline, baselineSchema } from '../../model/baseline.js';
import type { Problem } from '../../model/problem.js';
import { type Path, parseYaml } from '../source/yaml-source.js';

/** More than anybody reads. */
const MOST = 20;

interface Fault {
  readonly path: Path;
  readonly message: string;
}

/** How far the clock of the machine that made a baseline may be ahead of ours, in milliseconds. */
const CLOCK_SKEW_MS = 24 * 60 * 60_000;

/**
 * Reads the text of a baseline as strictly as the files that people write: others compare with what it says. `suite` is
 * the id of the suite that it stands beside; null when any will do. Returns everything that is wrong, with its place.
 */
export function checkBaseline(
  file: string,
  text: string,
  suite: string | null,
): { readonly baseline: Baseline } | { readonly problems: readonly Problem[] } {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const { offset, message } = parseJsonText(text).fault ?? { offset: 0, message: (error as Error).message };
    return { problems: [{ file, ...placeInText(text, offset), message: `not JSON: ${message}` }] };
  }
  const repeated = findRepeatedKey(text);
  if (repeated) {
    const first = placeInText(text, repeated.first);
    const message = `${JSON.stringify(repeated.key)} stands on line ${first.line} too: keep one of the two`;
    return { problems: [{ file, ...placeInText(text, repeated.second), message }] };
  }
  const parsed = baselineSchema.safeParse(data);
  const faults = parsed.success
    ? faultsOf(parsed.data, suite)
    : explainIssues(
        parsed.error.issues.map((issue) => asWritten(issue, data)),
        baselineSchema,
        data,
      ).map((fault) => ({
        path: fault.path,
        message: withPath(fault),
      }));
  if (parsed.success && faults.length === 0) return { baseline: parsed.data };
  // JSON is YAML, whose reader knows where everything stands; it takes its time, and nobody waits for a good file
  const { source } = parseYaml(file, text);
  const problems = faults.slice(0, MOST).map(({ path, message }) => ({ ...source.at(path), message }));
  const [next] = faults.slice(MOST);
  if (next) problems.push({ ...source.at(next.path), message: `and ${count(faults.length - MOST, 'more problem')}` });
  return { problems };
}

/** What no schema says: that it is of this suite and made before `now`, names each column once, and scores as its metrics can. */
export function faultsOf(baseline: Baseline, suite: string | null, now = Date.now()): readonly Fault[] {
  const faults: Fault[] = [];
  if (suite !== null && baseline.suite !== suite)
    faults.push({
      path: ['suite'],
      message: `this is a baseline of suite ${baseline.suite}, and suite ${suite} would be compared with it`,
    });
  if (Date.parse(baseline.finishedAt) > now + CLOCK_SKEW_MS)
    faults.push({
      path: ['finishedAt'],
      message: `a run that was finished on ${baseline.finishedAt} is still to come`,
    });
  const columns = new Map<string, number>();
  for (const [index, { prompt, model, metrics, cases }] of baseline.columns.entries()) {
    const name = JSON.stringify([prompt, model]);
    const first = columns.get(name);
    if (first !== undefined)
      faults.push({ path: ['columns', index], message: `prompt ${prompt} on ${model} is column ${first + 1} too` });
    columns.set(name, first ?? index);
    for (const id of [PASS, SCORE]) {
      const { unit, better } = (Object.hasOwn(metrics, id) && metrics[id]) || { unit: 'fraction', better: 'higher' };
      if (unit === 'fraction' && better === 'higher') continue;
      faults.push({
        path: ['columns', index, 'metrics', id],
        message: `${id} is a fraction, of which more is better, and here it is ${unit}, ${better}`,
      });
    }
    for (const [id, { scores }] of Object.entries(cases)) {
      for (const [metric, trials] of Object.entries(scores)) {
        const path: Path = ['columns', index, 'cases', id, 'scores', metric];
        const summary = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
        // Nothing compares the scores of a metric that its column does not know
        if (!summary) continue;
        for (const [trial, score] of trials.entries()) {
          if (typeof score !== 'number') continue;
          const range = metric === PASS ? !isYesOrNo(score) && YES_OR_NO : rangeMissed(score, summary.unit);
          if (range)
            faults.push({ path: [...path, trial], message: `${score} cannot be a score of ${metric}: ${range}` });
        }
      }
    }
  }
  return faults;
}

const YES_OR_NO = 'a sample passes (1) or does not (0)';

function isYesOrNo(score: number): boolean {
  return score === 0 || score === 1;
}

/** What zod says, at the path as it is in the file: the schema reads records by ids as lists of pairs. */
function asWritten<Issue extends z.core.$ZodIssue>(issue: Issue, data: unknown): Issue {
  const { path } = issue;
  const written: PropertyKey[] = [];
  let at = data;
  for (let step = 0; step < path.length; step++) {
    let key = path[step] ?? '';
    if (typeof key === 'number' && at !== null && typeof at === 'object' && !Array.isArray(at)) {
      key = Object.keys(at)[key] ?? '';
      // The second half of the pair is the value itself
      step++;
    }
    written.push(key);
    at = (at as Record<PropertyKey, unknown> | null | undefined)?.[key];
  }
  return { ...issue, path: written };
}
