import { randomUUID } from 'node:crypto';
import { LlmciError } from '../../core/text/errors.js';
import { didYouMean } from '../../core/text/suggest.js';
import { ask, askBytes, tell } from '../git/git.js';
import { type Changes, type ReadFile, type StateFiles, storeOfFiles, textOfStateFile } from './state-files.js';
import type { StateStore } from './state-store.js';
import { watchByLooks } from './watch-by-looks.js';

/** How long a remote may take. */
const PATIENCE_MS = 60_000;
const HEADS = 'refs/heads/';
/** Between two looks at the remote: a rollback is to be seen within a second. */
const WATCH_MS = 500;
/** Of a remote; what is none is an address. */
const NAME = /^[\w-][\w.-]*$/;
/** How often others may be first. */
const TRIES = 30;

/**
 * Releases and ledgers in a branch of its own at a remote, which no work tree ever has. A change is a commit that is pushed
 * only if the branch is where it was read.
 */
export function openStateBranch(repository: string, remote: string, branch: string): StateStore {
  const name = `the branch ${branch} of ${remote}`;
  const files = new BranchFiles(repository, remote, branch, name);
  return storeOfFiles(files);
}

class BranchFiles implements StateFiles {
  readonly name: string;
  /** A push for each app every half minute would be no thanks to the remote. */
  readonly reports = null;
  readonly #repository: string;
  readonly #remote: string;
  /** The branch at the remote, and where it was when it was last seen. */
  readonly #theirs: string;
  readonly #seen: string;
  #tip: Promise<string | null> | null = null;
  #texts = new Map<string, Promise<string | null>>();

  constructor(repository: string, remote: string, branch: string, name: string) {
    this.name = name;
    this.#repository = repository;
    this.#remote = remote;
    this.#theirs = `${HEADS}${branch}`;
    this.#seen = `refs/llmci/${remote}/${branch}`;
  }

  readonly read: ReadFile = async (path) => {
    const tip = await this.#current();
    const known = this.#texts.get(path);
    if (known || tip === null) return known ?? null;
    const text = this.#readAt(tip, path);
    this.#texts.set(path, text);
    return text;
  };

