import { type CassetteEntry, cassetteEntrySchema, cassetteHeaderSchema } from '../../model/cassette.js';
import type { Problem } from '../../model/problem.js';

/** What stands in a cassette. */
export interface CassetteText {
  readonly note: string | undefined;
  /** Each entry with the line that it was read from. */
  readonly entries: readonly (readonly [entry: CassetteEntry, line: string])[];
  /** Every line that is wrong, at the path that was given. */
  readonly problems: readonly Problem[];
}

/** Reads the text of a cassette: a heading, then one entry a line; blank lines count for nothing. */
export function parseCassette(file: string, text: string): CassetteText {
  const entries: (readonly [CassetteEntry, string])[] = [];
  const problems: Problem[] = [];
  let note: string | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const report = (message: string) => problems.push({ file, line: index + 1, column: 1, message });
    let data: unknown;
    try {
      data = JSON.parse(line);
    } catch (error) {
      report(`is not JSON: ${(error as Error).message}`);
      continue;
    }
    const parsed = (index === 0 ? cassetteHeaderSchema : cassetteEntrySchema).safeParse(data);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const place = issue?.path.join('.');
      report(
        index === 0
          ? 'the first line of a cassette is {"cassette":1}'
          : `${place ? `${place}: ` : ''}${issue?.message}`,
      );
    } else if ('cassette' in parsed.data) note = parsed.data.note;
    else entries.push([parsed.data, line]);
  }
  return { note, entries, problems };
}
