import { parseJsonText } from '../core/text/json-text.js';
import { placeInText } from '../core/text/text-place.js';
import type { Json } from '../model/json.js';

/** A value that a file holds, and the line on which it begins. */
export interface FoundDocument {
  readonly data: Json;
  readonly line: number;
}

/** What became of a file: its values, and what of it is no JSON. */
export interface Documents {
  readonly found: readonly FoundDocument[];
  readonly faults: readonly string[];
}

/** The values of a file that is JSON, or has JSON on each of its lines. A last line that breaks off was being written. */
export function documentsOf(file: string, text: string): Documents {
  const whole = text.replace(/^\ufeff/, '');
  const lines = whole.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0) return { found: [], faults: [] };
  if (parseJsonText(lines[first] ?? '').fault !== null) {
    const parsed = parseJsonText(whole);
    if (parsed.fault === null) return { found: [{ data: parsed.data, line: first + 1 }], faults: [] };
    const { line, column } = placeInText(whole, parsed.fault.offset);
    return { found: [], faults: [`${file}:${line}:${column} is no JSON: ${parsed.fault.message}`] };
  }
  const found: FoundDocument[] = [];
  const faults: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const parsed = parseJsonText(line);
    if (parsed.fault === null) found.push({ data: parsed.data, line: index + 1 });
    else if (index < lines.length - 1)
      faults.push(`${file}:${index + 1}:${parsed.fault.offset + 1} is no JSON: ${parsed.fault.message}`);
  }
  return { found, faults };
}
