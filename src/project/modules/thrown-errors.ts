import { messageOf } from '../../core/text/thrown.js';
import { isRecord } from '../../model/json.js';
import { errorKindSchema } from '../../model/output.js';
import { ProviderError, type ProviderErrorDetails } from '../../providers/contract/provider-error.js';
import type { Fault } from './protocol.js';

/** What was thrown, as it can be sent to another thread. `ask`: the question to the caller whose refusal it is. */
export function faultOf(thrown: unknown, ask: number | null = null): Fault {
  try {
    return lookAt(thrown, ask);
  } catch {
    return { name: 'Error', message: messageOf(thrown), stack: '', details: {}, ask };
  }
}

function lookAt(thrown: unknown, ask: number | null): Fault {
  if (!(thrown instanceof Error) && !isRecord(thrown))
    return { name: 'Error', message: String(thrown), stack: '', details: {}, ask };
  const { name, message, stack, ...own } = thrown as Error & Record<string, unknown>;
  const plain = Object.entries(own).filter(([, value]) => value === null || typeof value !== 'object');
  const details = Object.fromEntries(
    plain.filter(([, value]) => typeof value !== 'function' && typeof value !== 'symbol'),
  );
  const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);
  return { name: text(name, 'Error'), message: text(message, String(thrown)), stack: text(stack, ''), details, ask };
}

/** The error again, as far as it is one of its kind here too. */
export function errorOf({ name, message, stack, details }: Fault): Error {
  if (name === 'ProviderError') {
    const kind = errorKindSchema.safeParse(details['kind']).data ?? 'bad-response';
    return new ProviderError(kind, message, details as ProviderErrorDetails);
  }
  const error = new Error(message);
  error.name = name;
  if (stack !== '') error.stack = stack;
  return error;
}
