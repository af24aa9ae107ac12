import { z } from 'zod';

/** What a schema says of its keys, a row each: its name, type, default and meaning, as Markdown. */
export function rowsOf(schema: z.ZodType): readonly (readonly string[])[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => {
    if (typeof property === 'boolean') throw new Error(`${name} has no schema`);
    const fallback = property.default === undefined ? '' : code(JSON.stringify(property.default));
    return [
      code(name),
      typeName(property),
      required.includes(name) ? 'required' : fallback,
      property.description ?? '',
    ];
  });
}

/** A JSON Schema of a parameter in words a reader knows. */
function typeName(schema: z.core.JSONSchema._JSONSchema): string {
  if (typeof schema === 'boolean') return 'any';
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    const [first = '', ...others] = choices.map(typeName);
    // A long list of words stands there once
    return [
      first,
      ...others.map((other) => (first.includes(', ') && other === `list of ${first}` ? 'a list of these' : other)),
    ].join(' or ');
  }
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.type === 'array') {
    const items = schema.items;
    const name = items === undefined || Array.isArray(items) ? 'any' : typeName(items);
    if (name === 'any') return 'list of anything';
    return name.startsWith('`') ? `list of ${name}` : `list of ${name}s`;
  }
  if (schema.type === 'object') {
    const keys = Object.keys(schema.properties ?? {});
    return keys.length === 0 ? 'mapping' : code(`{ ${keys.join(', ')} }`);
  }
  const names: Readonly<Record<string, string>> = { string: 'text', boolean: '`true` or `false`' };
  const types: readonly string[] = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'any'];
  return types.map((type) => names[type] ?? type).join(' or ');
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** A code span that holds any text, also one with backticks. */
export function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = longest > 0 ? ' ' : '';
  return `${fence}${padding}${text}${padding}${fence}`;
}
