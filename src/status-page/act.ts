import { withToken } from './watch-status.js';

/** What an operator wants done. */
export interface Act {
  readonly kind: 'pause' | 'resume' | 'weight' | 'complete' | 'abort' | 'rollback';
  readonly prompt: string;
  /** The release that is to be live after a rollback: sent twice it changes nothing more. Null for all else. */
  readonly to: number | null;
  /** For people: what it is about. */
  readonly what: string;
}

export const ACT_WORDS: Readonly<Record<Act['kind'], readonly [title: string, does: string]>> = {
  pause: ['Pause the rollout', 'The share of units stays where it is until somebody resumes it.'],
  resume: ['Resume the rollout', 'It goes on by its plan and its gates.'],
  weight: [
    'Change the share',
    'So many units get the candidate from now on; then it goes on by its plan and its gates.',
  ],
  complete: ['Complete the rollout', 'Every unit gets this release, if all gates have passed.'],
  abort: ['Abort the rollout', 'Every unit gets what is live; nothing is held.'],
  rollback: ['Roll back', 'What was live before answers every call again, and this release is held.'],
};

/** What an operator says to it. */
interface Said {
  readonly reason?: string;
  /** The share of units, from 0 to 1. */
  readonly weight?: number;
}

/** Has the gateway do it. Resolves with what it says against it; null when it is done. */
export async function perform({ kind, prompt, to }: Act, token: string, said: Said): Promise<string | null> {
  try {
    const response = await fetch(`/-/${kind}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...withToken(token) },
      body: JSON.stringify({ prompt, ...(to !== null && { to }), ...said }),
    });
    if (response.ok) return null;
    const told: unknown = await response.json().catch(() => null);
    return messageOf(told) ?? `the gateway answered ${response.status}`;
  } catch {
    return 'the gateway cannot be reached';
  }
}

function messageOf(told: unknown): string | null {
  const error = told !== null && typeof told === 'object' && 'error' in told ? told.error : null;
  const message = error !== null && typeof error === 'object' && 'message' in error ? error.message : null;
  return typeof message === 'string' ? message : null;
}
