import { evidenceIn } from '../core/releases/evidence.js';
import type { Evidence } from '../model/evidence.js';
import type { RunReader } from '../model/run-record.js';
import { listRunIds } from '../store/runs/run-list.js';
import { readRun } from '../store/runs/runs.js';

/**
 * What the newest finished run of exactly these digests, by prompt, said of each; those that no run has judged are not
 * there. Runs that were cut short, and parts of a plan, are no finished runs.
 */
export async function findEvidence(
  out: string,
  digests: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Evidence>> {
  const found = new Map<string, Evidence>();
  for (const id of await listRunIds(out)) {
    if (found.size === digests.size) break;
    const run = await readRun(out, id).catch(() => null); // it was not finished, or cannot be read
    if (run === null || run.summary.interrupted || run.summary.shard) continue;
    const open = new Map(
      [...digests].filter(([prompt, digest]) => !found.has(prompt) && hasJudged(run, prompt, digest)),
    );
    if (open.size === 0) continue;
    for (const [prompt, evidence] of await evidenceIn(run, open)) found.set(prompt, evidence);
  }
  return found;
}

function hasJudged({ summary }: RunReader, prompt: string, digest: string): boolean {
  return summary.suites.some(({ prompts }) => prompts.some((each) => each.id === prompt && each.digest === digest));
}

/** Of what a release was made with and what a run has said since, the newer. */
export function newerOf(own: Evidence | null, other: Evidence | null): Evidence | null {
  if (own === null || other === null) return own ?? other;
  return Date.parse(other.finishedAt) > Date.parse(own.finishedAt) ? other : own;
}
