import { wholeName } from '../../store/runs/runs.js';
import type { EvalFlags } from './eval-flags.js';
import { type GivenSettings, settingsFromFlags } from './settings-from-flags.js';

/**
 * What flags ask of a run, with `--failed` put into the suites and cases that it means. Throws what `failedCases` throws.
 */
export async function askedOf(
  suites: readonly string[],
  flags: EvalFlags,
  { root, cwd, out }: { readonly root: string; readonly cwd: string; readonly out: string },
): Promise<GivenSettings> {
  const given = settingsFromFlags(suites, flags, { root, cwd });
  if (flags.failed === undefined) return given;
  const { failedCases } = await import('../../runs/setup/failed-cases.js');
  const failed = await failedCases(out, flags.failed === true ? 'latest' : wholeName(cwd, flags.failed));
  return { ...given, cases: failed.cases, suites: given.suites ?? failed.suites };
}
