import type { Case, Cases, Simulation } from '../../model/case.js';
import type { ModelRequest } from '../../model/request.js';
import type { Column } from '../../model/suite.js';
import { canonicalJson, digest } from '../text/canonical.js';
import { count } from '../text/format.js';
import { jsonText } from '../text/json-value.js';
import { namesOf } from '../text/names-of.js';
import { compileTemplate, TemplateError } from '../text/template.js';
import { linesOfUser } from './conversation.js';
import { MessageError } from './message-error.js';
import { requestFactory } from './request.js';

/** A longer text is known by its digest; a shorter one takes hardly more room than that, and no time. */
const LONGEST_KEY = 200;

/**
 * Of each case the place of the first one that makes the same request, its own included; -1 for a request that no other
 * makes. Null when all differ. A provider that is sent the variables is asked the same only with the same variables.
 */
export function findSharedRequests(
  column: Pick<Column, 'prompt' | 'model' | 'media'>,
  cases: Cases,
  { sendsVars }: { readonly sendsVars: boolean },
): Int32Array | null {
  const make = sendsVars ? null : requestFactory(column);
  const firsts = new Map<string, number>();
  const shared = new Int32Array(cases.length).fill(-1);
  for (const [place, testCase] of cases.entries()) {
    let key: string;
    try {
      // All else of a request is the same for all cases of a column
      const asked = make ? askedBy(testCase, make(testCase)) : toldBy(testCase);
      const text = make ? jsonText(asked) : canonicalJson(asked);
      key = text.length > LONGEST_KEY ? digest(text).slice(0, 16) : text;
    } catch (error) {
      // What cannot be asked is told where it is asked
      if (error instanceof TemplateError || error instanceof MessageError) continue;
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

/** All that one hears of a case who is sent its variables. Nothing is rendered: that takes its time. */
function toldBy({ vars, messages, files, turns, simulate }: Case) {
  return { vars, messages, files, turns, simulate };
}

/** What one hears of a case who is sent its messages alone. */
function askedBy({ turns, simulate }: Case, { messages, vars }: Pick<ModelRequest, 'messages' | 'vars'>) {
  // A conversation is the same when the user says the same all along
  const user = simulate ? [userOf(simulate, vars)] : turns && linesOfUser(turns, vars);
  return user ? [messages, user] : messages;
}

/** What makes a simulated user another one. */
function userOf({ persona, goal, ...simulate }: Simulation, vars: Case['vars']) {
  return { ...simulate, persona: compileTemplate(persona)(vars), goal: compileTemplate(goal)(vars) };
}

/** Groups of cases that are shown at the most, and cases that are named of each. */
const SHOWN = 3;
const NAMED = 4;

/** `6 of the 20 cases of suite reply ask what another asks of answer too (a, b; c, d, e, f)`. */
export function describeShared(
  shared: Int32Array,
  { suite, prompt, cases }: { readonly suite: string; readonly prompt: string; readonly cases: Cases },
): string {
  const groups = new Map<number, string[]>();
  for (const [place, first] of shared.entries()) {
    if (first < 0) continue;
    const ids = groups.get(first) ?? [];
    groups.set(first, ids);
    ids.push(cases.at(place)?.id ?? '');
  }
  const all = [...groups.values()].reduce((sum, { length }) => sum + length, 0);
  const shown = [...groups.values()].slice(0, SHOWN).map((ids) => namesOf(ids, NAMED));
  const more = groups.size > SHOWN ? ` and ${count(groups.size - SHOWN, 'other group')}` : '';
  return `${all} of the ${count(cases.length, 'case')} of suite ${suite} ask what another asks of ${prompt} too (${shown.join('; ')}${more})`;
}
