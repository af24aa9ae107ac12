import { z } from 'zod';
import type { EnvironmentVariables } from '../model/environment-variables.js';
import { HostError, type Rest, variable } from './code-host.js';
import { github, githubHeaders } from './github.js';

/** What has happened in an environment, for a code host's own page of deployments. */
export interface Deployment {
  readonly environment: string;
  /** The commit of what is live now; null where it is of none. */
  readonly commit: string | null;
  readonly task: 'deploy' | 'rollback';
  readonly state: 'success' | 'in_progress' | 'inactive';
  /** `promoted support-reply@3`. */
  readonly what: string;
  /** For programs: digests and evidence. */
  readonly payload: object;
}

/** The most that GitHub takes. */
const MOST_CHARACTERS = 140;

/**
 * Makes a deployment at GitHub where its CI runs us and the step has a token. Returns a sentence without a full stop on what
 * came of it; null elsewhere. Rejects with HostError. See https://docs.github.com/rest/deployments/deployments.
 */
export async function announceDeployment(
  env: EnvironmentVariables,
  rest: Rest,
  { environment, commit, task, state, what, payload }: Deployment,
): Promise<string | null> {
  const token = variable(env, 'GITHUB_TOKEN') ?? variable(env, 'GH_TOKEN');
  const repository = variable(env, 'GITHUB_REPOSITORY');
  const ref = commit ?? variable(env, 'GITHUB_SHA');
  if (!github.runsHere(env) || token === null || repository === null || ref === null) return null;
  const url = `${variable(env, 'GITHUB_API_URL') ?? 'https://api.github.com'}/repos/${repository}/deployments`;
  const headers = githubHeaders(token);
  const description = what.length <= MOST_CHARACTERS ? what : `${what.slice(0, MOST_CHARACTERS - 1)}…`;
  // Apart from the environments of the app's own deployments, which a newer deployment of the same name would end
  const name = `prompts/${environment}`;
  // What may go live was decided by then: no merge, no waiting for checks
  const asked = { ref, task, environment: name, description, payload, auto_merge: false, required_contexts: [] };
  const made = await rest({ method: 'POST', url, headers, body: asked });
  // Where it merges the default branch first it says so in place of making one
  const { id } = z.object({ id: z.number() }).safeParse(made.body).data ?? {};
  if (id === undefined)
    throw new HostError(`${new URL(url).host} answered with something else than a deployment`, null);
  const page = github.runUrl(env);
  const status = { state, description, ...(page === null ? {} : { log_url: page }) };
  await rest({ method: 'POST', url: `${url}/${id}/statuses`, headers, body: status });
  return `deployment ${id} of ${name} is ${state.replace('_', ' ')}`;
}
