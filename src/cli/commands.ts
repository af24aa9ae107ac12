import type { Configure } from './command.js';

interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<{ readonly configure: Configure }>;
}

/** THE list of commands. Each is loaded when it is called. */
export const commands = {
  init: {
    summary: 'add a working starter and a CI workflow to this repository',
    load: () => import('./init/init-command.js'),
  },
  import: {
    summary: 'take over prompts and evaluations of another tool, with a report of every part',
    load: () => import('./import/import-command.js'),
  },
  eval: {
    summary: 'run evaluation suites and judge them; the exit code is the verdict',
    load: () => import('./eval/eval-command.js'),
  },
  plan: {
    summary: 'what a run would cost, and what its gates would see; sends nothing',
    load: () => import('./plan/plan-command.js'),
  },
  bless: {
    summary: 'make a run the baseline that later runs are compared with',
    load: () => import('./bless/bless-command.js'),
  },
  merge: {
    summary: 'judge the parts of a plan that several machines have run as one run',
    load: () => import('./merge/merge-command.js'),
  },
  runs: {
    summary: 'list the runs that are kept, or remove old ones',
    load: () => import('./runs/runs-command.js'),
  },
  compare: {
    summary: 'show two runs, a run and a baseline, or two models side by side',
    load: () => import('./compare/compare-command.js'),
  },
  diff: {
    summary: 'what has changed between two states of the prompts, by meaning, and how risky that is',
    load: () => import('./diff/diff-command.js'),
  },
  review: {
    summary: 'review a change: what it does, its risk, what a run says of it, who has to sign and who has',
    load: () => import('./review/review-command.js'),
  },
  migrate: {
    summary: 'run prompts on another model beside the present one, and move those whose gates pass',
    load: () => import('./migrate/migrate-command.js'),
  },
  owners: {
    summary: 'write the owners of prompts into CODEOWNERS, or check that they are there',
    load: () => import('./owners/owners-command.js'),
  },
  validate: {
    summary: 'check every file without sending anything',
    load: () => import('./validate/validate-command.js'),
  },
  doctor: {
    summary: 'look at keys, models, coverage, stale files, CI and versions, and say what to mend',
    load: () => import('./doctor/doctor-command.js'),
  },
  lint: {
    summary: 'look for what is most likely a mistake in prompts, suites and gates; sends nothing',
    load: () => import('./lint/lint-command.js'),
  },
  report: {
    summary: 'show or write the reports of an earlier run',
    load: () => import('./report/report-command.js'),
  },
  show: {
    summary: 'show a case of a run in full: what was asked, answered and scored, beside the baseline',
    load: () => import('./show/show-command.js'),
  },
  rescore: {
    summary: 'score the outputs of a run again, by the metrics and gates of today; calls no model but judges',
    load: () => import('./rescore/rescore-command.js'),
  },
  comment: {
    summary: 'post the verdict as one comment on the pull request, or bring it up to date',
    load: () => import('./comment/comment-command.js'),
  },
  score: {
    summary: 'score ready-made text with one metric',
    load: () => import('./score/score-command.js'),
  },
  calibrate: {
    summary: 'measure how well a metric agrees with people',
    load: () => import('./calibrate/calibrate-command.js'),
  },
  cache: {
    summary: 'show, prune or clear the cache of earlier answers',
    load: () => import('./cache/cache-command.js'),
  },
  release: {
    summary: 'freeze prompts under numbers, with what the newest run said of them',
    load: () => import('./release/release-command.js'),
  },
  promote: {
    summary: 'put releases into an environment, when its policy says yes',
    load: () => import('./promote/promote-command.js'),
  },
  rollback: {
    summary: 'go back to what was live before, at once, and hold what was removed',
    load: () => import('./rollback/rollback-command.js'),
  },
  unhold: {
    summary: 'let a release that was rolled back be promoted again',
    load: () => import('./unhold/unhold-command.js'),
  },
  rollout: {
    summary: 'where the rollout of an environment stands, and a hand on it',
    load: () => import('./rollout/rollout-command.js'),
  },
  assign: {
    summary: 'which release a unit gets, and why',
    load: () => import('./assign/assign-command.js'),
  },
  approve: {
    summary: "a person's yes to a release for an environment",
    load: () => import('./approve/approve-command.js'),
  },
  status: {
    summary: 'what is live where, since when, by whom, on which evidence',
    load: () => import('./status/status-command.js'),
  },
  blame: {
    summary: 'what was live at a time, and on whose word',
    load: () => import('./blame/blame-command.js'),
  },
  history: {
    summary: 'who did what when and why, in every environment',
    load: () => import('./history/history-command.js'),
  },
  audit: {
    summary: 'check that ledgers and releases are what llmci wrote',
    load: () => import('./audit/audit-command.js'),
  },
  export: {
    summary: 'what is live in an environment as a file, for builds, apps and OpenFeature',
    load: () => import('./export/export-command.js'),
  },
  serve: {
    summary: "answer with what is live, in OpenAI's shapes: a prompt server for one environment",
    load: () => import('./serve/serve-command.js'),
  },
  cases: {
    summary: 'turn live calls and traces into rows of a dataset, masked and without duplicates',
    load: () => import('./cases/cases-command.js'),
  },
  schema: {
    summary: 'print the JSON Schema of a file format, for editors',
    load: () => import('./schema/schema-command.js'),
  },
} as const satisfies Record<string, CommandEntry>;
