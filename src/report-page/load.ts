import type { EarlierAnswer, IndexPart, PageEnd, PageFacts, SampleRun } from './data.js';
import { RunData } from './run-data.js';
import { unpackData } from './unpack.js';

/** What the page has of its file. */
export interface LoadedRun {
  readonly facts: PageFacts;
  readonly end: PageEnd;
  readonly data: RunData;
}

/** Reads the index of the page, part by part, and lets the browser draw in between. `tell` gets how many samples are read. */
export async function loadRun(tell: (samples: number, of: number) => void): Promise<LoadedRun> {
  const facts = await unpackData<PageFacts>('facts');
  const end = await unpackData<PageEnd>('end');
  const data = new RunData(end.samples);
  const labelOf = columnLabels(facts);
  for (let part = 0; ; part++) {
    const id = `part-${part}`;
    if (document.getElementById(id) === null) break;
    data.add(await unpackData<IndexPart>(id), labelOf);
    document.getElementById(id)?.remove();
    tell(data.size, end.samples);
    await nextTurn();
  }
  if (data.size !== end.samples) throw new Error(`the file has ${data.size} of its ${end.samples} samples`);
  for (const { suite, prompt, model, ...changes } of facts.changes) {
    data.addChanges(suite, labelOf({ suite, prompt, model }), changes);
  }
  for (const answer of await unpackData<readonly EarlierAnswer[]>('earlier')) {
    data.addEarlier(answer, labelOf(answer));
  }
  return { facts, end, data };
}

/** A suite with one prompt has a column for each model, whatever its prompt is called. */
function columnLabels({ suites }: PageFacts): (of: Pick<SampleRun, 'suite' | 'prompt' | 'model'>) => string {
  const promptsOf = new Map(suites.map(({ id, prompts }) => [id, prompts]));
  return ({ suite, prompt, model }) => (promptsOf.get(suite) === 1 ? model : `${prompt} · ${model}`);
}

/** Lets the browser draw and take input before what comes next. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
