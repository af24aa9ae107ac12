import type { Case, Cases, Simulation } from '../../model/case.js';
import type { Json } from '../../model/json.js';
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

/** What one hears of a case: its variables, the messages made of them, or what is made of both. */
export type Heard = 'variables' | 'messages' | ((request: ModelRequest) => Json);

/**
 * Of each case the place of the first one that makes the same request, its own included; -1 for a request that no other
 * makes. Null when all differ.
 */
export function findSharedRequests(
  column: Pick<Column, 'prompt' | 'model' | 'media'>,
  cases: Cases,
  heard: Heard,
): Int32Array | null {
  const keyOf = keysFor(column, heard);
  const firsts = new Map<string, number>();
  const shared = new Int32Array(cases.length).fill(-1);
  for (const [place, testCase] of cases.entries()) {
    let key: string;
    try {
      const text = keyOf(testCase);
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

/** What is the same of cases that ask the same. All else of a request is the same for all cases of a column. */
function keysFor(column: Pick<Column, 'prompt' | 'model' | 'media'>, heard: Heard): (testCase: Case) => string {
  // Nothing is rendered for one who is sent all variables: that takes its time
  if (heard === 'variables')
    return ({ vars, messages, files, turns, simulate }) =>
      canonicalJson({ vars: { ...column.prompt.defaults, ...vars }, messages, files, turns, simulate });
  const make = requestFactory(column);
  return (testCase) => {
    const request = make(testCase);
    const asked = heard === 'messages' ? request.messages : heard(request);
    const user = userOf(testCase, request.vars);
    return jsonText(user ? [asked, user] : asked);
  };
}

/** A conversation is the same when the user says the same all along. */
function userOf({ turns, simulate }: Case, vars: Case['vars']) {
  return simulate ? [simulatedBy(simulate, vars)] : turns && linesOfUser(turns, vars);
}

/** What makes a simulated user another one. */
function simulatedBy({ persona, goal, ...simulate }: Simulation, vars: Case['vars']) {
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
