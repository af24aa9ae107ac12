import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { realWorld } from '../../calls/world.js';
import { workflowCommands } from '../../core/text/annotations.js';
import { dayOf } from '../../core/text/day.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable } from '../../core/text/printable.js';
import { sarifLog } from '../../core/text/sarif.js';
import { printableJson } from '../../core/text/write-json.js';
import { blocks, type Problem } from '../../model/problem.js';
import { textsAt } from '../../project/lint/base-texts.js';
import { type Linted, lintFiles } from '../../project/lint/lint.js';
import type { BaseTexts } from '../../project/lint/lint-view.js';
import { readWhatCanBeRead } from '../../project/load.js';
import { fixTexts } from '../../project/source/fix-texts.js';
import { isInside, pathFrom, pathInRepository } from '../../store/files/places.js';
import { toolVersion } from '../../store/files/version.js';
import { findBase } from '../../store/git/base-ref.js';
import { reportPlace, reportToFile } from '../report-file.js';
import type { Terminal } from '../terminal.js';
import { describeFindings } from './describe-findings.js';
import { FINDING_RULES, findingsOf } from './lint-findings.js';

/** The flags of lint as commander parses them. */
export interface LintFlags {
  readonly config?: string;
  readonly cwd?: string;
  readonly json?: boolean;
  readonly base?: string;
  readonly sarif?: string;
  readonly github?: boolean;
  readonly fix?: boolean;
}

/** The lint command. Returns the exit code. */
export async function lintFromCli(files: readonly string[], flags: LintFlags, terminal: Terminal): Promise<number> {
  if (flags.fix) await fixFirst(files, flags, terminal);
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const read = await readWhatCanBeRead({ cwd, config: flags.config, env: terminal.env, thorough: true });
  const { root, prompts, suites, threads } = read.project;
  try {
    for (const file of files) requireThere(root, cwd, file);
    if (prompts.size + suites.size === 0 && read.problems.length === 0)
      throw new LlmciError('nothing-found', { folder: root });
    const today = dayOf(realWorld().date());
    const linted = limitTo(
      files.map((file) => pathFrom(root, resolve(cwd, file))),
      await lintFiles(read, today, await baseOf(root, flags.base, terminal)),
    );
    const all = [...linted.broken, ...linted.problems];
    const findings = findingsOf(all, pathInRepository(root));
    if (flags.sarif !== undefined) {
      const log = sarifLog(findings, { version: toolVersion(), rules: FINDING_RULES });
      await reportToFile(reportPlace(cwd, flags.sarif), terminal, async (sink) =>
        sink.write(`${printableJson(log, 2)}\n`),
      );
    }
    if (flags.github) for (const line of workflowCommands(findings)) terminal.stdout.write(`${line}\n`);
    terminal.stdout.write(
      flags.json ? `${printableJson(toJson(root, all), 2)}\n` : describeFindings(all, prompts.size, terminal),
    );
    return exitCodeOf(linted);
  } finally {
    await threads.close();
  }
}

/** Writes what can be fixed, and tells each on standard error; what is found after that is told as ever. */
async function fixFirst(files: readonly string[], flags: LintFlags, terminal: Terminal): Promise<void> {
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const read = await readWhatCanBeRead({ cwd, config: flags.config, env: terminal.env, thorough: true });
  const { root, threads } = read.project;
  try {
    const today = dayOf(realWorld().date());
    const wanted = files.map((file) => pathFrom(root, resolve(cwd, file)));
    const { hits } = await lintFiles(read, today, null);
    const told = hits.filter(({ spot }) => wanted.length === 0 || wanted.includes(spot.file));
    for (const { file, line, rule } of await fixTexts(root, told))
      terminal.stderr.write(printable(`fixed ${file}:${line}  ${rule}\n`));
  } finally {
    await threads.close();
  }
}

/**
 * What prompts were in the base of the change: of the commit that is named, else of the one that the CI system's variables
 * lead to. One that cannot be had is told, and what compares with it finds nothing; one that is named must be there.
 */
async function baseOf(root: string, named: string | undefined, { env, stderr }: Terminal): Promise<BaseTexts | null> {
  try {
    const base = await findBase(root, env, named ?? null);
    return base === null ? null : await textsAt(root, base.commit);
  } catch (error) {
    if (named !== undefined || !(error instanceof LlmciError)) throw error;
    stderr.write(`note: nothing is compared with the base of the change: ${error.message}\n`);
    return null;
  }
}

/** Of a file that is not there nothing would be found, and all be well. Throws `bad-flag`. */
function requireThere(root: string, cwd: string, file: string): void {
  const place = resolve(cwd, file);
  const why = !existsSync(place)
    ? 'there is no such file or folder'
    : isInside(root, place)
      ? null
      : 'it is outside of the project';
  if (why !== null) throw new LlmciError('bad-flag', { flag: file, why, command: 'lint' });
}

/** What is found in some files; in all when none is named. */
function limitTo(files: readonly string[], linted: Linted): Linted {
  if (files.length === 0) return linted;
  const isWanted = ({ file }: Problem) =>
    files.some((wanted) => wanted === '' || file === wanted || file.startsWith(`${wanted}/`));
  return { ...linted, broken: linted.broken.filter(isWanted), problems: linted.problems.filter(isWanted) };
}

function toJson(root: string, problems: readonly Problem[]): object {
  const errors = problems.filter(blocks).length;
  return { root, errors, warnings: problems.length - errors, problems };
}

function exitCodeOf({ broken, problems }: Linted): number {
  if (broken.length > 0) return EXIT.usage;
  return problems.some(({ severity }) => severity === 'error') ? EXIT.fail : EXIT.pass;
}
