import type { Output } from '../model/output.js';
import type { PageSample } from './data.js';
import { parseWritten, unpackData, unpackText } from './unpack.js';

const KEPT_CHUNKS = 24;
const kept = new Map<string, Promise<readonly unknown[]>>();

/** The samples of a chunk, null for those whose texts were left out. */
export function openChunk(chunk: number): Promise<readonly (PageSample | null)[]> {
  return open(`chunk-${chunk}`) as Promise<readonly (PageSample | null)[]>;
}

/** Answers of the baseline's run. */
export function openEarlier(chunk: number): Promise<readonly (Output | null)[]> {
  return open(`before-${chunk}`) as Promise<readonly (Output | null)[]>;
}

/** The samples of a chunk for one look at them: nothing is kept, and numbers are what JavaScript makes of them. */
export function readSamples(chunk: number): Promise<readonly (PageSample | null)[]> {
  return unpackData(`chunk-${chunk}`);
}

/** The content of a template; the last few that were asked for are kept. */
function open(id: string): Promise<readonly unknown[]> {
  const content = kept.get(id) ?? read(id);
  kept.delete(id);
  kept.set(id, content);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_CHUNKS && oldest !== undefined) kept.delete(oldest);
  return content;
}

async function read(id: string): Promise<readonly unknown[]> {
  const text = await unpackText(id);
  if (text === null) throw new Error(`the file is cut short: it has no ${id}`);
  return parseWritten(text) as readonly unknown[];
}
