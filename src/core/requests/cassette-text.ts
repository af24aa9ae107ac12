import { type CassetteEntry, cassetteEntrySchema, cassetteHeaderSchema } from '../../model/cassette.js';
import type { Problem } from '../../model/problem.js';
import { firstFault } from '../text/explain-issues.js';
import { parseJsonText } from '../text/json-text.js';
import { valuesBut } from '../text/json-value.js';

/** What stands in a cassette. */
export interface CassetteText {
  readonly note: string | undefined;
  /** Each entry with the line that it was read from. */
  readonly entries: readonly (readonly [entry: CassetteEntry, line: string])[];
  /** Every line that is wrong, at the path that was given. */
  readonly problems: readonly Problem[];
}

/** Deeper than what is written around the deepest arguments of a tool. */
const DEPTH = 250;

/**
 * Reads the text of a cassette: a heading, then one entry a line; blank lines count for nothing. A key that stands twice,
 * in the file or in a line, is wrong: which of two answers counts is not for the order of lines to say.
 */
export function parseCassette(file: string, text: string): CassetteText {
  const entries: (readonly [CassetteEntry, string])[] = [];
  const problems: Problem[] = [];
  const lines = new Map<string, number>();
  let note: string | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const report = (message: string, column = 1) => problems.push({ file, line: index + 1, column, message });
    const json = parseJsonText(line, { depth: DEPTH });
    if (json.fault) {
      report(`is not JSON: ${json.fault.message}`, json.fault.offset + 1);
      continue;
    }
    const data = valuesBut([['answer', 'toolCalls']], json.data);
    const parsed = (index === 0 ? cassetteHeaderSchema : cassetteEntrySchema).safeParse(data);
    if (!parsed.success)
      report(
        index === 0
          ? 'the first line of a cassette is {"cassette":1}'
          : firstFault(parsed.error, cassetteEntrySchema, data),
      );
    else if ('cassette' in parsed.data) note = parsed.data.note;
    else {
      const earlier = lines.get(parsed.data.key);
      if (earlier !== undefined) report(`has the key of line ${earlier}: keep one of the two`);
      lines.set(parsed.data.key, earlier ?? index + 1);
      entries.push([parsed.data, line]);
    }
  }
  return { note, entries, problems };
}
