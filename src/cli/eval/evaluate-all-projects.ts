import { relative, resolve } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { requireFolder } from '../../project/source/files.js';
import { findProjects } from '../find-project.js';
import { showError } from '../show-error.js';
import type { Terminal } from '../terminal.js';
import type { EvalFlags } from './eval-flags.js';
import { evaluateFromCli } from './evaluate-from-cli.js';

/** Exit codes of projects from the one that says most about all of them to the one that says least. */
const WEIGHT: readonly number[] = [EXIT.fail, EXIT.usage, EXIT.error, EXIT.pass];

/**
 * Runs the suites of every project at and below a folder, one after the other, as `--cwd` would. Returns the exit code that
 * weighs most: one project that fails fails all, and one that could not be judged is no pass. An interruption ends it.
 */
export async function evaluateAllProjects(flags: EvalFlags, terminal: Terminal): Promise<number> {
  const current = terminal.cwd();
  const folder = requireFolder(resolve(current, flags.cwd ?? '.'));
  const projects = await findProjects(folder);
  if (projects.length === 0) throw new LlmciError('no-suites', { folder });
  const codes: number[] = [];
  for (const project of projects) {
    if (!flags.quiet) terminal.stderr.write(`\n== ${relative(current, project) || '.'}\n`);
    const code = await evaluateFromCli([], { ...flags, cwd: project }, terminal).catch((error) =>
      showError(error, terminal),
    );
    if (!WEIGHT.includes(code)) return code;
    codes.push(code);
  }
  return WEIGHT.find((code) => codes.includes(code)) ?? EXIT.error;
}
