import { EXIT } from './exit-code.js';

/** What can go wrong with releases, their ledgers and rollouts, and with what serves them. `{x}` is filled in. */
export const DELIVERY_ERRORS = {
  'bad-runtime-option': {
    text: 'openPrompts(): {why}',
    hint: 'docs/guide/runtime.md lists what openPrompts() takes.',
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
} as const;
