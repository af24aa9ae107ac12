import type { Cases } from '../../model/case.js';
import type { Column } from '../../model/suite.js';
import { canonicalJson, digest } from '../text/canonical.js';
import { TemplateError } from '../text/template.js';
import { requestFactory } from './request.js';

/**
 * Of each case the place of the first one that makes the same request, its own included; -1 for a request that no other
 * makes. Null when all differ. Equal requests get one answer a trial, from one call, the cache or the cassette.
 */
export function findSharedRequests(
  { prompt, model }: Pick<Column, 'prompt' | 'model'>,
  cases: Cases,
  { sendsVars }: { readonly sendsVars: boolean },
): Int32Array | null {
  const make = requestFactory(prompt, model);
  const firsts = new Map<string, number>();
  const shared = new Int32Array(cases.length).fill(-1);
  for (const [place, testCase] of cases.entries()) {
    let key: string;
    try {
      // All else of a request is the same for all cases of a column
      const { messages, vars } = make(testCase);
      key = digest(sendsVars ? canonicalJson([messages, vars]) : messages).slice(0, 16);
    } catch (error) {
      // What cannot be asked is told where it is asked
      if (error instanceof TemplateError) continue;
      throw error;
    }
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, place);
    else {
      shared[first] = first;
      shared[place] = first;
    }
  }
  return shared.some((first) => first >= 0) ? shared : null;
}
