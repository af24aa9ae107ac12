import { parseJsonText } from '../../core/text/json-text.js';
import { isBlank } from '../../model/blank.js';
import type { Json } from '../../model/json.js';
import type { Answer } from '../../model/output.js';
import { ProviderError } from '../contract/provider-error.js';
import { badResponse, errorInAnswer, type Service } from './faults.js';

/**
 * The arguments of a call as JSON; text that is none (a key that is given twice makes it so) is kept as it came, for a
 * metric to judge.
 */
export function parseArguments(written: Json, service: Service): Json {
  if (typeof written !== 'string') return written;
  const parsed = parseJsonText(written);
  if (parsed.fault === null) return parsed.data;
  if (!parsed.fault.tooDeep) return written;
  throw badResponse('called a tool with arguments that are nested too deeply to be read', written, service);
}

/** The kind of a part that is not read. Throws ProviderError for one that is an error: what came before it is half of an answer. */
export function unreadKind(part: Readonly<Record<string, unknown>>, service: Service): string {
  const kind = String(part['type']);
  if (kind === 'error') throw errorInAnswer(part['error'] ?? part, service);
  return kind;
}

/** What an answer has beside its text, as far as it is there. */
export function besideText(
  reasoning: string,
  unread: Iterable<string>,
  continuation?: Json,
): Pick<Answer, 'reasoning' | 'unread' | 'continuation'> {
  const kinds = [...new Set(unread)].sort();
  return {
    ...(reasoning !== '' && { reasoning }),
    ...(continuation !== undefined && { continuation }),
    ...(kinds.length > 0 && { unread: kinds }),
  };
}

/**
 * The answer, if it says anything. Throws ProviderError for one that came to its end with neither a text nor a call, or with
 * nothing but blanks: a service that is out of order answers so, and another try often helps. What was filtered or refused, and what was cut off
 * before its first word, may be empty.
 */
export function requireContent(answer: Answer, service: Service): Answer {
  const { text, toolCalls, finishReason, unread } = answer;
  const mayBeEmpty = finishReason !== null && MAY_BE_EMPTY.has(finishReason);
  if (!isBlank(text) || toolCalls.length > 0 || mayBeEmpty) return answer;
  const only = unread ? `, only with parts that llmci cannot read (${unread.map(service.clean).join(', ')})` : '';
  throw new ProviderError(unread ? 'bad-response' : 'server', `${service.host} answered without a text${only}`);
}

const MAY_BE_EMPTY: ReadonlySet<Answer['finishReason']> = new Set(['length', 'content-filter', 'refusal']);
