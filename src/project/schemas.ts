import { z } from 'zod';
import { metricEntrySchema } from '../metrics/access.js';
import { builtInMetrics } from '../metrics/index.js';
import { configFileSchemaFor } from '../model/config.js';
import { SCHEMA_FILE } from '../model/json.js';
import { metricEntryBase } from '../model/metric-entry.js';
import { promptFileSchema } from '../model/prompt.js';
import { runRecordSchema } from '../model/run-record.js';
import { suiteFileSchemaFor } from '../model/suite.js';
import { thresholdsFileSchemaFor } from '../model/thresholds-file.js';
import { providerEntrySchema } from '../providers/contract/provider.js';
import { providerTypes } from '../providers/index.js';

const modulePath = z.string().regex(/^\.{1,2}\//);

/** Metrics and providers that are modules of the project bring parameters that no schema knows before it is loaded. */
const metricModule = z
  .looseObject({ metric: modulePath, ...metricEntryBase })
  .describe('A metric of your own, by the path of its module.');
const providerModule = z
  .looseObject({ type: modulePath })
  .describe('A provider of your own, by the path of its module.');

const FORMATS = {
  prompt: () => promptFileSchema,
  thresholds: () => thresholdsFileSchemaFor(z.union(builtInMetrics.map(metricEntrySchema))),
  suite: () => suiteFileSchemaFor(z.union([...builtInMetrics.map(metricEntrySchema), metricModule])),
  config: () => configFileSchemaFor(z.union([...providerTypes.map(providerEntrySchema), providerModule])),
  'run-record': () => runRecordSchema,
} as const;

export type FormatName = keyof typeof FORMATS;

/** The names of the formats that have a JSON Schema. */
export const formatNames = Object.keys(FORMATS) as readonly FormatName[];

/** The JSON Schema of a file format, as editors use it to check and complete what users write. */
export function jsonSchemaOf(format: FormatName): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(FORMATS[format](), {
    io: format === 'run-record' ? 'output' : 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => allowPath(jsonSchema),
  });
  const ignored = format === 'run-record' ? {} : { patternProperties: { '^x-': {} } };
  return { title: `llmci ${format}`, ...schema, ...ignored };
}

/** Where a JSON Schema may stand, the path of one may. */
function allowPath(node: Record<string, unknown>): void {
  if (node[SCHEMA_FILE] === undefined) return;
  const { [SCHEMA_FILE]: _, description, ...mapping } = node;
  for (const key of Object.keys(node)) if (key !== 'description') delete node[key];
  Object.assign(node, { description, anyOf: [mapping, { type: 'string', pattern: '^\\.{1,2}/' }] });
}
