import { resolve } from 'node:path';
import { realWorld } from '../../calls/world.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { count, formatBytes } from '../../core/text/format.js';
import { printableJson } from '../../core/text/write-json.js';
import { type ConfigPlace, loadConfigOf } from '../../project/load.js';
import { findRoot } from '../../project/source/files.js';
import { type Amount, type CacheStats, cacheStats, clearCache, pruneCache } from '../../store/answers/cache-folder.js';
import { ownPlace } from '../../store/files/places.js';
import { openOut } from '../../store/git/out-folder.js';
import type { Terminal } from '../terminal.js';

export type CacheAction = 'stats' | 'prune' | 'clear';

/** The flags of cache as commander parses them. */
export interface CacheFlags {
  readonly olderThan?: number;
  readonly maxSize?: number;
  readonly out: string;
  readonly config?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The cache command: shows, prunes or clears the cache of a project. Returns the exit code. */
export async function cacheFromCli(action: CacheAction, flags: CacheFlags, terminal: Terminal): Promise<number> {
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const root = findRoot(cwd);
  const folder = ownPlace(await openOut(root, flags.out), 'cache');
  const now = realWorld().date().getTime();
  const print = (result: object, text: string) =>
    terminal.stdout.write(flags.json ? `${printableJson({ folder, ...result }, 2)}\n` : text);

  if (action === 'stats') {
    const stats = cacheStats(folder);
    const times = { oldest: isoOf(stats.oldest), newest: isoOf(stats.newest) };
    print({ ...stats, ...times }, describeStats(folder, stats));
    return EXIT.pass;
  }
  const removed = action === 'clear' ? clearCache(folder) : await prune(folder, flags, { cwd, env: terminal.env }, now);
  const { entries, bytes } = cacheStats(folder);
  const kept = { entries, bytes };
  print({ removed, kept }, `Removed ${describeAmount(removed)} from ${folder}; ${describeAmount(kept)} left.\n`);
  return EXIT.pass;
}

async function prune(folder: string, flags: CacheFlags, place: ConfigPlace, now: number): Promise<Amount> {
  const olderThanMs = flags.olderThan ?? (await loadConfigOf({ ...place, config: flags.config })).cache.ttlMs;
  const maxBytes = flags.maxSize ?? null;
  if (olderThanMs === null && maxBytes === null) {
    const why = 'say what may go: --older-than 30d, --max-size 500MB, or `cache: { ttl: 30d }` in llmci.yaml';
    throw new LlmciError('bad-flag', { flag: 'cache prune', why, command: 'cache' });
  }
  return pruneCache(folder, { olderThanMs, maxBytes, now });
}

function describeStats(folder: string, { kinds, oldest, newest, ...all }: CacheStats): string {
  const lines = [
    `answers: ${describeAmount(kinds.answers)}`,
    `vectors: ${describeAmount(kinds.vectors)}`,
    kinds.leftovers.entries > 0 ? `left over by killed processes: ${describeAmount(kinds.leftovers)}` : '',
    `in all:  ${describeAmount(all)}`,
    oldest === null ? '' : `oldest:  ${isoOf(oldest)}`,
    newest === null ? '' : `newest:  ${isoOf(newest)}`,
  ];
  return `${[folder, ...lines.filter(Boolean).map((line) => `  ${line}`)].join('\n')}\n`;
}

function describeAmount({ entries, bytes }: Amount): string {
  return `${count(entries, 'file')} (${formatBytes(bytes)})`;
}

/** To the second, which is as exact as it needs to be. */
function isoOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
