import type { z } from 'zod';
import { LlmciError } from '../core/text/errors.js';
import { parseJsonText } from '../core/text/json-text.js';
import { printableLine } from '../core/text/printable.js';
import { isRecord } from '../model/json.js';
import { callHttp, httpTarget } from '../providers/transport/http-call.js';
import type { Terminal } from './terminal.js';

const TOKEN = 'LLMCI_ADMIN_TOKEN';
const PATIENCE_MS = 30_000;

/**
 * Has a gateway do something, for the admin whose token is in LLMCI_ADMIN_TOKEN. Returns what it answers. Throws
 * `no-admin-token`, `gateway-refused`, `gateway-misasked`, `gateway-unreachable`.
 */
export async function askGateway<Answer>(
  at: string,
  act: string,
  body: object,
  answer: z.ZodType<Answer>,
  { env }: Pick<Terminal, 'env'>,
): Promise<Answer> {
  const token = env[TOKEN]?.trim() ?? '';
  if (!isToken(token)) throw new LlmciError('no-admin-token', { at });
  return send({ at, path: act, env }, { method: 'POST', token, body: JSON.stringify(body) }, answer);
}

/** Has a gateway tell something: where nobody has tokens without one. Throws as `askGateway`. */
export async function readGateway<Answer>(
  at: string,
  path: string,
  answer: z.ZodType<Answer>,
  { env }: Pick<Terminal, 'env'>,
): Promise<Answer> {
  const token = env[TOKEN]?.trim() ?? '';
  if (token !== '' && !isToken(token)) throw new LlmciError('no-admin-token', { at });
  return send({ at, path, env }, { method: 'GET', token, body: '' }, answer);
}

/** What can stand in a header. */
function isToken(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token);
}

interface Place {
  readonly at: string;
  readonly path: string;
  readonly env: Terminal['env'];
}

interface Call {
  readonly method: 'GET' | 'POST';
  /** '' for none. */
  readonly token: string;
  readonly body: string;
}

async function send<Answer>(
  { at, path, env }: Place,
  { method, token, body }: Call,
  answer: z.ZodType<Answer>,
): Promise<Answer> {
  const { status, body: text } = await callHttp(httpTarget(`${at}/-/${path}`, env), {
    method,
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body !== '' && { 'content-type': 'application/json' }),
    },
    body,
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((error: Error) => {
    throw new LlmciError('gateway-unreachable', { at, why: printableLine(error.message, 200) });
  });
  const parsed = parseJsonText(text);
  const data = parsed.fault ? null : parsed.data;
  if (status !== 200) {
    const why = messageIn(data) ?? `it answers HTTP ${status}, and is no llmci serve`;
    const code = status === 409 ? 'gateway-refused' : status < 500 ? 'gateway-misasked' : 'gateway-unreachable';
    throw new LlmciError(code, { at, why });
  }
  const checked = answer.safeParse(data);
  if (checked.success) return checked.data;
  throw new LlmciError('gateway-unreachable', { at, why: 'its answer is none of llmci serve of this version' });
}

/** The gateway may be somebody else's. */
function messageIn(data: unknown): string | null {
  const error = isRecord(data) ? data['error'] : null;
  const message = isRecord(error) ? error['message'] : null;
  return typeof message === 'string' ? printableLine(message, 1000) : null;
}
