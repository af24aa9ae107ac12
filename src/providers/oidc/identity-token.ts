import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseJsonText } from '../../core/text/json-text.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { isRecord } from '../../model/json.js';
import type { Lack } from '../contract/provider.js';
import { ProviderError } from '../contract/provider-error.js';
import { describeService, type Service, statusError } from '../transport/faults.js';
import { callService, httpTarget } from '../transport/http-call.js';

/** The variables in which the job finds its identity token: the name of a file, or the token itself. */
export interface IdentityVariables {
  readonly file: string;
  readonly value: string;
}

/** Where a job runs. */
export interface JobPlace {
  readonly env: EnvironmentVariables;
  /** What a relative path is below. */
  readonly root: string;
}

// https://docs.github.com/en/actions/reference/security/oidc: the two variables that a job with `id-token: write` has
const REQUEST_URL = 'ACTIONS_ID_TOKEN_REQUEST_URL';
const REQUEST_TOKEN = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN';

/** What a job lacks to have an identity token; null when it has all. A file is looked at, GitHub is not asked. */
export function identityLack({ file, value }: IdentityVariables, { env, root }: JobPlace): Lack | null {
  const path = settingOf(env, file);
  if (path !== null) {
    const read = readToken(resolve(root, path));
    if (read.fault === null) return null;
    return { lack: `the identity token: ${file} names ${path}, ${read.fault}`, remedy: `Have the token written there` };
  }
  if (settingOf(env, value) !== null || (settingOf(env, REQUEST_URL) && settingOf(env, REQUEST_TOKEN))) return null;
  return { lack: 'this job has no identity token to exchange for one', remedy: remedyOf(env, { file, value }) };
}

/**
 * The identity token of this job, as it is now: from the file, which is read anew each time, from the variable (GitLab's
 * `id_tokens` set one), or from GitHub. Rejects with ProviderError; with kind auth when there is none.
 */
export async function readIdentityToken(
  variables: IdentityVariables,
  audience: string,
  { env, root }: JobPlace,
  signal: AbortSignal,
): Promise<string> {
  const path = settingOf(env, variables.file);
  if (path !== null) {
    const read = readToken(resolve(root, path));
    if (read.fault === null) return read.token;
    throw refuse(`${variables.file} names ${path}, ${read.fault}`);
  }
  const given = settingOf(env, variables.value);
  if (given !== null) return given;
  const [url, token] = [settingOf(env, REQUEST_URL), settingOf(env, REQUEST_TOKEN)];
  if (url !== null && token !== null) return askGithub(url, token, audience, env, signal);
  throw refuse(`this job has no identity token. ${remedyOf(env, variables)}`);
}

function remedyOf(env: EnvironmentVariables, { file, value }: IdentityVariables): string {
  if (env['GITHUB_ACTIONS'] === 'true') {
    const fork = 'GitHub gives none to a pull request from a fork';
    const permission = 'give the job `permissions: id-token: write`';
    // Nothing in the environment tells a fork from a branch
    return /^pull_request/.test(env['GITHUB_EVENT_NAME'] ?? '')
      ? `${fork}; for one from a branch, ${permission}`
      : `G${permission.slice(1)}`;
  }
  if (env['GITLAB_CI'] === 'true')
    return `Give the job \`id_tokens: ${value}: aud: …\`; the pipeline of a fork gets those of the fork`;
  return `Name in ${file} a file with the token, or set ${value}; on GitHub give the job \`permissions: id-token: write\``;
}

/**
 * Asks GitHub for a token of this job. The wire: https://docs.github.com/en/actions/reference/security/oidc and
 * `core.getIDToken` of https://github.com/actions/toolkit.
 */
async function askGithub(
  address: string,
  requestToken: string,
  audience: string,
  env: EnvironmentVariables,
  signal: AbortSignal,
): Promise<string> {
  if (!URL.canParse(address)) throw refuse(`${REQUEST_URL} is not an address`);
  const url = new URL(address);
  url.searchParams.set('audience', audience);
  const service = describeService(address, [requestToken]);
  const headers = { accept: 'application/json', authorization: `Bearer ${requestToken}` };
  const response = await callService(service, httpTarget(url.href, env), { method: 'GET', headers, body: '', signal });
  const { status, body } = response;
  if (status !== 200) {
    const fields = { get: (name: string) => response.headers[name]?.toString() ?? null };
    throw ofGithub(statusError(status, body, fields, service, Date.now()), service);
  }
  const parsed = parseJsonText(body);
  const value = parsed.fault === null && isRecord(parsed.data) ? parsed.data['value'] : null;
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  // Not its words: an answer that is almost right may hold the token
  throw new ProviderError('bad-response', `${service.host} answered without an identity token`, { unsent: true });
}

function ofGithub(error: ProviderError, { host }: Service): ProviderError {
  if (error.transient) return error.withMessage(`no identity token: ${error.message}`).beforeSending();
  return refuse(
    `${host} gave no identity token: ${error.message}. Check that the job has \`permissions: id-token: write\``,
  );
}

function refuse(message: string): ProviderError {
  return new ProviderError('auth', message, { unsent: true });
}

type ReadToken = { readonly fault: null; readonly token: string } | { readonly fault: string };

function readToken(path: string): ReadToken {
  try {
    const token = readFileSync(path, 'utf8').trim();
    return token === '' ? { fault: 'which is empty' } : { fault: null, token };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { fault: code === 'ENOENT' ? 'which is not there' : `which cannot be read (${code})` };
  }
}

function settingOf(env: EnvironmentVariables, name: string): string | null {
  return env[name]?.trim() || null;
}
