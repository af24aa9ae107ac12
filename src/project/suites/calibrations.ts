import { readFileSync } from 'node:fs';
import { digest } from '../../core/text/canonical.js';
import { firstFault } from '../../core/text/explain-issues.js';
import { findRepeatedKey } from '../../core/text/repeated-key.js';
import { placeInText } from '../../core/text/text-place.js';
import { needsOf } from '../../metrics/access.js';
import type { AnyMetric } from '../../metrics/contract.js';
import { type Calibration, calibrationSchema } from '../../model/calibration.js';
import type { EmbeddingsEngine } from '../../model/config.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import { placeInside } from '../../store/files/places.js';
import { explain, isSystemError } from '../../store/files/read-file.js';
import { type Judges, signEntry } from '../prompts/load-judges.js';
import type { RootPath } from '../source/files.js';

/** Settings of the project that can change what a metric says. */
export interface MetricSettings {
  readonly embeddings: EmbeddingsEngine;
  readonly judges: Judges;
}

/** Where the calibration of a metric is kept. */
export function calibrationPath(id: string): RootPath {
  return `evals/${id}.calibration.json`;
}

/** The digest of all that can change a score of this metric or whether it passes. */
export function calibrationKey(
  entry: MetricEntry,
  definition: AnyMetric,
  { embeddings, judges }: MetricSettings,
): string {
  const { type, revision, params, mark, not } = entry;
  const needs = needsOf(definition, entry);
  const judge = signEntry(entry, definition, judges);
  return digest({
    type,
    revision,
    params,
    mark,
    not,
    ...(needs.includes('embeddings') ? { embeddings } : {}),
    ...(judge === null ? {} : { judge }),
  });
}

/** The calibration of a metric as it is now defined, or why there is none that holds. */
export function readCalibration(root: string, id: string, key: string): Calibration | { readonly problem: string } {
  const path = calibrationPath(id);
  const refresh = `run \`llmci calibrate ${id} --data FILE --label COLUMN --write\``;
  const place = placeInside(root, path);
  if (place === null) return { problem: `${path} leads out of the project` };
  let text: string;
  try {
    text = readFileSync(place, 'utf8');
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const why = explain(error, place, path);
    return { problem: why.absent ? `${id} is not calibrated: there is no ${path}; ${refresh}` : why.message };
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { problem: `${path} is not JSON; ${refresh}` };
  }
  const repeated = findRepeatedKey(text);
  if (repeated) {
    const [{ line }, { line: again, column }] = [placeInText(text, repeated.first), placeInText(text, repeated.second)];
    return {
      problem: `${path}:${again}:${column}: ${JSON.stringify(repeated.key)} stands on line ${line} too; ${refresh}`,
    };
  }
  const parsed = calibrationSchema.safeParse(data);
  if (!parsed.success)
    return {
      problem: `${path} is no calibration (${firstFault(parsed.error, calibrationSchema, data)}); ${refresh}`,
    };
  if (parsed.data.metric !== id || parsed.data.key !== key)
    return {
      problem: `the calibration of ${id} is stale: the metric was changed since ${path} was written; ${refresh}`,
    };
  return parsed.data;
}
