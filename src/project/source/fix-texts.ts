import { isDeepStrictEqual } from 'node:util';
import { valueAt } from '../../core/text/schema-keys.js';
import type { Fix } from '../../lint/rule.js';
import type { RuledHit } from '../../lint/run-rules.js';
import { readText } from './files.js';
import { rewriteText } from './rewrite-text.js';
import { parseYaml } from './yaml-source.js';

/** A fix that was written into a file. */
export interface Fixed {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

/**
 * Writes the fixes of hits into their files, each file as a whole. A fix is taken only if the file then says what it said
 * before, but for the fixed text; one that its YAML cannot take is left for people.
 */
export async function fixTexts(root: string, hits: readonly RuledHit[]): Promise<readonly Fixed[]> {
  const files = new Set(hits.flatMap(({ fix, spot }) => (fix ? [spot.file] : [])));
  const fixed: Fixed[] = [];
  for (const file of files) {
    const before = await readText(root, file);
    let text = before;
    // From the end on, so that what stands before keeps its place
    const own = hits.filter(({ spot, fix }) => fix && spot.file === file).sort((a, b) => startOf(b) - startOf(a));
    for (const { spot, fix, rule } of own) {
      if (!fix || 'line' in spot) continue;
      const next = tryFix(file, text, spot.path, fix);
      if (next === null) continue;
      text = next.text;
      fixed.push({ file, line: next.line, rule: rule.id });
    }
    if (text !== before) await rewriteText(root, file, text);
  }
  return fixed;
}

function startOf({ fix }: RuledHit): number {
  return fix?.start ?? 0;
}

function tryFix(
  file: string,
  text: string,
  path: readonly PropertyKey[],
  fix: Fix,
): { text: string; line: number } | null {
  const { source, data } = parseYaml(file, text);
  const value = valueAt(data, path);
  if (typeof value !== 'string') return null;
  const wanted = value.slice(0, fix.start) + fix.text + value.slice(fix.end);
  const start = source.written(path, fix.start);
  // A character may be written with several, and blanks be folded: what parses to the wanted text is right
  for (const end of [source.written(path, fix.end), source.written(path, fix.end - 1) + 1]) {
    const next = text.slice(0, start) + fix.text + text.slice(end);
    const parsed = parseYaml(file, next);
    if (end < start || parsed.problems.length > 0 || valueAt(parsed.data, path) !== wanted) continue;
    if (isDeepStrictEqual(withText(parsed.data, path, value), data))
      return { text: next, line: source.place(start).line };
  }
  return null;
}

/** A copy of data with another text at a path. */
function withText(data: unknown, [step, ...rest]: readonly PropertyKey[], text: string): unknown {
  if (step === undefined) return text;
  if (Array.isArray(data)) return data.map((item, index) => (index === step ? withText(item, rest, text) : item));
  const record = Object(data) as Record<PropertyKey, unknown>;
  return { ...record, [step]: withText(record[step], rest, text) };
}
