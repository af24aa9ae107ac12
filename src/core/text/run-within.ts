import { type Context, createContext, Script } from 'node:vm';

const CALL = new Script('work()');
let context: Context | null = null;

/**
 * Runs synchronous work and gives its result, or null when it takes longer than `milliseconds`. What the work throws
 * is thrown.
 *
 * A pattern or a schema that backtracks can take for ever on a hostile text, and no bound on the length of the text
 * helps: 40 characters are enough. V8 can interrupt its regular expressions only through a script with a time limit;
 * that costs about 0.1 ms a call. This is no sandbox: the work runs with all that it closes over.
 */
export function runWithin<T>(milliseconds: number, work: () => T): T | null {
  context ??= createContext(Object.create(null));
  const outer: unknown = context['work'];
  context['work'] = work;
  try {
    return CALL.runInContext(context, { timeout: milliseconds }) as T;
  } catch (error) {
    // the error comes from the other realm: it is no `instanceof Error` here
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  } finally {
    context['work'] = outer;
  }
}
