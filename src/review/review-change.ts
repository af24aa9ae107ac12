import { judgeSignatures, lacksSignOff } from '../core/prompts/judge-signatures.js';
import type { EnvironmentVariables } from '../model/environment-variables.js';
import type { Problem } from '../model/problem.js';
import type { Review, ReviewedRun } from '../model/review.js';
import type { Signature } from '../model/sign-off.js';
import { HostError, type Rest } from '../publish/code-host.js';
import { reviewHosts } from '../publish/index.js';
import type { ReviewHost } from '../publish/reviews.js';
import { explainVerdict } from '../reporters/words/verdict.js';
import type { JudgingRun } from './judging-run.js';
import { type ReviewedChange, signaturesOfReviews, signaturesOfTrailers } from './signatures.js';

/**
 * What somebody who has to say yes wants to know of a change. Signatures are the approving reviews where the CI of a code
 * host runs us that tells of reviews, else trailers of commits. Where they cannot be read nobody has signed.
 */
export async function reviewChange(
  change: ReviewedChange,
  lint: readonly Problem[],
  run: JudgingRun | null,
  env: EnvironmentVariables,
  rest: Rest,
): Promise<Review> {
  const asked = change.items.some(({ needed }) => needed > 0);
  const read = asked ? await readSignatures(change, env, rest) : NOBODY_ASKED;
  const items = change.items.map(({ paths: _, ...item }) => judgeSignatures(item, read.signatures));
  return {
    review: 1,
    diff: change.diff,
    lint,
    run: run && describeRun(run),
    signOff: { source: read.source, fault: read.fault, items, complete: !items.some(lacksSignOff) },
  };
}

interface ReadSignatures {
  readonly signatures: readonly Signature[];
  readonly source: string;
  readonly fault: string | null;
}

const NOBODY_ASKED: ReadSignatures = { signatures: [], source: 'nothing: no sign-off is asked for', fault: null };

/** The signatures that a change carries: reviews where the CI of a code host runs us that tells of them, else trailers. */
export async function readSignatures(
  change: ReviewedChange,
  env: EnvironmentVariables,
  rest: Rest,
): Promise<ReadSignatures> {
  const host = reviewHosts.find(({ runsHere }) => runsHere(env));
  if (!host) return { signatures: await signaturesOfTrailers(change), source: 'trailers of commits', fault: null };
  try {
    const reviews = await host.read(env, rest);
    if ('why' in reviews) return { signatures: [], source: `reviews on ${host.name}`, fault: reviews.why };
    const source = `the reviews of ${reviews.name}`;
    return { signatures: await signaturesOfReviews(reviews, change), source, fault: null };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const fault = `${error.message}${adviceOn(error.status, host)}`;
    return { signatures: [], source: `reviews on ${host.name}`, fault };
  }
}

function adviceOn(status: number | null, { rights }: ReviewHost): string {
  if (status === 401) return '; the token is not valid';
  if (status === 403)
    return `; the token may not read the pull request: give ${rights}, and a run for a fork a token of its own`;
  return status === 404 ? '; the token cannot see this pull request' : '';
}

function describeRun({ run: { summary }, judged, missed }: JudgingRun): ReviewedRun {
  const { runId, verdict, exitCode, finishedAt } = summary;
  return { runId, verdict, exitCode, finishedAt, explanation: explainVerdict(summary), judged, missed };
}
