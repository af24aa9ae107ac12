import { resolve } from 'node:path';
import { Stop } from '../../../calls/stop.js';
import { LlmciError } from '../../../core/text/errors.js';
import { EXIT } from '../../../core/text/exit-code.js';
import { namesOf } from '../../../core/text/names-of.js';
import { printableLine } from '../../../core/text/printable.js';
import { runSettingsSchema } from '../../../model/run-settings.js';
import { loadProject } from '../../../project/load.js';
import { failedCases } from '../../../runs/setup/failed-cases.js';
import { readRun } from '../../../store/runs/runs.js';
import { protectionOf, withBaseline } from '../../protection-of.js';
import { GRACE_MS, runToEnd, type Showing } from '../../run-to-end.js';
import { showError } from '../../show-error.js';
import type { EvalFlags } from '../eval-flags.js';
import type { GivenSettings } from '../settings-from-flags.js';
import type { FileChange, Key, Wanted } from './wanted.js';

const KEYS = 'Enter runs again, a all, f what failed, q quits';

/** Files and suites that a line names. */
const NAMED = 3;

/** Where a watch runs, and what it was asked for. */
interface Watched extends Showing {
  readonly root: string;
  readonly cwd: string;
  readonly out: string;
  readonly asked: GivenSettings;
  readonly flags: EvalFlags;
}

/** What one run of a watch is of. */
interface Selection extends Pick<GivenSettings, 'suites' | 'cases'> {
  /** Whether it has all that was asked for of its suites. */
  readonly whole: boolean;
}

/** Runs that follow each other. One that is going is ended for what is wanted next. */
export class WatchSession {
  readonly #wanted: Wanted;
  readonly #watched: Watched;
  readonly #all: Selection;
  #last: Selection;
  /** Suites that were touched and that no run has evaluated since; null for all. */
  #due: ReadonlySet<string> | null = new Set();
  /** The newest run that came to its end. */
  #finished: string | null = null;
  #isRunning = false;
  #isBroken = false;

  constructor(wanted: Wanted, watched: Watched) {
    const { suites, cases } = watched.asked;
    this.#wanted = wanted;
    this.#watched = watched;
    this.#all = { suites, cases, whole: true };
    this.#last = this.#all;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Runs all that was asked for, and then what is wanted. Returns the exit code. */
  async run(): Promise<number> {
    let exitCode = await this.#evaluate(this.#all);
    // A flag that is wrong stays wrong
    if (exitCode === EXIT.usage && this.#finished === null && this.#due?.size === 0) return exitCode;
    for (;;) {
      if (!this.#wanted.isAny) this.#tell(`\nWatching for changes: ${KEYS}.`);
      await new Promise<void>((resolve) => this.#wanted.whenAny(resolve));
      if (this.#wanted.ended !== null) return this.#wanted.ended;
      const { key, change } = this.#wanted.take();
      if (key === 'quit') return exitCode;
      if (change) this.#isBroken = change.broken !== null;
      if (change?.broken) exitCode = showError(change.broken.error, this.#watched.terminal);
      const next = change?.broken ? null : await this.#choose(key, change);
      if (next) exitCode = await this.#evaluate(next);
    }
  }

  /** Files have changed, and nothing that is run is another for it: none depends on them, or they are again what they were. */
  tellUntouched(files: readonly string[]): void {
    const again = this.#isBroken ? 'all files can be read again, and ' : '';
    this.#isBroken = false;
    if (!this.#isRunning) this.#tell(`${nameAll(files)} changed: ${again}what is run here is the same with it.`);
  }

  async #choose(key: Key | null, change: FileChange | null): Promise<Selection | null> {
    const { out, asked, terminal } = this.#watched;
    if (change && this.#due) this.#due = new Set([...this.#due, ...change.touched.keys()]);
    if (key === 'all') return this.#all;
    if (key === 'failed') {
      try {
        return { ...(await failedCases(out, this.#finished ?? 'latest')), whole: false };
      } catch (error) {
        showError(error, terminal);
        return null;
      }
    }
    if (this.#due === null) return this.#all;
    if (this.#due.size === 0) return key === 'again' ? this.#last : null;
    if (change) this.#tell(`\n${nameAll(change.files)} changed: ${describeTouched(change.touched)}.`);
    return { suites: [...this.#due], cases: asked.cases, whole: true };
  }

  async #evaluate(selection: Selection): Promise<number> {
    const { root, cwd, out, asked, flags, terminal } = this.#watched;
    const { env } = terminal;
    const stop = new Stop();
    let timer: NodeJS.Timeout | null = null;
    this.#wanted.whenAny(() => {
      // A signal the run hears itself
      if (this.#wanted.ended !== null) return;
      stop.request('replaced');
      timer = setTimeout(() => stop.cancel(), GRACE_MS);
    });
    this.#last = selection;
    this.#isRunning = true;
    const before = await this.#newest();
    try {
      const protection = await protectionOf(root, flags, env, asked.config ?? null);
      const settings = withBaseline(
        runSettingsSchema.parse({ ...asked, suites: selection.suites, cases: selection.cases }),
        protection,
      );
      const config = settings.config === null ? undefined : resolve(root, settings.config);
      const project = await loadProject({ env, cwd, root, config, models: settings.models });
      const options = { ...settings, out, shard: null, past: null, protection };
      const exitCode = await runToEnd(project, options, this.#watched, stop);
      if (stop.reason !== 'replaced') await this.#settle(selection, before);
      else if (selection.whole) this.#addDue(selection.suites);
      return exitCode;
    } catch (error) {
      // It is waited for
      if (error instanceof LlmciError && error.code === 'invalid-files') this.#addDue(selection.suites);
      return showError(error, terminal);
    } finally {
      this.#isRunning = false;
      if (timer !== null) clearTimeout(timer);
    }
  }

  /** A run has come to its end, if there was one. */
  async #settle({ suites, whole }: Selection, before: string | null): Promise<void> {
    const newest = await this.#newest();
    if (newest === before) return;
    this.#finished = newest;
    if (!whole) return;
    const isDone = (suite: string) => suites === undefined || suites.includes(suite);
    this.#due = suites === undefined ? new Set() : new Set([...(this.#due ?? [])].filter((each) => !isDone(each)));
  }

  async #newest(): Promise<string | null> {
    const run = await readRun(this.#watched.out, 'latest').catch(() => null);
    return run?.summary.runId ?? null;
  }

  #addDue(suites: readonly string[] | undefined): void {
    this.#due = suites === undefined || this.#due === null ? null : new Set([...this.#due, ...suites]);
  }

  /** On standard error: standard output is for reports. */
  #tell(line: string): void {
    const { terminal, flags } = this.#watched;
    if (!flags.quiet) terminal.stderr.write(`${line}\n`);
  }
}

function nameAll(names: readonly string[]): string {
  return printableLine(namesOf(names, NAMED), 200);
}

/** `reply is run, as prompt reply has changed`. */
function describeTouched(touched: ReadonlyMap<string, string>): string {
  const [first] = touched;
  if (first === undefined) return 'what it had touched before is run';
  const [suite, why] = first;
  return printableLine(
    touched.size === 1
      ? `${suite} is run, as ${why}`
      : `${namesOf([...touched.keys()], NAMED)} are run; ${suite}, as ${why}`,
    300,
  );
}
