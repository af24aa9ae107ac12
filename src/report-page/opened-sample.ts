import type { Output } from '../model/output.js';
import { openChunk, openEarlier } from './chunks.js';
import type { PageSample } from './data.js';

import type { Row, RunData } from './run-data.js';

/** A sample of a case with what its chunk has of it. */
export interface OpenedSample {
  readonly sample: number;
  /** Null when its texts were left out. */
  readonly content: PageSample | null;
  /** What the baseline's run answered; null where the file does not have it. */
  readonly earlier: Output | null;
}

/** Unpacks the samples of a case. Throws when the file is cut short. */
export async function openSamples(data: RunData, row: Row): Promise<readonly OpenedSample[]> {
  return Promise.all(
    row.samples.map(async (sample) => {
      const chunk = await openChunk(data.chunk[sample] ?? 0);
      const at = data.earlier.get(sample);
      const earlier = at === undefined ? null : ((await openEarlier(at.chunk))[at.place] ?? null);
      return { sample, content: chunk[data.place[sample] ?? 0] ?? null, earlier };
    }),
  );
}

/** The text of the first answer of a column; null when it has none. */
export function firstText(data: RunData, samples: readonly OpenedSample[], column: number): string | null {
  const first = samples.find(({ sample, content }) => data.column[sample] === column && content?.output);
  return first?.content?.output?.text ?? null;
}
