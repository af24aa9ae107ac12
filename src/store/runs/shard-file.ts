import { describeShard } from '../../core/scores/shard.js';
import { LlmciError } from '../../core/text/errors.js';
import { firstFault } from '../../core/text/explain-issues.js';
import { findRepeatedKey } from '../../core/text/repeated-key.js';
import { writeJson } from '../../core/text/write-json.js';
import { asideUsageSchema, JOURNAL_LINE } from '../../model/journal.js';
import { type Manifest, manifestSchema, type Shard } from '../../model/manifest.js';
import { writeWhole } from '../files/atomic.js';
import { linesOf } from '../files/lines.js';
import { ownPlace } from '../files/places.js';
import { Results } from './results.js';
import { RESULTS } from './runs.js';

/** A manifest is of no more than a few lines a prompt and suite. */
const LONGEST_MANIFEST = 1 << 24;

/** A part of a plan as its file says it. */
export type ShardManifest = Manifest & { readonly shard: Shard };

/** The parts of one plan, all there, none twice. */
export interface Shards {
  /** One a file. */
  readonly manifests: readonly [ShardManifest, ...ShardManifest[]];
  readonly results: Results;
}

/** Where a part of a plan is kept, from the folder for runs. */
export function shardPath(out: string, { index, of }: Shard): string {
  return ownPlace(out, 'shards', `${index}-of-${of}.jsonl`);
}

/**
 * Writes what a run has made as one file, at the place that `find` gives: its manifest, then the newest result of each
 * sample, and what other calls used. Throws `cannot-write`, or what `find` throws.
 */
export async function writeShard(find: () => string, folder: string, manifest: Manifest): Promise<void> {
  await writeWhole(find, async (write) => {
    for await (const line of linesOfShard(folder, manifest)) await write(line);
  });
}

/** A run's journal may speak of a sample again and again, the last word counts; a part of a plan speaks of it once. */
async function* linesOfShard(folder: string, manifest: Manifest): AsyncGenerator<string> {
  yield `${writeJson(manifest)}\n`;
  const results = await Results.open([ownPlace(folder, RESULTS)]);
  try {
    for (const index of results.samples()) {
      const stored = await results.read(index);
      if (stored === null) continue;
      const { result, scored } = stored;
      yield `${writeJson(scored ? { index, result } : { unscored: index, result })}\n`;
    }
    for (const aside of await results.asides()) yield `${writeJson({ aside })}\n`;
  } finally {
    await results.close();
  }
}

/**
 * Opens the files of all parts of a plan. Throws `cannot-merge` when they are not the parts of one plan, each there
 * once, or when one of them has two results of a sample; whether every result is of its part is for the reader to see.
 */
export async function openShards(paths: readonly string[]): Promise<Shards> {
  const manifests: ShardManifest[] = [];
  for (const path of paths) {
    manifests.push(await readShardManifest(path));
    await requireEachOnce(path);
  }
  const [first] = manifests;
  if (!first) throw cannotMerge('no file was named');
  const byIndex = new Map<number, string>();
  for (const [place, manifest] of manifests.entries()) {
    const path = paths[place] ?? '';
    const { index, of } = manifest.shard;
    const twice = byIndex.get(index);
    if (of !== first.shard.of)
      throw cannotMerge(`${path} is a part of ${of}, and ${paths[0]} is one of ${first.shard.of}`);
    if (twice !== undefined) throw cannotMerge(`${twice} and ${path} are both part ${describeShard(manifest.shard)}`);
    byIndex.set(index, path);
  }
  const missing = Array.from({ length: Math.min(first.shard.of, 1000) }, (_, place) => place + 1).filter(
    (index) => !byIndex.has(index),
  );
  if (missing.length > 0) {
    const names = missing.slice(0, 20).map((index) => describeShard({ index, of: first.shard.of }));
    throw cannotMerge(
      `${missing.length === 1 ? 'part' : 'parts'} ${names.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
    );
  }
  return { manifests: [first, ...manifests.slice(1)], results: await Results.open(paths, 1) };
}

function cannotMerge(why: string): LlmciError {
  return new LlmciError('cannot-merge', { why });
}

/**
 * Throws `cannot-merge` when two lines of a part speak of one sample, or a line says a thing twice, for which of them counts
 * would depend on their order; or when what other calls used cannot be true: without it they would count as free.
 */
async function requireEachOnce(path: string): Promise<void> {
  const seen = new Map<string, number>();
  let number = 0;
  for await (const { bytes } of linesOf(path)) {
    number++;
    const repeated = findRepeatedKey(bytes?.toString('utf8') ?? '');
    if (repeated) throw cannotMerge(`${path}: ${writeJson(repeated.key)} stands twice in line ${number}`);
    const [, , sample, aside] = JOURNAL_LINE.exec(bytes?.subarray(0, 40).toString('latin1') ?? '') ?? [];
    const what = sample === undefined ? aside : `sample ${Number(sample)}`;
    if (what === undefined) continue;
    const fault = aside === undefined ? null : faultOfAside(bytes);
    if (fault !== null) throw cannotMerge(`${path}: line ${number}, what other calls used: ${fault}`);
    const first = seen.get(what);
    if (first !== undefined)
      throw cannotMerge(`${path}: lines ${first} and ${number} are both of ${aside ? 'what other calls used' : what}`);
    seen.set(what, number);
  }
}

function faultOfAside(bytes: Buffer | null): string | null {
  try {
    const { aside } = JSON.parse(bytes?.toString('utf8') ?? '');
    const { error } = asideUsageSchema.safeParse(aside);
    return error ? firstFault(error, asideUsageSchema, aside) : null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function readShardManifest(path: string): Promise<ShardManifest> {
  let text: string | null = null;
  try {
    for await (const { bytes } of linesOf(path, LONGEST_MANIFEST)) {
      text = bytes?.toString('utf8') ?? null;
      break;
    }
  } catch (error) {
    throw cannotMerge(`${path} cannot be read: ${(error as Error).message}`);
  }
  let data: unknown = null;
  try {
    data = JSON.parse(text ?? '');
  } catch {
    throw cannotMerge(`${path} is no part of a plan: its first line is no JSON`);
  }
  const parsed = manifestSchema.safeParse(data);
  if (!parsed.success)
    throw cannotMerge(
      `${path} is no part of a plan: its first line: ${firstFault(parsed.error, manifestSchema, data)}`,
    );
  const { shard } = parsed.data;
  if (shard === null) throw cannotMerge(`${path} is a whole run, no part of one`);
  return { ...parsed.data, shard };
}
