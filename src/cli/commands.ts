import type { Configure } from './command.js';

interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<{ readonly configure: Configure }>;
}

/** THE list of commands. Each is loaded when it is called. */
export const commands = {
  init: {
    summary: 'add a working starter and a CI workflow to this repository',
    load: () => import('./commands/init.js'),
  },
  eval: {
    summary: 'run evaluation suites and judge them; the exit code is the verdict',
    load: () => import('./commands/eval.js'),
  },
  plan: {
    summary: 'what a run would cost, and what its gates would see; sends nothing',
    load: () => import('./commands/plan.js'),
  },
  bless: {
    summary: 'make a run the baseline that later runs are compared with',
    load: () => import('./commands/bless.js'),
  },
  merge: {
    summary: 'judge the parts of a plan that several machines have run as one run',
    load: () => import('./commands/merge.js'),
  },
  runs: {
    summary: 'list the runs that are kept, or remove old ones',
    load: () => import('./commands/runs.js'),
  },
  compare: {
    summary: 'show two runs, a run and a baseline, or two models side by side',
    load: () => import('./commands/compare.js'),
  },
  validate: {
    summary: 'check every file without sending anything',
    load: () => import('./commands/validate.js'),
  },
  report: {
    summary: 'show or write the reports of an earlier run',
    load: () => import('./commands/report.js'),
  },
  score: {
    summary: 'score ready-made text with one metric',
    load: () => import('./commands/score.js'),
  },
  calibrate: {
    summary: 'measure how well a metric agrees with people',
    load: () => import('./commands/calibrate.js'),
  },
  cache: {
    summary: 'show, prune or clear the cache of earlier answers',
    load: () => import('./commands/cache.js'),
  },
  schema: {
    summary: 'print the JSON Schema of a file format, for editors',
    load: () => import('./commands/schema.js'),
  },
} as const satisfies Record<string, CommandEntry>;
