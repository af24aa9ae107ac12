import { resolve } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { writeJson } from '../../core/text/write-json.js';
import type { Problem } from '../../model/problem.js';
import { rootPath } from '../../project/files.js';
import { type Linted, lintFiles } from '../../project/lint.js';
import { readWhatCanBeRead } from '../../project/load.js';
import type { Terminal } from '../terminal.js';
import { describeFindings } from './describe-findings.js';

/** The flags of lint as commander parses them. */
export interface LintFlags {
  readonly config?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The lint command. Returns the exit code. */
export async function lintFromCli(files: readonly string[], flags: LintFlags, terminal: Terminal): Promise<number> {
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const read = await readWhatCanBeRead({ cwd, config: flags.config, env: terminal.env, thorough: true });
  const { root, prompts, suites, threads } = read.project;
  try {
    if (prompts.size + suites.size === 0 && read.problems.length === 0)
      throw new LlmciError('nothing-found', { folder: root });
    const today = new Date().toISOString().slice(0, 10);
    const linted = limitTo(
      files.map((file) => rootPath(root, resolve(cwd, file))),
      await lintFiles(read, today, null),
    );
    const all = [...linted.broken, ...linted.problems];
    terminal.stdout.write(
      flags.json ? `${writeJson(toJson(root, all), 2)}\n` : describeFindings(all, prompts.size, terminal),
    );
    return exitCodeOf(linted);
  } finally {
    await threads.close();
  }
}

/** What is found in some files; in all when none is named. */
function limitTo(files: readonly string[], linted: Linted): Linted {
  if (files.length === 0) return linted;
  const isWanted = ({ file }: Problem) => files.some((wanted) => file === wanted || file.startsWith(`${wanted}/`));
  return { ...linted, broken: linted.broken.filter(isWanted), problems: linted.problems.filter(isWanted) };
}

function toJson(root: string, problems: readonly Problem[]): object {
  const errors = problems.filter(({ severity }) => severity !== 'warning').length;
  return { root, errors, warnings: problems.length - errors, problems };
}

function exitCodeOf({ broken, problems }: Linted): number {
  if (broken.length > 0) return EXIT.usage;
  return problems.some(({ severity }) => severity === 'error') ? EXIT.fail : EXIT.pass;
}
