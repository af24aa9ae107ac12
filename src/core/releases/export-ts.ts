import { isRecord, type Json } from '../../model/json.js';
import type { Snapshot } from '../../model/snapshot.js';
import { promptFromAsked } from '../requests/asked-prompt.js';
import { textsOfMessage } from '../requests/prompt-texts.js';
import { variablesIn } from '../text/template.js';
import { nameOfRelease } from './decision.js';

/** A TypeScript module: the prompts that are live with the types of their variables, for `openPrompts<Prompts>`. */
export function typescriptOf({ environment, prompts }: Snapshot): string {
  const types = prompts.map(({ prompt, live }) => `  readonly ${text(prompt)}: ${variablesType(live.asked)};`);
  const releases = prompts.map(({ prompt, live }) => {
    const release = nameOfRelease({ prompt, number: live.number });
    // Without brackets one called so would be the prototype
    const key = prompt === '__proto__' ? '["__proto__"]' : text(prompt);
    return `  ${key}: { release: ${text(release)}, digest: ${text(live.digest)} },`;
  });
  return [
    `// What is live in ${environment}, written by \`llmci export ${environment} --format ts\`. Do not edit.`,
    '',
    '/** The variables of each prompt. */',
    'export type Prompts = {',
    ...types,
    '};',
    '',
    '/** What each prompt was when this was written. */',
    'export const releases = {',
    ...releases,
    '} as const;',
    '',
  ].join('\n');
}

function variablesType(asked: Readonly<Record<string, Json>>): string {
  const { messages, defaults, inputSchema } = promptFromAsked(asked);
  const properties = isRecord(inputSchema?.['properties']) ? inputSchema['properties'] : {};
  const required = Array.isArray(inputSchema?.['required']) ? inputSchema['required'] : [];
  const used = messages.flatMap((message) => textsOfMessage(message).flatMap((each) => variablesIn(each.text)));
  const names = [...new Set([...Object.keys(properties), ...used])].sort();
  const members = names.map((name) => {
    const isRequired = required.includes(name) || (used.includes(name) && !Object.hasOwn(properties, name));
    const optional = isRequired && !Object.hasOwn(defaults, name) ? '' : '?';
    return `readonly ${text(name)}${optional}: ${Object.hasOwn(properties, name) ? typeOf(properties[name]) : 'unknown'}`;
  });
  return members.length === 0 ? 'Readonly<Record<string, unknown>>' : `{ ${members.join('; ')} }`;
}

/** The type for a JSON Schema, as far as it is plain; `unknown` for the rest. */
function typeOf(schema: unknown): string {
  if (!isRecord(schema)) return 'unknown';
  const { type, enum: values, const: only, anyOf, items } = schema;
  if (only !== undefined) return literal(only);
  if (Array.isArray(values)) return values.map(literal).join(' | ') || 'never';
  if (Array.isArray(anyOf)) return anyOf.map(typeOf).join(' | ') || 'never';
  if (Array.isArray(type)) return type.map((each) => typeOf({ ...schema, type: each })).join(' | ') || 'never';
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${typeOf(items)})[]`;
    case 'object':
      return objectType(schema);
    default:
      return 'unknown';
  }
}

function objectType({ properties, required }: Readonly<Record<string, unknown>>): string {
  if (!isRecord(properties)) return 'Readonly<Record<string, unknown>>';
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const members = Object.entries(properties).map(
    ([name, schema]) => `readonly ${text(name)}${needed.includes(name) ? '' : '?'}: ${typeOf(schema)}`,
  );
  return `{ ${members.join('; ')} }`;
}

function literal(value: unknown): string {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value) ? JSON.stringify(value) : 'unknown';
}

function text(value: string): string {
  return JSON.stringify(value);
}
