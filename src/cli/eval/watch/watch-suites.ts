import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LlmciError } from '../../../core/text/errors.js';
import { EXIT } from '../../../core/text/exit-code.js';
import { isCi } from '../../../core/text/is-ci.js';
import { printable } from '../../../core/text/printable.js';
import { pathFrom } from '../../../store/files/places.js';
import { FolderWatch } from '../../../store/git/folder-watch.js';
import { openOut } from '../../../store/git/out-folder.js';
import { findProject } from '../../find-project.js';
import { targetsOf } from '../../run-to-end.js';
import type { Terminal } from '../../terminal.js';
import { askedOf } from '../asked-of.js';
import type { EvalFlags } from '../eval-flags.js';
import { listenForKeys } from './listen-for-keys.js';
import { Settled } from './settled.js';
import { TouchedSuites } from './touched-suites.js';
import { Wanted } from './wanted.js';
import { WatchSession } from './watch-session.js';

/**
 * Runs suites, and again what a changed file touches, until somebody ends it. Returns the exit code of the last run, or that
 * of the signal.
 */
export async function watchSuites(named: readonly string[], flags: EvalFlags, terminal: Terminal): Promise<number> {
  requireSomebody(terminal);
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const { root, suites } = findProject(named, cwd, 'eval');
  const out = await openOut(root, flags.out);
  const targets = targetsOf(flags, 'eval', terminal);
  const asked = await askedOf(suites, flags, { root, cwd, out });
  const config = asked.config === undefined ? undefined : resolve(root, asked.config ?? '');
  const touched = new TouchedSuites({ env: terminal.env, cwd, root, config, models: asked.models });
  const wanted = new Wanted();
  const session = new WatchSession(wanted, { root, cwd, out, asked, targets, flags, terminal });
  const settled = new Settled(async (paths) => {
    const files = [...paths].filter((path) => isWritten(root, path));
    if (files.length === 0) return;
    try {
      const suites = touched.named(asked, await touched.after(files, session.isRunning));
      if (suites.size > 0) wanted.change({ files, touched: suites, broken: null });
      else session.tellUntouched(files);
    } catch (error) {
      wanted.change({ files, touched: new Map(), broken: { error } });
    }
    for (const folder of touched.folders) folders.add(folder);
  });
  const written = new Set(targets.flatMap(({ file }) => (file === null ? [] : pathFrom(root, file.find()))));
  const folders = await FolderWatch.open(root, out, {
    // A report is written beside its place first
    onChange: (path) => {
      const isOurs = !path.startsWith('../') || resolve(root, path) === config;
      if (isOurs && !written.has(path.replace(/\.\w{8}\.tmp$/, ''))) settled.add(path);
    },
    onTrouble: (path, { message }) =>
      void terminal.stderr.write(printable(`warning: changes in ${path || '.'} cannot be seen: ${message}\n`)),
  });
  const releases = [listenForEnd(wanted, terminal), listenForKeys(terminal, (key) => wanted.press(key))];
  try {
    // What suites depend on now; a broken file is told by the run
    await touched.after([]).catch(() => undefined);
    for (const folder of touched.folders) folders.add(folder);
    return await session.run();
  } finally {
    for (const release of releases) release();
    settled.close();
    folders.close();
  }
}

/** Folders tell nothing by themselves, and editors keep copies beside what they write. */
function isWritten(root: string, path: string): boolean {
  return !/(?:^|\/)\.(?!\.\/)|~$/.test(path) && !statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory();
}

/** The first signal ends the watch when its run has ended, which hears it too; later ones are left to the run, and the system. */
function listenForEnd(wanted: Wanted, terminal: Terminal): () => void {
  const release = () => {
    terminal.off('SIGINT', onInterrupt);
    terminal.off('SIGTERM', onTerminate);
  };
  const end = (exitCode: number) => {
    release();
    wanted.end(exitCode);
  };
  const onInterrupt = () => end(EXIT.interrupted);
  const onTerminate = () => end(EXIT.terminated);
  terminal.on('SIGINT', onInterrupt);
  terminal.on('SIGTERM', onTerminate);
  return release;
}

/** A watch ends when somebody ends it: in CI, or behind a pipe, nobody would. Throws `bad-flag`. */
function requireSomebody({ stdin, env }: Terminal): void {
  if (stdin.isTTY && !isCi(env)) return;
  const why = `it stays until somebody ends it, and ${isCi(env) ? 'this is CI' : 'there is no terminal here'}`;
  throw new LlmciError('bad-flag', { flag: '--watch', why, command: 'eval' });
}
