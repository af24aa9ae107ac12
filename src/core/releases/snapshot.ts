import type { RolloutPlan } from '../../model/environment.js';
import type { Release, ReleaseRef } from '../../model/release.js';
import { type Served, type Snapshot, sealedSnapshotSchema } from '../../model/snapshot.js';
import { sha256 } from '../text/canonical.js';
import { readJson } from '../text/read-json.js';
import { writeJson } from '../text/write-json.js';
import { type EnvironmentState, rolloutName } from './state.js';

/** Every release that a state speaks of as live or on its way. */
export function releasesIn({ live, rollouts }: EnvironmentState): readonly ReleaseRef[] {
  return [...[...live.values()].map(({ release }) => release), ...rollouts.flatMap(({ releases }) => releases)];
}

/** What an app needs of a state, with the releases that it speaks of by their hashes. Null before anything was live. */
export function snapshotOf(
  environment: string,
  { head, live, rollouts }: EnvironmentState,
  releases: ReadonlyMap<string, Release>,
): Snapshot | null {
  if (head.hash === null || head.at === null || live.size === 0) return null;
  const served = (ref: ReleaseRef): Served => {
    const release = releases.get(ref.hash);
    if (!release) throw new Error(`${ref.prompt}@${ref.number} was not read`);
    return { number: release.number, digest: release.digest, asked: release.asked };
  };
  const prompts = [...live.keys()].sort().flatMap((prompt) => {
    const ref = live.get(prompt)?.release;
    if (!ref) return [];
    const rollout = rollouts.find((each) => each.releases.some((moved) => moved.prompt === prompt));
    const candidate = rollout?.releases.find((moved) => moved.prompt === prompt);
    return [
      {
        prompt,
        live: served(ref),
        rollout:
          rollout && candidate
            ? {
                name: rolloutName(environment, rollout.line),
                candidate: served(candidate),
                weight: rollout.weight,
                ...includedIn(rollout.plan),
              }
            : null,
      },
    ];
  });
  return { snapshot: 1, environment, line: head.n, hash: head.hash, at: head.at, prompts };
}

/** In a shadow nobody gets the answers of the candidate. */
function includedIn({ strategy, include }: RolloutPlan): { readonly include?: string[] } {
  return include === undefined || strategy === 'shadow' ? {} : { include };
}

/** The text of a file that keeps it, where nobody is to change it unseen. */
export function sealedText(snapshot: Snapshot, indent?: number): string {
  // Sealed is what will be read: laid out for people, a number may be written otherwise than it was
  const written = indent === undefined ? snapshot : (readJson(writeJson(snapshot, indent)) as object);
  return writeJson({ ...written, seal: sealOf(written) }, indent);
}

/** What a file has kept; or why it is no state. */
export function unsealSnapshot(data: unknown): Snapshot | string {
  const read = sealedSnapshotSchema.safeParse(data);
  if (!read.success) return 'it holds something else';
  const { seal, ...snapshot } = read.data;
  return seal === sealOf(snapshot) ? snapshot : 'it was edited';
}

function sealOf(rest: unknown): string {
  return sha256(writeJson(rest));
}
