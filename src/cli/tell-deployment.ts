import { realWorld } from '../calls/world.js';
import { nameOfRelease } from '../core/releases/decision.js';
import { describeLine } from '../core/releases/describe-line.js';
import { secretsOfEnvironment } from '../core/text/environment-secrets.js';
import { LlmciError } from '../core/text/errors.js';
import { printableLine } from '../core/text/printable.js';
import { redactSecrets } from '../core/text/redact.js';
import type { Evidence } from '../model/evidence.js';
import type { LedgerLine } from '../model/ledger.js';
import type { Release, ReleaseRef } from '../model/release.js';
import { HostError } from '../publish/code-host.js';
import { announceDeployment, type Deployment } from '../publish/deployments.js';
import { restOver } from '../publish/rest.js';
import type { Delivery } from '../release/delivery.js';
import { readEnvironment } from '../store/state/environments.js';
import type { Terminal } from './terminal.js';

/**
 * Tells the code host what a line has done, after it was done: that it cannot be told fails nothing, and is said on standard
 * error.
 */
export async function tellDeployment(
  { store }: Delivery,
  environment: string,
  line: LedgerLine,
  { env, stderr }: Terminal,
): Promise<void> {
  if (env['GITHUB_ACTIONS'] !== 'true' || !(env['GITHUB_TOKEN'] || env['GH_TOKEN'])) return;
  const say = (text: string) => void stderr.write(`${printableLine(text, 500)}\n`);
  try {
    const { state } = await readEnvironment(store, environment);
    const live = [...state.live.values()]
      .map(({ release }) => release)
      .sort((one, other) => (one.prompt < other.prompt ? -1 : 1));
    const moved = await Promise.all(
      releasesOf(line, live).map(async (ref) => ({ ref, release: await store.readRelease(ref.prompt, ref.number) })),
    );
    const deployment = deploymentOf(environment, line, live, moved);
    const redact = redactSecrets(secretsOfEnvironment(env));
    const said = await announceDeployment(env, restOver(realWorld(env), redact), deployment);
    if (said !== null) say(`GitHub: ${said}.`);
  } catch (error) {
    // The state may be out of reach by now: a rollback that is done must not be made again for that
    if (!(error instanceof HostError || error instanceof LlmciError)) throw error;
    const advice =
      error instanceof HostError && error.status === 403 ? '; give the job `permissions: { deployments: write }`' : '';
    say(`note: GitHub was not told of it: ${error.message}${advice}.`);
  }
}

interface MovedRelease {
  readonly ref: ReleaseRef & { readonly evidence?: Evidence | undefined };
  readonly release: Release | null;
}

function deploymentOf(
  environment: string,
  line: LedgerLine,
  live: readonly ReleaseRef[],
  moved: readonly MovedRelease[],
): Deployment {
  return {
    ...{ environment, commit: moved[0]?.release?.commit ?? null },
    task: line.action === 'rollback' ? 'rollback' : 'deploy',
    state: line.action === 'rollout' ? 'in_progress' : 'success',
    what: describeLine(line),
    payload: {
      llmci: 1,
      line: line.n,
      hash: line.hash,
      releases: moved.map(({ ref, release }) => {
        const { run = null, verdict = null } = ref.evidence ?? release?.evidence ?? {};
        return { release: nameOfRelease(ref), digest: ref.digest, run, verdict };
      }),
      live: live.map((each) => ({ release: nameOfRelease(each), digest: each.digest })),
    },
  };
}

/** Those that a line has put live, or begun to. */
function releasesOf(line: LedgerLine, live: readonly ReleaseRef[]): readonly ReleaseRef[] {
  if (line.action === 'rollback') return line.releases.map(({ to }) => to);
  return 'releases' in line ? line.releases : live;
}
