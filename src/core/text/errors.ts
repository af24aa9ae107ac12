import type { Problem } from '../../model/problem.js';
import { EXIT } from './exit-code.js';
import { count } from './format.js';

interface Entry {
  readonly text: string;
  readonly hint: string;
  readonly exit: number;
}

/** Every error a user can cause besides the problems in their files, in one place. `{x}` is filled in. */
const MESSAGES = {
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
  'bad-runtime-option': {
    text: 'openPrompts(): {why}',
    hint: 'docs/guide/runtime.md lists what openPrompts() takes.',
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
  nobody: {
    text: 'nothing tells who does this, and a ledger has to',
    hint: 'Nothing was changed. Set `git config user.name` and `user.email`; in CI the system tells it.',
    exit: EXIT.usage,
  },
  'cannot-tag': {
    text: 'git could not make the tag {name}: {why}',
    hint: 'The release itself is made. Tag it by hand, or see what git lacks.',
    exit: EXIT.error,
  },
  'cannot-roll-back': {
    text: '{prompt} cannot go back in {environment}: {why}',
    hint: '{hint}',
    exit: EXIT.fail,
  },
  'cannot-release': {
    text: '{path} cannot be frozen: {why}',
    hint: 'Nothing was released. {remedy}',
    exit: EXIT.usage,
  },
  'cannot-sign': {
    text: 'this has to be signed, and cannot be: {why}',
    hint: 'Nothing was changed. Set git up to sign with SSH, with a key that allowed_signers has for your user.email: `git config gpg.format ssh`, `git config user.signingKey ~/.ssh/id_ed25519.pub`.',
    exit: EXIT.usage,
  },
  'cannot-verify': {
    text: 'attestations cannot be verified: {why}',
    hint: 'Nothing was changed. `evidence: { attested: true }` asks `gh attestation verify`, of GitHub or of a file (`bundle`): https://cli.github.com.',
    exit: EXIT.error,
  },
  'not-signed': {
    text: 'what {by} signs does not count: {why} ({path})',
    hint: 'Nothing was changed. Sign with a key that stands there for your user.email, or have yours added in review: `you@example.com namespaces="llmci,git" ssh-ed25519 AAAA...`.',
    exit: EXIT.fail,
  },
  'no-signers': {
    text: 'lines of this ledger are signed, and the file allowed_signers that says whose signatures count is not there',
    hint: 'Nothing was changed. Bring it back, as from git: without it anybody could promote under any name.',
    exit: EXIT.error,
  },
  'cannot-approve': {
    text: '{release} cannot be approved for {environment}: {why}',
    hint: 'Nothing was changed.',
    exit: EXIT.fail,
  },
  'not-live': {
    text: '{prompt} is not live in {environment}{guess}',
    hint: 'Put a release of it there with `llmci promote`.',
    exit: EXIT.error,
  },
  'version-not-live': {
    text: '{release} is not what is live here, which is {live}',
    hint: 'Leave out the version, or promote that one.',
    exit: EXIT.error,
  },
  'bad-variables': {
    text: '{release} cannot be filled in: {why}',
    hint: 'Give `vars` all that its templates name.',
    exit: EXIT.usage,
  },
  'bad-snapshot': {
    text: '{path} is no state of an environment: {why}',
    hint: 'Write it anew with `llmci export`.',
    exit: EXIT.error,
  },
  'bad-counts': {
    text: '{path} holds no counts of calls: no rollout is decided',
    hint: 'If it cannot be mended, delete it: the counts of rollouts begin anew.',
    exit: EXIT.error,
  },
  'not-held': {
    text: '{release} is not held in {environment}',
    hint: 'Nothing was changed. `llmci status` shows what is.',
    exit: EXIT.usage,
  },
  'no-rollout': {
    text: '{what} under way in {environment}',
    hint: 'Nothing was changed. `llmci status` shows what is; --prompt says which is meant.',
    exit: EXIT.usage,
  },
  'not-proven': {
    text: 'the live gates of {rollout} have not passed: {gates}',
    hint: 'Nothing was changed. Let it go on; or llmci rollout {environment} complete --force --reason "…", which is written down for ever.',
    exit: EXIT.fail,
  },
  'cannot-weigh': {
    text: '{rollout} cannot be given to {weight} of all units: {why}',
    hint: 'Nothing was changed. When its live gates have passed: llmci rollout {environment} complete.',
    exit: EXIT.usage,
  },
  'nothing-decided': {
    text: 'no gateway has decided anything in {environment}',
    hint: 'Only what live gates decide can be computed again: `llmci history --in {environment}` shows what people did.',
    exit: EXIT.usage,
  },
  'unknown-environment': {
    text: 'there is no environment called {name}{guess}',
    hint: 'Known environments: {known}. They stand under `environments` in llmci.yaml.',
    exit: EXIT.usage,
  },
  'unknown-release': {
    text: 'there is no release {release}',
    hint: '{known} Releases are made by `llmci release`.',
    exit: EXIT.usage,
  },
  'unknown-prompt': {
    text: 'there is no prompt called {name}{guess}',
    hint: 'Known prompts: {known}.',
    exit: EXIT.usage,
  },
  'older-ledger': {
    text: 'the ledger of {environment} ends at line {line} and was at {known} here: it was cut short, or is an older copy',
    hint: 'What was known goes on. Bring back the ledger; whoever starts anew takes it as it is.',
    exit: EXIT.error,
  },
  'no-ledger': {
    text: 'nothing was ever live in {environment}: there is no ledger in {store}',
    hint: 'Put a release there with `llmci promote`. Where it has been done, see that `state` in llmci.yaml names the right place, and that this is the right branch.',
    exit: EXIT.error,
  },
  'broken-ledger': {
    text: '{store}: line {line} of the ledger of {environment} does not hold: {why}',
    hint: 'Nothing was changed. What is live cannot be told from it: bring back the ledger as llmci wrote it, as from git or a backup; `llmci audit` checks all of it.',
    exit: EXIT.error,
  },
  'unproved-state': {
    text: '{store}: what is live in {environment} rests on line {line} of its ledger, which does not hold: {why}',
    hint: 'Apps and `llmci serve` go on with the last state that holds. See `llmci history --in {environment}` and `llmci audit`; to get past that line, `llmci rollback PROMPT --in {environment}`, or promote with a signature.',
    exit: EXIT.error,
  },
  'newer-ledger': {
    text: '{store}: line {line} of the ledger of {environment} cannot be read: {why}',
    hint: 'Nothing was changed. Install the llmci that wrote it, or a later one.',
    exit: EXIT.error,
  },
  'broken-release': {
    text: '{store}: the release {release} cannot be used: {why}',
    hint: 'Nothing was changed. Bring back its file as llmci wrote it, as from git or a backup; or promote another release.',
    exit: EXIT.error,
  },
  'bad-tokens': {
    text: '{where}: {why}',
    hint: 'Nothing listens. Tokens are NAME:TOKEN between commas or on lines; `openssl rand -hex 32` makes one.',
    exit: EXIT.usage,
  },
  'cannot-listen': {
    text: 'nothing can listen at {host}, port {port}: {why}',
    hint: 'Name another with --port, or an address of this machine with --host.',
    exit: EXIT.usage,
  },
  'open-host': {
    text: 'at {host} other machines could call models, and nothing asks them who they are',
    hint: 'Nothing listens. Name tokens of clients in LLMCI_CLIENT_TOKENS, see docs/guide/serve.md; or leave out --host.',
    exit: EXIT.usage,
  },
  'no-admin-token': {
    text: 'there is no token in LLMCI_ADMIN_TOKEN',
    hint: 'Set it to a token of an admin at {at}: one of the LLMCI_ADMIN_TOKENS that the gateway was started with.',
    exit: EXIT.usage,
  },
  'gateway-refused': {
    text: '{at} refuses: {why}',
    hint: 'Its page shows what is live there: {at}/',
    exit: EXIT.fail,
  },
  'gateway-misasked': {
    text: '{at} does not take this: {why}',
    hint: 'Nothing was changed. Its page shows what is live there: {at}/',
    exit: EXIT.usage,
  },
  'gateway-unreachable': {
    text: '{at} has not done it: {why}',
    hint: 'Where the releases and ledgers can be reached, the same command without --at does it there.',
    exit: EXIT.error,
  },
  'clock-behind': {
    text: 'it is {now} here, and the last line of the ledger of {environment} is of {last}',
    hint: 'Nothing was changed. Set the clock of this machine right, or of the one that wrote that line.',
    exit: EXIT.error,
  },
  'state-unreachable': {
    text: '{store} cannot be used: {why}',
    hint: 'Nothing was changed. See that `state` in llmci.yaml names the right place, and that it can be reached from here.',
    exit: EXIT.error,
  },
  'state-unsure': {
    text: '{store} was lost while it was written to: {why}',
    hint: 'Whether it has what was written is not known. When it can be reached again, see llmci history before you go on.',
    exit: EXIT.error,
  },
  'state-busy': {
    text: '{store} is in use: {who} has had it for too long',
    hint: 'Nothing was changed. Try again; when that process is gone for good, delete {lock}.',
    exit: EXIT.error,
  },
  'state-raced': {
    text: 'others keep writing to the ledger of {environment}',
    hint: 'Nothing was changed. Look at `llmci history --in {environment}`, and try again.',
    exit: EXIT.error,
  },
  'no-folder': { text: '{path} is not a folder', hint: 'Give --cwd a folder that exists.', exit: EXIT.usage },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof MESSAGES;

/** An error that a user can cause and can do something about. Any other error is a bug. */
export class LlmciError extends Error {
  override readonly name = 'LlmciError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly exitCode: number;
  /** For `invalid-files`: everything that is wrong in them. */
  readonly problems: readonly Problem[];
  /** What the message speaks of, by the names of its table. */
  readonly values: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    values: Readonly<Record<string, string>> = {},
    problems: readonly Problem[] = [],
    reword: (text: string) => string = (text) => text,
  ) {
    super(reword(fill(MESSAGES[code].text, values)));
    this.code = code;
    this.values = values;
    this.hint = reword(fill(MESSAGES[code].hint, values));
    this.exitCode = MESSAGES[code].exit;
    this.problems = problems;
  }

  /** What is wrong, for where no list of the problems in files stands above. */
  get inOneLine(): string {
    const [first, ...others] = this.problems;
    if (this.code !== 'invalid-files' || !first) return this.message;
    const more = others.length === 0 ? '' : `; and ${count(others.length, 'more problem')}`;
    return `${first.file}:${first.line}:${first.column}: ${first.message}${more}`;
  }

  /** The same error in other words. */
  reworded(words: (text: string) => string): LlmciError {
    return new LlmciError(this.code, this.values, this.problems, words);
  }
}

/** The error of files that something is wrong in. */
export function invalidFiles(problems: readonly Problem[]): LlmciError {
  return new LlmciError('invalid-files', { count: count(problems.length, 'problem') }, problems);
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
