import type { Configure } from './command.js';

interface CommandEntry {
  /** Under which it stands in the help. */
  readonly group: 'Start' | 'Evaluate' | 'Review' | 'Release' | 'Roll out';
  readonly summary: string;
  readonly load: () => Promise<{ readonly configure: Configure }>;
}

/** THE list of commands. Each is loaded when it is called. */
export const commands = {
  init: {
    group: 'Start',
    summary: 'add a working starter and a CI workflow to this repository',
    load: () => import('./init/init-command.js'),
  },
  import: {
    group: 'Start',
    summary: 'take over prompts and evaluations of another tool, with a report of every part',
    load: () => import('./import/import-command.js'),
  },
  validate: {
    group: 'Start',
    summary: 'check every file without sending anything',
    load: () => import('./validate/validate-command.js'),
  },
  lint: {
    group: 'Start',
    summary: 'look for what is most likely a mistake in prompts, suites and gates; sends nothing',
    load: () => import('./lint/lint-command.js'),
  },
  doctor: {
    group: 'Start',
    summary: 'look at keys, models, coverage, stale files, CI and versions, and say what to mend',
    load: () => import('./doctor/doctor-command.js'),
  },
  schema: {
    group: 'Start',
    summary: 'print the JSON Schema of a file format, for editors',
    load: () => import('./schema/schema-command.js'),
  },
  eval: {
    group: 'Evaluate',
    summary: 'run evaluation suites and judge them; the exit code is the verdict',
    load: () => import('./eval/eval-command.js'),
  },
  plan: {
    group: 'Evaluate',
    summary: 'show what a run would cost, and how small a change its gates would detect; sends nothing',
    load: () => import('./plan/plan-command.js'),
  },
  show: {
    group: 'Evaluate',
    summary: 'show a case of a run in full: what was asked, answered and scored, beside the baseline',
    load: () => import('./show/show-command.js'),
  },
  rescore: {
    group: 'Evaluate',
    summary: 'score the outputs of a run again, by the metrics and gates of today; calls no model but judges',
    load: () => import('./rescore/rescore-command.js'),
  },
  report: {
    group: 'Evaluate',
    summary: 'show or write the reports of an earlier run',
    load: () => import('./report/report-command.js'),
  },
  runs: {
    group: 'Evaluate',
    summary: 'list the runs that are kept, or remove old ones',
    load: () => import('./runs/runs-command.js'),
  },
  compare: {
    group: 'Evaluate',
    summary: 'show two runs, a run and a baseline, or two models side by side',
    load: () => import('./compare/compare-command.js'),
  },
  bless: {
    group: 'Evaluate',
    summary: 'make a run the baseline that later runs are compared with',
    load: () => import('./bless/bless-command.js'),
  },
  merge: {
    group: 'Evaluate',
    summary: 'judge the parts of a plan that several machines have run as one run',
    load: () => import('./merge/merge-command.js'),
  },
  score: {
    group: 'Evaluate',
    summary: 'score ready-made text with one metric',
    load: () => import('./score/score-command.js'),
  },
  calibrate: {
    group: 'Evaluate',
    summary: 'measure how well a metric agrees with people',
    load: () => import('./calibrate/calibrate-command.js'),
  },
  cache: {
    group: 'Evaluate',
    summary: 'show, prune or clear the cache of earlier answers',
    load: () => import('./cache/cache-command.js'),
  },
  diff: {
    group: 'Review',
    summary: 'show what has changed between two states of the prompts, by meaning, and how risky that is',
    load: () => import('./diff/diff-command.js'),
  },
  review: {
    group: 'Review',
    summary: 'review a change: what it does, its risk, what a run says of it, who has to sign and who has',
    load: () => import('./review/review-command.js'),
  },
  owners: {
    group: 'Review',
    summary: 'write the owners of prompts into CODEOWNERS, or check that they are there',
    load: () => import('./owners/owners-command.js'),
  },
  comment: {
    group: 'Review',
    summary: 'post the verdict as one comment on the pull request, or bring it up to date',
    load: () => import('./comment/comment-command.js'),
  },
  migrate: {
    group: 'Review',
    summary: 'run prompts on another model beside the present one, and move those whose gates pass',
    load: () => import('./migrate/migrate-command.js'),
  },
  release: {
    group: 'Release',
    summary: 'freeze prompts under numbers, with what the newest run said of them',
    load: () => import('./release/release-command.js'),
  },
  promote: {
    group: 'Release',
    summary: 'put releases into an environment, when its policy says yes',
    load: () => import('./promote/promote-command.js'),
  },
  approve: {
    group: 'Release',
    summary: 'say yes to a release for an environment, as one of the people it asks for',
    load: () => import('./approve/approve-command.js'),
  },
  rollback: {
    group: 'Release',
    summary: 'go back to what was live before, at once; what is removed cannot be promoted again until `unhold`',
    load: () => import('./rollback/rollback-command.js'),
  },
  unhold: {
    group: 'Release',
    summary: 'let a release that was rolled back be promoted again',
    load: () => import('./unhold/unhold-command.js'),
  },
  status: {
    group: 'Release',
    summary: 'show what is live where, since when, by whom, on which evidence',
    load: () => import('./status/status-command.js'),
  },
  history: {
    group: 'Release',
    summary: 'show who did what when and why, in every environment',
    load: () => import('./history/history-command.js'),
  },
  blame: {
    group: 'Release',
    summary: 'show what was live at a time, and who put it there',
    load: () => import('./blame/blame-command.js'),
  },
  audit: {
    group: 'Release',
    summary: 'check that ledgers and releases are what llmci wrote',
    load: () => import('./audit/audit-command.js'),
  },
  export: {
    group: 'Release',
    summary: 'write what is live in an environment as a file, for builds, apps and OpenFeature',
    load: () => import('./export/export-command.js'),
  },
  serve: {
    group: 'Roll out',
    summary: "run a prompt server: it answers calls in OpenAI's shapes with what is live in an environment",
    load: () => import('./serve/serve-command.js'),
  },
  rollout: {
    group: 'Roll out',
    summary: 'show where the rollout of an environment stands; or pause, resume, complete or abort it',
    load: () => import('./rollout/rollout-command.js'),
  },
  assign: {
    group: 'Roll out',
    summary: 'show which release a user gets, and why',
    load: () => import('./assign/assign-command.js'),
  },
  cases: {
    group: 'Roll out',
    summary: 'turn live calls and traces into rows of a dataset, masked and without duplicates',
    load: () => import('./cases/cases-command.js'),
  },
} as const satisfies Record<string, CommandEntry>;
