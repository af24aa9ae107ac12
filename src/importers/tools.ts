import type { PromptDraft } from './draft/draft.js';
import { type Located, memberOf, textOfLocated } from './located.js';
import { type Reading, readNamedData } from './reading.js';
import { usableSchema } from './usable-schema.js';

type ToolDraft = NonNullable<PromptDraft['file']['tools']>[number];

/** Tools in the shapes of OpenAI (chat and responses) and Anthropic; what is none of these is refused. */
export async function readTools(reading: Reading, written: Located | undefined): Promise<ToolDraft[]> {
  if (!written || written.data === null) return [];
  const named = textOfLocated(written);
  if (named !== undefined) {
    const data = named.startsWith('file://') ? await readNamedData(reading, 'tools', named, written.place) : null;
    if (!named.startsWith('file://')) reading.findings.refuse('tools', written.place, 'they are no list of tools');
    return data ? readTools(reading, data) : [];
  }
  const tools = new Map<string, ToolDraft>();
  for (const item of written.items) {
    const tool = readTool(item);
    if (typeof tool === 'string') reading.findings.refuse('tool', item.place, tool);
    else {
      tools.set(tool.name, tool);
      reading.findings.take(`tool ${tool.name}`, item.place);
    }
  }
  return [...tools.values()];
}

function readTool(item: Located): ToolDraft | string {
  const own = memberOf(item, 'function') ?? memberOf(item, 'toolSpec') ?? item;
  const name = textOfLocated(memberOf(own, 'name'));
  if (name === undefined)
    return `llmci offers models functions, and no tool of type ${textOfLocated(memberOf(item, 'type')) ?? '(none)'}`;
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) return `${name} is no name of a tool: 1 to 64 letters, digits, _ or -`;
  const description = textOfLocated(memberOf(own, 'description'));
  const parameters = (memberOf(own, 'parameters') ?? memberOf(own, 'input_schema'))?.data;
  const read = parameters === undefined || parameters === null ? { schema: null } : usableSchema(parameters);
  if ('why' in read) return read.why;
  return { name, ...(description ? { description } : {}), ...(read.schema ? { parameters: read.schema } : {}) };
}
