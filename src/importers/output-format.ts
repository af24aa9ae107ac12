import type { PromptDraft } from './draft/draft.js';
import type { Findings } from './import-findings.js';
import { type Located, memberOf, textOfLocated } from './located.js';
import { usableSchema } from './usable-schema.js';

type OutputDraft = NonNullable<PromptDraft['file']['output']>;

/** OpenAI's `response_format` (or `text.format`, which is flat); undefined for plain text, and when it cannot be used. */
export function importOutputFormat(written: Located, findings: Findings): OutputDraft | undefined {
  const type = textOfLocated(memberOf(written, 'type'));
  if (written.data === null || type === 'text') return undefined;
  if (type === 'json_object') {
    findings.take('response format json_object', written.place, '`output: { format: json }`');
    findings.mark('output', written.place);
    return { format: 'json' };
  }
  const own = memberOf(written, 'json_schema') ?? written;
  const read = usableSchema(memberOf(own, 'schema')?.data);
  if (type !== 'json_schema' || 'why' in read) {
    const why = 'why' in read ? read.why : `llmci knows no format ${type ?? '(none)'}`;
    findings.refuse('response format', written.place, `${why}; write it as \`output: { format: json, schema: … }\``);
    return undefined;
  }
  const name = textOfLocated(memberOf(own, 'name'));
  const description = textOfLocated(memberOf(own, 'description'));
  const strict = memberOf(own, 'strict')?.data;
  findings.take('response format json_schema', written.place, '`output`');
  findings.mark('output', written.place);
  return {
    format: 'json',
    schema: read.schema,
    ...(name && /^[a-zA-Z0-9_-]{1,64}$/.test(name) ? { name } : {}),
    ...(description ? { description } : {}),
    // What says nothing is not held to its schema there
    strict: strict === true,
  };
}
