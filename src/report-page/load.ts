import type { IndexPart, PageEnd, PageFacts, PageSample, SampleRun } from './data.js';
import { RunData } from './run-data.js';
import { parseWritten, unpack, unpackText } from './unpack.js';

/** What the page has of its file. */
export interface LoadedRun {
  readonly facts: PageFacts;
  readonly end: PageEnd;
  readonly data: RunData;
}

/** Reads the index of the page, part by part, and lets the browser draw in between. `tell` gets how many samples are read. */
export async function loadRun(tell: (samples: number, of: number) => void): Promise<LoadedRun> {
  const facts = await unpack<PageFacts>('facts');
  const end = await unpack<PageEnd>('end');
  const data = new RunData(end.samples);
  const promptsOf = new Map(facts.suites.map(({ id, prompts }) => [id, prompts]));
  // A suite with one prompt has a column for each model, whatever its prompt is called
  const labelOf = ({ suite, prompt, model }: SampleRun) =>
    promptsOf.get(suite) === 1 ? model : `${prompt} · ${model}`;
  for (let part = 0; ; part++) {
    const id = `part-${part}`;
    if (document.getElementById(id) === null) break;
    data.add(await unpack<IndexPart>(id), labelOf);
    document.getElementById(id)?.remove();
    tell(data.size, end.samples);
    await nextTurn();
  }
  if (data.size !== end.samples) throw new Error(`the file has ${data.size} of its ${end.samples} samples`);
  return { facts, end, data };
}

/** Lets the browser draw and take input before what comes next. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

const KEPT_CHUNKS = 24;
const chunks = new Map<number, Promise<readonly (PageSample | null)[]>>();

/** The samples of a chunk, null for those whose texts were left out. The last few that were asked for are kept. */
export function openChunk(chunk: number): Promise<readonly (PageSample | null)[]> {
  const samples = chunks.get(chunk) ?? readChunk(chunk);
  chunks.delete(chunk);
  chunks.set(chunk, samples);
  const [oldest] = chunks.keys();
  if (chunks.size > KEPT_CHUNKS && oldest !== undefined) chunks.delete(oldest);
  return samples;
}

/** The samples of a chunk for one look at them: nothing is kept, and numbers are what JavaScript makes of them. */
export function readSamples(chunk: number): Promise<readonly (PageSample | null)[]> {
  return unpack(`chunk-${chunk}`);
}

async function readChunk(chunk: number): Promise<readonly (PageSample | null)[]> {
  const text = await unpackText(`chunk-${chunk}`);
  if (text === null) throw new Error(`the file is cut short: it has no chunk-${chunk}`);
  return parseWritten(text) as readonly (PageSample | null)[];
}
