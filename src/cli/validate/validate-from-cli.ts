import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { count } from '../../core/text/format.js';
import { printable } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import { atTop, type Problem } from '../../model/problem.js';
import type { Suite } from '../../model/suite.js';
import { loadProject, type Project } from '../../project/load.js';
import { listProblems } from '../show-error.js';
import type { Terminal } from '../terminal.js';

/** The flags of validate as commander parses them. */
export interface ValidateFlags {
  readonly config?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The validate command. Returns the exit code. */
export async function validateFromCli(flags: ValidateFlags, { stdout, env, cwd: current }: Terminal): Promise<number> {
  const cwd = flags.cwd ?? current();
  try {
    const project = await loadProject({ env, cwd, config: flags.config, thorough: true });
    const { root, warnings } = project;
    if (project.prompts.size + project.suites.size === 0) throw new LlmciError('nothing-found', { folder: root });
    const notes = [...project.suites.values()].flatMap(describeDataset);
    const told = { valid: true, root, problems: warnings, ...(notes.length > 0 && { notes }) };
    stdout.write(flags.json ? `${printableJson(told, 2)}\n` : describe(project, notes));
    return EXIT.pass;
  } catch (error) {
    if (!flags.json || !(error instanceof LlmciError)) throw error;
    const problems = error.problems.length > 0 ? error.problems : [problemOf(error, cwd)];
    stdout.write(`${printableJson({ valid: false, problems }, 2)}\n`);
    return error.exitCode;
  }
}

/** What a dataset was taken for, where it says so only by its shape. */
function describeDataset({ path, datasetShapes = [] }: Suite): readonly string[] {
  return datasetShapes.map((shape) => `${path}: its dataset is read as ${shape}`);
}

function describe({ root, warnings, prompts, suites }: Project, notes: readonly string[]): string {
  const all = [...suites.values()];
  const cases = all.reduce((sum, suite) => sum + suite.cases.length, 0);
  const gates = all.flatMap((suite) => suite.columns).reduce((sum, column) => sum + column.gates.length, 0);
  const found = [count(prompts.size, 'prompt'), count(all.length, 'suite'), count(cases, 'case'), count(gates, 'gate')];
  const told = warnings.length > 0 ? `${listProblems(warnings)}\n\n` : '';
  const read = notes.map((note) => `${note}\n`).join('');
  return printable(`${told}${read}All files are valid: ${found.join(', ')}.\nProject: ${root}\n`);
}

/** What keeps any file from being looked at, as a problem of the folder. */
function problemOf({ message, hint, code }: LlmciError, folder: string): Problem {
  return { ...atTop(folder), message: `${message}. ${hint}`, rule: code, severity: 'error' };
}
