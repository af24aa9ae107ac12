import { useEffect, useState } from 'preact/hooks';
import { readSamples } from './chunks.js';
import type { PageSample } from './data.js';
import { nextTurn } from './load.js';
import type { RunData } from './run-data.js';

export interface TextSearch {
  /** Rows that have what is looked for somewhere in their texts, as far as they have been read. */
  readonly found: ReadonlySet<number>;
  /** How much has been read, 0 to 1; 1 as well when nothing is looked for. */
  readonly progress: number;
}

const NONE: ReadonlySet<number> = new Set();
const PAUSE_MS = 250;
/** How long the texts are looked through before what was found is shown. */
const SHOW_MS = 100;

/** Looks for a text in all inputs and outputs, chunk by chunk behind what is shown, beginning when typing pauses. */
export function useTextSearch(data: RunData, text: string): TextSearch {
  const [search, setSearch] = useState<TextSearch>({ found: NONE, progress: 1 });
  useEffect(() => {
    const words = text.toLowerCase();
    setSearch({ found: NONE, progress: words === '' ? 1 : 0 });
    if (words === '') return;
    let isOver = false;
    const timer = setTimeout(async () => {
      const found = new Set<number>();
      let shownAt = performance.now();
      for (let sample = 0; sample < data.size && !isOver; ) {
        const chunk = data.chunk[sample] ?? 0;
        const samples = await readSamples(chunk);
        for (const each of samples) {
          if (each !== null && has(each, words)) found.add(data.row[sample] ?? 0);
          sample++;
        }
        if (performance.now() - shownAt < SHOW_MS) continue;
        if (!isOver) setSearch({ found: new Set(found), progress: sample / data.size });
        await nextTurn();
        shownAt = performance.now();
      }
      if (!isOver) setSearch({ found, progress: 1 });
    }, PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [data, text]);
  return search;
}

function has({ vars, expected, output, error, scores }: PageSample, words: string): boolean {
  const holds = (value: unknown) =>
    (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toLowerCase().includes(words);
  return (
    (output !== null && (holds(output.text) || (output.toolCalls.length > 0 && holds(output.toolCalls)))) ||
    Object.values(vars).some(holds) ||
    (expected !== undefined && holds(expected)) ||
    (error !== null && holds(error.message)) ||
    scores.some(({ reason }) => holds(reason))
  );
}
