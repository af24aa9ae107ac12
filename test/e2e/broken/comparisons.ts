import { type Broken, SUITE, suiteWith, THRESHOLDS } from './base.js';

const gate = (written: string) => ({ [THRESHOLDS]: `gates:\n  - ${written}\n` });
const thresholds = (line: string) => ({ [THRESHOLDS]: `gates:\n  - { metric: pass, min: 0.9 }\n${line}\n` });
const suite = (line: string) => ({
  [SUITE]: suiteWith(`cases:\n  - { id: one, vars: { ticket: about shoes } }\n${line}\n`),
});

/** What is wrong, the files in which it is, where, and the message. */
type Row = readonly [string, Broken['files'], string, string];

const AT_GATE = 'prompts/reply.thresholds.yaml:2:';
const AT_FILE = 'prompts/reply.thresholds.yaml:3:';
const AT_SUITE = 'evals/reply.eval.yaml:6:';

const rows: readonly Row[] = [
  [
    'maxDrop beside min',
    gate('{ metric: pass, min: 0.9, maxDrop: 0.05 }'),
    `${AT_GATE}5`,
    'a gate needs exactly one bound: min, max, maxDrop or improve (write two gates for two bounds)',
  ],
  [
    'maxDrop in another unit',
    gate('{ metric: pass, maxDrop: 5s }'),
    `${AT_GATE}30`,
    '`maxDrop` must be a fraction like 0.9 or 90%',
  ],
  [
    'a negative maxDrop',
    gate('{ metric: pass, maxDrop: -0.05 }'),
    `${AT_GATE}30`,
    '`maxDrop` must not be negative; write a fraction like 0.9 or 90%',
  ],
  ['a negative share', gate('{ metric: pass, maxDrop: -5% }'), `${AT_GATE}30`, '`maxDrop` must not be negative'],
  [
    'maxDrop misspelt',
    gate('{ metric: pass, maxdrop: 0.05 }'),
    `${AT_GATE}21`,
    'unknown key maxdrop (did you mean maxDrop?)',
  ],
  [
    'maxDrop of a sum',
    gate('{ metric: contains, stat: sum, maxDrop: 0.05 }'),
    `${AT_GATE}31`,
    'the sum cannot be compared case by case with a baseline; use mean, rate or a quantile',
  ],
  ['improve without by', gate('{ improve: { metric: pass } }'), `${AT_GATE}16`, '`by` is missing'],
  [
    'improve beside metric',
    gate('{ metric: pass, improve: { metric: pass, by: 0.02 } }'),
    `${AT_GATE}5`,
    'a gate needs a `metric` (that of `improve` stands inside it)',
  ],
  [
    'improve of an unknown metric',
    gate('{ improve: { metric: pas, by: 0.02 } }'),
    `${AT_GATE}26`,
    'suite reply has no metric pas (did you mean pass?)',
  ],
  [
    'improve with an unknown key',
    gate('{ improve: { metric: pass, by: 0.02, at: 1 } }'),
    `${AT_GATE}42`,
    'unknown key at; known: metric, by',
  ],
  [
    'a negative improvement',
    gate('{ improve: { metric: pass, by: -0.02 } }'),
    `${AT_GATE}36`,
    '`by` must not be negative; write a fraction like 0.9 or 90%',
  ],
  [
    'pass^3 of one trial',
    gate('{ metric: pass, stat: pass^3, min: 0.5 }'),
    `${AT_GATE}27`,
    'pass^3 needs 3 trials of every case; suite reply makes 1',
  ],
  [
    'pass@2 of a metric without a mark',
    gate('{ metric: score, stat: pass@2, min: 0.5 }'),
    `${AT_GATE}28`,
    'score has no pass mark, so it has no pass@2; give its metric a min or max',
  ],
  [
    'unknown correction',
    thresholds('correction: bonferroni'),
    `${AT_FILE}13`,
    '`correction` must be holm or none, not "bonferroni"',
  ],
  [
    'unknown inference',
    thresholds('inference: cases'),
    `${AT_FILE}12`,
    '`inference` must be population or suite, not "cases"',
  ],
  [
    'misspelt correction of a suite',
    suite('correction: hlom'),
    `${AT_SUITE}13`,
    '`correction` must be holm or none, not "hlom" (did you mean holm?)',
  ],
  [
    'inference that is a number',
    suite('inference: 1'),
    `${AT_SUITE}12`,
    '`inference` must be population or suite, not the number 1',
  ],
  ['trials from more to less', suite('trials: { min: 3, max: 2 }'), `${AT_SUITE}16`, '`min` is above `max`'],
  ['trials without an end', suite('trials: { min: 3 }'), `${AT_SUITE}1`, '`max` is missing'],
  ['trials from 0', suite('trials: { min: 0, max: 3 }'), `${AT_SUITE}16`, '`min` must be at least 1'],
  [
    'trials with an unknown key',
    suite('trials: { min: 1, max: 3, most: 4 }'),
    `${AT_SUITE}27`,
    'unknown key most; known: min, max',
  ],
  ['an empty group', suite('group: ""'), `${AT_SUITE}8`, '`group` must not be empty'],
  ['a list of groups', suite('group: [a]'), `${AT_SUITE}8`, '`group` must be text, not a list'],
  ['a group that no case has', suite('group: document'), `${AT_SUITE}8`, 'no case has a variable document'],
];

/** What can be wrong in gates that compare, and in trials that adapt. */
export const brokenComparisons: readonly Broken[] = rows.map(([name, files, place, message]) => ({
  name,
  files,
  problems: [`${place}  ${message}`],
}));
