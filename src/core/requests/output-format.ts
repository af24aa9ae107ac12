import { isRecord } from '../../model/json.js';
import { namedJsonSchema, type OutputFormat, type PromptFile } from '../../model/prompt.js';
import { firstFault } from '../text/explain-issues.js';
import { compileJsonSchema } from '../text/json-schema.js';
import { parseJsonText } from '../text/json-text.js';

/** The form of answers that a prompt file asks for; with a fault, where and why it cannot be had, plain text. */
export interface ReadFormat {
  readonly output: OutputFormat;
  readonly fault?: { readonly path: readonly string[]; readonly message: string };
}

type Formats = Pick<PromptFile, 'output' | 'responseFormat' | 'jsonSchema'>;

const NO_SCHEMA = '`jsonSchema` must hold a JSON Schema: { name, schema: { … } }';

/** GitHub's `responseFormat` and `jsonSchema` say the same as our `output`; one of the two is enough. */
export function readOutputFormat(file: Formats): ReadFormat {
  const at = (path: readonly string[], message: string): ReadFormat => ({
    output: { format: 'text' },
    fault: { path, message },
  });
  if (file.output) {
    if (file.responseFormat || file.jsonSchema)
      return at(['output'], 'the format is said twice: use either `output` or `responseFormat` with `jsonSchema`');
    if (file.output.format === 'text' && file.output.schema !== undefined)
      return at(['output', 'schema'], 'a schema needs `format: json` beside it');
    const label = (['name', 'description', 'strict'] as const).find((key) => file.output?.[key] !== undefined);
    if (label && file.output.schema === undefined)
      return at(['output', label], `\`${label}\` needs a \`schema\` beside it`);
    return { output: file.output };
  }
  if (file.responseFormat === 'json_object') return { output: { format: 'json' } };
  if (file.responseFormat !== 'json_schema') {
    if (file.jsonSchema === undefined) return { output: { format: 'text' } };
    return at(['jsonSchema'], '`jsonSchema` needs `responseFormat: json_schema`');
  }
  if (file.jsonSchema === undefined) return at(['responseFormat'], '`responseFormat: json_schema` needs `jsonSchema`');
  let document: unknown = file.jsonSchema;
  if (typeof document === 'string') {
    const parsed = parseJsonText(document);
    if (parsed.fault) return at(['jsonSchema'], `\`jsonSchema\` is not usable JSON: ${parsed.fault.message}`);
    document = parsed.data;
  }
  const named = isRecord(document) && 'schema' in document ? document : { schema: document };
  const read = namedJsonSchema.safeParse(named);
  if (!read.success) {
    if (!isRecord(named['schema'])) return at(['jsonSchema'], NO_SCHEMA);
    return at(['jsonSchema'], `\`jsonSchema\`: ${firstFault(read.error, namedJsonSchema, named)}`);
  }
  try {
    compileJsonSchema(read.data.schema);
    return { output: { format: 'json', ...read.data } };
  } catch (error) {
    return at(['jsonSchema'], `not a usable JSON Schema: ${(error as Error).message}`);
  }
}
