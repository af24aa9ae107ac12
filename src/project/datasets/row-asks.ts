import { canonicalJson } from '../../core/text/canonical.js';
import { parseJsonText } from '../../core/text/json-text.js';
import { nearestValues } from '../../core/text/json-value.js';
import { isRecord, type Json } from '../../model/json.js';
import type { Prompt } from '../../model/prompt.js';

// Rows of fine-tuning files say what the model was offered when they were made. That is the prompt's to say here, and what
// a row has beyond it would be lost without a word: so it is an error.

const KEYS = ['tools', 'functions', 'tool_choice', 'function_call', 'parallel_tool_calls', 'response_format'] as const;

/** What a row says of how the model is asked, beside what it is asked. */
export type RowAsks = Partial<Readonly<Record<(typeof KEYS)[number], Json>>>;

/** What a row says of how it is asked; null when it says nothing. */
export function asksOf(row: Readonly<Record<string, unknown>>): RowAsks | null {
  const found = KEYS.flatMap((key) => (isSaid(row[key]) ? [[key, nearestValues(row[key] as Json)] as const] : []));
  return found.length === 0 ? null : Object.fromEntries(found);
}

type Asking = Pick<Prompt, 'tools' | 'parameters' | 'output'>;

/** What a row asks for and a prompt does not, each with what to write in the prompt. */
export function unasked(asks: RowAsks, prompt: Asking): readonly string[] {
  return [
    ...unaskedTools(toolsIn(asks.tools ?? asks.functions), prompt),
    ...unaskedChoice(asks.tool_choice ?? asks.function_call, prompt),
    ...unaskedParallel(asks.parallel_tool_calls, prompt),
    ...unaskedFormat(asks.response_format, prompt),
  ];
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** Some files have a list of tools as its JSON text. */
function toolsIn(written: Json | undefined): readonly Json[] {
  if (typeof written === 'string') {
    const parsed = parseJsonText(written);
    return parsed.fault === null && typeof parsed.data !== 'string' ? toolsIn(parsed.data) : [written];
  }
  return written === undefined ? [] : Array.isArray(written) ? (written as readonly Json[]) : [written];
}

function unaskedTools(written: readonly Json[], prompt: Asking): readonly string[] {
  const isOwn = (name: unknown) => prompt.tools.some((tool) => tool.name === name);
  const lost = written
    .map((tool) => functionIn(tool)['name'])
    .filter((name) => typeof name === 'string' && !isOwn(name));
  const told = lost.length === 1 ? `a tool ${lost[0]}, which is` : `tools ${lost.join(', ')}, which are`;
  return [
    ...(lost.length > 0
      ? [`has ${told} not sent: write ${lost.length === 1 ? 'it' : 'them'} into \`tools\` of the prompt`]
      : []),
    ...written.flatMap((tool) => unaskedParameters(tool, prompt)),
  ];
}

function unaskedParameters(written: Json, { tools }: Asking): readonly string[] {
  const { name, parameters } = functionIn(written);
  if (typeof name !== 'string') return ['has a tool that is no function with a name, which llmci cannot offer a model'];
  const own = tools.find((tool) => tool.name === name);
  if (!own) return [];
  const known = propertiesOf(own.parameters);
  const lost = propertiesOf(parameters).filter((property) => !known.includes(property));
  if (lost.length === 0) return [];
  return [
    `has a tool ${name} with ${lost.join(', ')}, which the tool of the prompt does not take: write it into \`parameters\` there`,
  ];
}

function propertiesOf(schema: unknown): readonly string[] {
  const properties = isRecord(schema) ? schema['properties'] : null;
  return isRecord(properties) ? Object.keys(properties) : [];
}

function functionIn(written: Json): Readonly<Record<string, Json | undefined>> {
  if (!isRecord(written)) return {};
  const inner = written['function'];
  return (isRecord(inner) ? inner : written) as Readonly<Record<string, Json>>;
}

function unaskedChoice(written: Json | undefined, { parameters, tools }: Asking): readonly string[] {
  if (written === undefined) return [];
  const name = functionIn(written)['name'];
  const choice = typeof name === 'string' ? { tool: name } : written;
  if (isSame(choice, parameters.toolChoice ?? 'auto') || (choice === 'none' && tools.length === 0)) return [];
  return [settingAdvice('tool_choice', `toolChoice: ${shown(choice)}`)];
}

function unaskedParallel(written: Json | undefined, { parameters, tools }: Asking): readonly string[] {
  if (written === undefined || tools.length === 0 || written === (parameters.parallelToolCalls ?? true)) return [];
  return [settingAdvice('parallel_tool_calls', `parallelToolCalls: ${shown(written)}`)];
}

function settingAdvice(key: string, setting: string): string {
  return `says ${key}, which is not sent: write \`modelParameters: { ${setting} }\` in the prompt`;
}

function unaskedFormat(written: Json | undefined, { output }: Asking): readonly string[] {
  if (!isRecord(written)) return [];
  const { type, json_schema: named } = written as Readonly<Record<string, Json | undefined>>;
  const schema = isRecord(named) ? (named as Readonly<Record<string, Json | undefined>>)['schema'] : undefined;
  const format = type === 'text' ? 'text' : 'json';
  if (format === output.format && (schema === undefined || isSame(schema, output.schema ?? {}))) return [];
  const wanted = schema === undefined ? `{ format: ${format} }` : '{ format: json, schema: … }';
  return [`says response_format, which is not sent: write \`output: ${wanted}\` in the prompt`];
}

function isSame(left: unknown, right: unknown): boolean {
  return canonicalJson(left) === canonicalJson(right);
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '').replaceAll(':', ': ');
}
