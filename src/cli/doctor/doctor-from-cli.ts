import { resolve } from 'node:path';
import { realWorld } from '../../calls/world.js';
import { dayOf } from '../../core/text/day.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { count } from '../../core/text/format.js';
import { printable } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import { type Diagnosis, diagnose } from '../../doctor/index.js';
import { runSettingsSchema } from '../../model/run-settings.js';
import { lintFiles } from '../../project/lint/lint.js';
import { loadProject } from '../../project/load.js';
import { wrap } from '../../reporters/layout/layout.js';
import { estimatePlan } from '../../runs/estimates/dry-run.js';
import { repositoryAround } from '../../store/files/places.js';
import { nodeVersion, toolVersion } from '../../store/files/version.js';
import { openOut } from '../../store/git/out-folder.js';
import type { Terminal } from '../terminal.js';

/** The flags of doctor as commander parses them. */
export interface DoctorFlags {
  readonly online?: boolean;
  readonly out: string;
  readonly config?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

const WIDTH = 100;
const SIGNS = { ok: '✓', warn: '!', error: '✗' } as const;

/** The doctor command. Returns the exit code. */
export async function doctorFromCli(flags: DoctorFlags, terminal: Terminal): Promise<number> {
  const { env, stdout } = terminal;
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const project = await loadProject({ cwd, config: flags.config, env, thorough: true });
  const { root, prompts, suites, threads, warnings } = project;
  try {
    if (prompts.size + suites.size === 0) throw new LlmciError('nothing-found', { folder: root });
    const world = realWorld(env);
    const options = { ...runSettingsSchema.parse({}), out: await openOut(root, flags.out) };
    const examined = {
      ...{ project, env, date: world.date(), node: nodeVersion(), version: toolVersion() },
      repository: repositoryAround(root) ?? root,
      lint: await lintFiles({ project, problems: warnings }, dayOf(world.date()), null),
      columns: await estimatePlan(project, options, world),
    };
    const found = await diagnose(examined, flags.online ?? false);
    const width = Math.min(stdout.columns ?? WIDTH, 120);
    stdout.write(printable(`${flags.json ? printableJson(toJson(root, found), 2) : describe(found, width)}\n`));
    return errorsIn(found) > 0 ? EXIT.fail : EXIT.pass;
  } finally {
    await threads.close();
  }
}

function toJson(root: string, found: readonly Diagnosis[]): object {
  return { root, errors: errorsIn(found), checks: found };
}

function describe(found: readonly Diagnosis[], width: number): string {
  const parts = found.map(({ check, findings }) => {
    const lines = findings.flatMap(({ level, text, remedy }) => [
      ...wrap(text, width - 4).map((line, index) => `  ${index === 0 ? SIGNS[level] : ' '} ${line}`),
      ...(remedy === null
        ? []
        : wrap(remedy, width - 6).map((line, index) => `    ${index === 0 ? '→' : ' '} ${line}`)),
    ]);
    return [check, ...lines].join('\n');
  });
  const errors = errorsIn(found);
  const end = errors === 0 ? 'Nothing has to be mended.' : `${count(errors, 'thing')} to mend.`;
  return [...parts, end].join('\n\n');
}

function errorsIn(found: readonly Diagnosis[]): number {
  return found.flatMap(({ findings }) => findings).filter(({ level }) => level === 'error').length;
}
