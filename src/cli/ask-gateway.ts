import type { z } from 'zod';
import { LlmciError } from '../core/text/errors.js';
import { parseJsonText } from '../core/text/json-text.js';
import { printableLine } from '../core/text/printable.js';
import { isRecord } from '../model/json.js';
import { callHttp, httpTarget } from '../providers/http-call.js';
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
  if (!/^[\x21-\x7e]+$/.test(token)) throw new LlmciError('no-admin-token', { at });
  const { status, body: text } = await callHttp(httpTarget(`${at}/-/${act}`, env), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
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
