import { EXIT } from './exit-code.js';

/** What can go wrong before a run, in it, and with what it left. `{x}` is filled in. */
export const EVALUATION_ERRORS = {
  'invalid-files': {
    text: '{count} in your files',
    hint: 'Nothing was sent. Fix them and run again.',
    exit: EXIT.usage,
  },
  'no-suites': {
    text: 'no evaluation suite found below {folder}',
    hint: 'Run `llmci init` for a working starter, or put suites at evals/NAME.eval.yaml; `llmci eval --all-projects` runs the projects in folders below.',
    exit: EXIT.usage,
  },
  'nothing-found': {
    text: 'no prompt and no suite found in {folder}',
    hint: 'Give --cwd a folder of the project; or run `llmci init` for a working starter.',
    exit: EXIT.usage,
  },
  'no-prompts': {
    text: 'no prompt found in {folder}',
    hint: 'Give --cwd a folder of the project.',
    exit: EXIT.usage,
  },
  'unknown-suite': { text: 'there is no suite called {name}{guess}', hint: 'Known suites: {known}.', exit: EXIT.usage },
  'no-gates': {
    text: '{what}, so nothing could fail',
    hint: 'Add gates of level error to {suite}, or to {thresholds}; or run llmci eval --allow-no-gates.',
    exit: EXIT.usage,
  },
  'no-cases': {
    text: 'no case is left to evaluate: {why}',
    hint: 'A run without cases judges nothing and does not pass.',
    exit: EXIT.error,
  },
  'unknown-case': {
    text: '{why} in run {run}',
    hint: "A case is named by its id, by how that begins, or by a glob like 'refund-*'.",
    exit: EXIT.usage,
  },
  'bad-flag': { text: '{flag}: {why}', hint: 'See `llmci {command} --help`.', exit: EXIT.usage },
  'bad-option': {
    text: 'evaluate(): {option} {why}',
    hint: 'Nothing was sent. docs/guide/extending.md lists what evaluate() takes.',
    exit: EXIT.usage,
  },
  'unknown-reporter': {
    text: 'there is no reporter called {name}{guess}',
    hint: 'Known reporters: {known}.',
    exit: EXIT.usage,
  },
  'unknown-metric': {
    text: 'there is no metric called {name}{guess}',
    hint: 'Known metrics: {known}, or the path of a module.',
    exit: EXIT.usage,
  },
  'missing-key': {
    text: '{provider} needs {need}: {lack}, and {what}',
    hint: 'Nothing was sent. {remedy}{otherwise}.',
    exit: EXIT.usage,
  },
  'unversioned-app': {
    text: '{provider} is an app, and nothing tells whether its recordings are of its present code',
    hint: 'Nothing was evaluated: --replay in CI asks for it. Give {provider} `code: [globs]` or `version: env:NAME` in llmci.yaml and record anew; or `allowUnversioned: true` to take its recordings as they are.',
    exit: EXIT.usage,
  },
  'missing-package': {
    text: '{what} needs the package {package}, which is not installed',
    hint: 'Nothing was sent. npm install --save-dev {package}',
    exit: EXIT.usage,
  },
  'no-batches': {
    text: '--batch: {providers} has no batches',
    hint: 'Nothing was sent. Providers of type {able} have; run the other suites or models without --batch.',
    exit: EXIT.usage,
  },
  'unforeseeable-cost': {
    text: 'a budget in dollars cannot be kept: `extra.{key}` of {who} may change what a call costs',
    hint: 'Nothing was sent. Leave it out, write maxTokens where it lets the model think, or give the budget in tokens or calls.',
    exit: EXIT.usage,
  },
  'record-without-cassette': {
    text: 'suite {suite} names no cassette to record to',
    hint: 'Add `cassette: ../fixtures/{suite}.cassette.jsonl` to it.',
    exit: EXIT.usage,
  },
  'unknown-run': {
    text: 'there is no run {run}',
    hint: 'Runs are kept in {folder}. `latest` names the newest.',
    exit: EXIT.usage,
  },
  'no-runs': {
    text: 'there is no run latest: none in {folder} is finished yet',
    hint: 'Make one with `llmci eval`, or name another folder with --out.',
    exit: EXIT.usage,
  },
  'unreadable-run': {
    text: 'run {run} cannot be read: {why}',
    hint: '`llmci runs` lists what is kept, and how far each has got.',
    exit: EXIT.error,
  },
  'nothing-to-resume': {
    text: 'there is no run to go on with',
    hint: 'No run in {folder} was cut short. Name one to try its errors again: llmci eval --resume RUN.',
    exit: EXIT.usage,
  },
  'run-under-way': {
    text: 'run {run} is under way: process {pid} on this machine has it',
    hint: 'Wait for it. If that process is gone for good, delete {folder}/lock-*.',
    exit: EXIT.usage,
  },
  'run-under-way-elsewhere': {
    text: 'run {run} is under way on another machine or in another container: process {pid} on {host} has it, heard of {ago} ago',
    hint: 'Wait for it. If it was ended, try again when nothing was heard of it for a minute. A lock of an older llmci gives no sign of life: delete {folder}/lock-* when its process is gone.',
    exit: EXIT.usage,
  },
  'changed-since': {
    text: '{run} does not fit the files here: {what} since it began',
    hint: 'Results of before and after would not belong together. Undo the change, or start anew: llmci eval.',
    exit: EXIT.usage,
  },
  'cannot-merge': {
    text: 'these files cannot be merged: {why}',
    hint: 'Name the files of all parts of one plan, each made by `llmci eval --shard i/n` of the same commit.',
    exit: EXIT.error,
  },
  'unknown-commit': {
    text: 'git knows no commit {ref} here: {why}',
    hint: 'A shallow checkout lacks most of them: `git fetch --no-tags --depth=1 origin {ref}` brings one; or name another.',
    exit: EXIT.usage,
  },
  'unreadable-baseline': {
    text: 'the baseline {path} cannot be read: {why}',
    hint: 'Make it anew from a good run with `llmci bless`.',
    exit: EXIT.error,
  },
  'nothing-to-compare': {
    text: 'nothing could be compared: {why}',
    hint: 'Columns are paired by suite, prompt and model; see `llmci compare --help`.',
    exit: EXIT.error,
  },
  'cannot-bless': {
    text: 'run {run} cannot be a baseline: {why}',
    hint: 'Bless a whole run that passes: `llmci eval`, then `llmci bless`.',
    exit: EXIT.error,
  },
  'bad-module': {
    text: '{path}: {why}',
    hint: 'A module exports one definition as its default; see docs/guide/extending.md.',
    exit: EXIT.usage,
  },
  'bad-link': {
    text: '{path} {why}',
    hint: 'Nothing is read or written there: whoever changes the repository could lead llmci anywhere. Remove it, or name the place that is meant itself.',
    exit: EXIT.usage,
  },
  'tracked-state': {
    text: '{path} is no place for runs and the cache: {why}',
    hint: 'What was committed there answers questions that nobody has asked here. Take it out of git, `git rm -r --cached {path}`, and have .gitignore name it; or name another folder with --out.',
    exit: EXIT.usage,
  },
  'cannot-write': {
    text: 'cannot write {path}: {why}',
    hint: 'Check that the folder exists and may be written.',
    exit: EXIT.error,
  },
  'cannot-close': {
    text: 'run {run} could not be brought to its end: {why}',
    hint: 'Its samples are kept: put that right and go on with it. Nothing is paid for again.',
    exit: EXIT.error,
  },
  'not-a-cache': {
    text: '{folder} is not a cache that can be emptied: {why}',
    hint: 'Nothing was removed. See that --out names the right folder.',
    exit: EXIT.usage,
  },
  'no-folder': { text: '{path} is not a folder', hint: 'Give --cwd a folder that exists.', exit: EXIT.usage },
} as const;
