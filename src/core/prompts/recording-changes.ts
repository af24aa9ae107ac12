import type { CassetteEntry } from '../../model/cassette.js';
import type { RuleChange } from '../../model/prompt-change.js';
import type { RulesState } from '../../model/suite-state.js';
import { parseCassette } from '../requests/cassette-text.js';
import { canonicalJson } from '../text/canonical.js';
import { count } from '../text/format.js';

/**
 * What has become of recorded answers. One that is another for the same request, and one that is gone with nothing recorded in
 * its place, may make a change pass that did not. A recording of a new request is what a changed prompt needs.
 */
export function changeRecordings(before: RulesState, now: RulesState): readonly RuleChange[] {
  const pairs = new Map<string, readonly [was: string, is: string]>();
  for (const { path, cassette } of before.suites) {
    const other = now.suites.find((suite) => suite.path === path);
    if (cassette === null || other === undefined) continue;
    const [was, is] = [before.recordings[cassette] ?? '', now.recordings[other.cassette ?? ''] ?? ''];
    if (was !== is) pairs.set(other.cassette ?? cassette, [was, is]);
  }
  return [...pairs].flatMap(([file, [was, is]]) => changeAnswers(file, was, is));
}

/** Whether a cassette has new answers of a prompt for all cases and trials that it has any for: a changed prompt makes new requests. */
export function isRecordedAnew(suite: string, prompt: string, before: string, now: string): boolean {
  const own = entriesOf(now).filter((entry) => entry.suite === suite && entry.prompt === prompt && isFirst(entry));
  const known = new Set(entriesOf(before).map(({ key }) => key));
  const anew = new Set(own.filter(({ key }) => !known.has(key)).map(sampleOf));
  return anew.size > 0 && own.every((entry) => anew.has(sampleOf(entry)));
}

function isFirst({ step, judge, user }: CassetteEntry): boolean {
  return step === undefined && judge === undefined && user === undefined;
}

/** Of whichever model: a prompt that moves to another has new answers too. */
function sampleOf({ case: id, trial }: CassetteEntry): string {
  return canonicalJson([id, trial]);
}

function changeAnswers(file: string, before: string, now: string): readonly RuleChange[] {
  const [was, is] = [entriesOf(before), entriesOf(now)];
  const answers = new Map(is.map(({ key, answer }) => [key, answerOf(answer)]));
  const places = new Set(is.map(placeOf));
  const changed = was.filter(({ key, answer }) => answers.has(key) && answers.get(key) !== answerOf(answer)).length;
  const gone = was.filter((entry) => !answers.has(entry.key) && !places.has(placeOf(entry))).length;
  const rule = (many: number, text: string): readonly RuleChange[] =>
    many === 0 ? [] : [{ file, effect: 'altered', text: `${count(many, 'recorded answer')} ${text}` }];
  return [
    ...rule(changed, `to the same request ${changed === 1 ? 'is another' : 'are others'}`),
    ...rule(gone, gone === 1 ? 'is gone' : 'are gone'),
  ];
}

function entriesOf(text: string): readonly CassetteEntry[] {
  return parseCassette('', text).entries.map(([entry]) => entry);
}

function answerOf(answer: CassetteEntry['answer']): string {
  return canonicalJson(answer);
}

/** What an answer is recorded for, whatever was asked there. */
function placeOf({ key: _, answer: _answer, recorded: _day, ...place }: CassetteEntry): string {
  return canonicalJson(place);
}
