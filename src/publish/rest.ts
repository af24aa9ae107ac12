import type { World } from '../calls/world.js';
import { printableLine } from '../core/text/printable.js';
import { asError } from '../core/text/thrown.js';
import { writeJson } from '../core/text/write-json.js';
import { callHttp, httpTarget } from '../providers/transport/http-call.js';
import { HostError, type Rest, type RestAnswer, type RestRequest } from './code-host.js';

/** Of one request, in milliseconds. */
const LIMIT_MS = 30_000;
const TRIES = 4;
const FIRST_WAIT_MS = 1000;
/** Nobody waits longer for a comment. */
const LONGEST_WAIT_MS = 60_000;

/** Sends requests to a code host, and again what was refused for a while. Keys are taken out of what is told. */
export function restOver(
  world: Pick<World, 'env' | 'sleep' | 'later' | 'random'>,
  redact: (text: string) => string,
): Rest {
  const send = async (
    request: RestRequest,
  ): Promise<RestAnswer | { readonly again: number; readonly error: HostError }> => {
    const limit = new AbortController();
    const lift = world.later(LIMIT_MS, () => limit.abort(new Error('no answer within 30s')));
    const { method, url, headers, body } = request;
    try {
      const response = await callHttp(httpTarget(url, world.env), {
        method,
        headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'llmci', ...headers },
        body: body === undefined ? '' : writeJson(body),
        signal: limit.signal,
      });
      if (response.status >= 200 && response.status < 300)
        return { body: readBody(response.body), next: nextOf(response.headers['link']) };
      const told = printableLine(redact(messageOf(response.body)), 200);
      const error = new HostError(
        `${new URL(url).host} answered ${response.status}${told && `: ${told}`}`,
        response.status,
      );
      return { again: waitOf(response.status, response.headers['retry-after'], told), error };
    } catch (error) {
      const why = asError(error).message;
      return {
        again: 0,
        error: new HostError(`${new URL(url).host} cannot be reached: ${printableLine(redact(why), 200)}`, null),
      };
    } finally {
      lift();
    }
  };
  return async (request) => {
    for (let tries = 1; ; tries++) {
      const answer = await send(request);
      if (!('error' in answer)) return answer;
      // What may have been done is not done twice: two comments are worse than none
      const isSafe = request.method !== 'POST' || !answer.error.maybeDone;
      if (answer.again < 0 || tries === TRIES || !isSafe) throw answer.error;
      const wait = answer.again || FIRST_WAIT_MS * 2 ** (tries - 1) * (0.5 + world.random() / 2);
      if (wait > LONGEST_WAIT_MS) throw answer.error;
      await world.sleep(wait, new AbortController().signal);
    }
  };
}

/** In how many milliseconds to try again; 0 for soon, below 0 for never. GitHub tells a secondary limit with 403. */
function waitOf(status: number, retryAfter: string | undefined, told: string): number {
  const seconds = Number(retryAfter);
  if (retryAfter !== undefined && Number.isFinite(seconds) && (status === 429 || status === 403 || status === 503))
    return Math.max(1, seconds * 1000);
  if (status === 429 || status >= 500) return 0;
  return status === 403 && /secondary rate limit/i.test(told) ? 0 : -1;
}

function readBody(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function messageOf(text: string): string {
  const body = readBody(text) as { message?: unknown; error?: { message?: unknown } | string } | null;
  const nested = typeof body?.error === 'object' ? body.error.message : body?.error;
  const told = body?.message ?? nested;
  return typeof told === 'string' ? told : typeof told === 'object' && told !== null ? JSON.stringify(told) : '';
}

/** RFC 8288: `<https://…?page=2>; rel="next"`. */
function nextOf(link: string | string[] | undefined): string | null {
  return /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec([link ?? ''].flat().join(','))?.[1] ?? null;
}