  async list(folder: string): Promise<readonly string[]> {
    const tip = await this.#current();
    if (tip === null) return [];
    const args = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', tip, `${folder}/`];
    const listed = await ask(this.#repository, args).catch((error: unknown) => {
      throw this.#unreachable(whyOf(error));
    });
    return listed.split('\0').filter(Boolean);
  }

  async absence(): Promise<string | null> {
    if ((await this.#current()) !== null) return null;
    const branch = this.#theirs.slice(HEADS.length);
    const listed = await ask(this.#repository, ['ls-remote', '--heads', '--', this.#remote], PATIENCE_MS).catch(
      () => '',
    );
    const others = [...listed.matchAll(/\trefs\/heads\/(.*)/g)].flatMap(([, name]) => name ?? []);
    const guess = didYouMean(branch, others);
    return `there is no branch ${branch} at ${this.#remote} yet${guess}: llmci release makes it; see that \`state\` names the right one`;
  }

  async change(decide: (read: ReadFile) => Promise<Changes | null>, makes: boolean): Promise<boolean> {
    const tips = new Set<string | null>();
    let refusal: string | null = null;
    for (let tried = 0; tried < TRIES; tried++) {
      const tip = await this.renew();
      tips.add(tip);
      const absent = tip === null && !makes ? await this.absence() : null;
      if (absent !== null) throw this.#unreachable(absent);
      const changes = await decide(this.read);
      if (changes === null) return false;
      const commit = await this.#commit(tip, changes).catch((error: unknown) => {
        throw this.#unreachable(`git here makes no commit for it: ${whyOf(error)}`);
      });
      refusal = await this.#push(tip, commit);
      if (refusal === null) {
        await this.renew();
        return true;
      }
    }
    throw this.#unreachable(
      tips.size > 1
        ? 'others are always first'
        : `nobody else writes, and every push is refused; a push that was cut off may have left a lock there (${refusal})`,
    );
  }

  watch(changed: () => void): () => void {
    let isCompared = false;
    const look = async () => {
      // Compared is with what was read: before that nothing can have changed
      if (this.#tip === null) return undefined;
      if (isCompared) return this.#listed();
      isCompared = true;
      return (await this.#tip) ?? '';
    };
    return watchByLooks(look, WATCH_MS, changed);
  }

  #current(): Promise<string | null> {
    this.#tip ??= this.renew();
    return this.#tip;
  }

  /** Fetches the branch. Null when the remote has none. */
  async renew(): Promise<string | null> {
    const before = await this.#tip?.catch(() => null);
    this.#tip = this.#fetch();
    const tip = await this.#tip;
    if (tip !== before) this.#texts = new Map();
    return tip;
  }

  async #fetch(): Promise<string | null> {
    const before = await this.#hash(this.#seen);
    try {
      const tip = await this.#listed();
      if (tip === '') {
        if (before !== null) throw this.#unreachable(`it is gone, and was at ${before.slice(0, 12)}`);
        return null;
      }
      // Nothing to be fetched: it is where it was
      if (tip === before) return before;
      // Into no ref, not that of the remote either: a lock that a killed git has left there would be in the way for ever
      const how = ['--quiet', '--no-tags', '--no-write-fetch-head', '--refmap='];
      await ask(this.#repository, ['fetch', ...how, '--', this.#remote, this.#theirs], PATIENCE_MS);
      if (before !== null && !(await this.#isIn(before, tip)))
        throw this.#unreachable(`it was rewritten: ${before.slice(0, 12)}, which was there, is in it no more`);
      await this.#remember(tip, before);
      return tip;
    } catch (error) {
      throw error instanceof LlmciError ? error : this.#unreachable((await this.#lackOfRemote()) ?? whyOf(error));
    }
  }

  /** Where the branch is at the remote; empty when it has none. */
  async #listed(): Promise<string> {
    const listed = await ask(this.#repository, ['ls-remote', '--', this.#remote, this.#theirs], PATIENCE_MS);
    return listed.split('\t')[0]?.trim() ?? '';
  }

  /** What git says of a remote that a repository has not got helps nobody who has just begun. Null where it has it. */
  async #lackOfRemote(): Promise<string | null> {
    const remotes = await ask(this.#repository, ['remote']).catch(() => null);
    if (remotes === null || !NAME.test(this.#remote) || remotes.split('\n').includes(this.#remote)) return null;
    return `this repository has no remote of that name: add it (git remote add ${this.#remote} ADDRESS), or keep the state in a folder (\`state: releases\`)`;
  }

  #isIn(commit: string, tip: string): Promise<boolean> {
    return ask(this.#repository, ['merge-base', '--is-ancestor', commit, tip]).then(
      () => true,
      () => false,
    );
  }

  /**
   * Where the branch is, for the next look. Where a git that was killed has left its lock, and where another process was
   * first, it stays as it is: then the same is fetched once more, and nothing else is lost.
   */
  async #remember(tip: string, before: string | null): Promise<void> {
    await ask(this.#repository, ['update-ref', this.#seen, tip, before ?? '']).catch(() => undefined);
  }

  async #commit(tip: string | null, changes: Changes): Promise<string> {
    // git makes the trees: nothing is checked out, and no index is touched
    const made = `refs/llmci/made/${randomUUID()}`;
    const seconds = Math.floor(Date.now() / 1000);
    const stream = [
      `commit ${made}\ncommitter llmci <llmci@localhost> ${seconds} +0000\n${data(`${[...changes.keys()].join(', ')}\n`)}`,
      tip === null ? '' : `from ${tip}\n`,
      ...[...changes].map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`),
      '\n',
    ];
    await tell(this.#repository, ['fast-import', '--quiet', '--date-format=raw'], stream.join(''));
    const commit = await this.#hash(made);
    // One that stays is in the way of nothing; of a lock that a killed git has left here, that cannot be said
    await ask(this.#repository, ['update-ref', '-d', made]).catch(() => undefined);
    if (commit === null) throw new Error('git made none');
    return commit;
  }

  /** Null when it is done; else why the branch took it not, as when it is not where it was read. */
  async #push(tip: string | null, commit: string): Promise<string | null> {
    const lease = `--force-with-lease=${this.#theirs}:${tip ?? ''}`;
    try {
      await ask(
        this.#repository,
        ['push', '--quiet', '--no-verify', lease, '--', this.#remote, `${commit}:${this.#theirs}`],
        PATIENCE_MS,
      );
      return null;
    } catch (error) {
      const why = whyOf(error);
      // A lock of the remote is another who is pushing
      if (/stale info|fetch first|non-fast-forward|cannot lock ref|failed to update ref/.test(why)) return why;
      return this.#afterLostPush(commit, why);
    }
  }

  /** The remote may have taken it, and its answer been lost. Null where it has. */
  async #afterLostPush(commit: string, why: string): Promise<null> {
    const tip = await this.#listed().catch(() => null);
    if (tip === null) throw new LlmciError('state-unsure', { store: this.name, why });
    if (tip === commit) return null;
    throw this.#unreachable(why);
  }

  #readAt(tip: string, path: string): Promise<string | null> {
    return askBytes(this.#repository, ['show', `${tip}:${path}`]).then(textOfStateFile, (error: unknown) => {
      if (/does not exist|exists on disk, but not in/.test(whyOf(error))) return null;
      throw this.#unreachable(whyOf(error));
    });
  }

  #hash(ref: string): Promise<string | null> {
    return ask(this.#repository, ['rev-parse', '--verify', '--quiet', ref]).then(
      (text) => text.trim(),
      () => null,
    );
  }

  #unreachable(why: string): LlmciError {
    return new LlmciError('state-unreachable', { store: this.name, why });
  }
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

/** Git leaves tokens out of addresses that it can read, and only of these. */
function whyOf(error: unknown): string {
  const { stderr = '', message } = error as Error & { stderr?: string };
  const why = stderr.trim().replaceAll(/\s*\n\s*/g, '; ') || message;
  return why.replaceAll(/\/\/[^\s'"]*@/g, '//');
}
