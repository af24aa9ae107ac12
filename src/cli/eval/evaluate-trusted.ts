import { LlmciError } from '../../core/text/errors.js';
import { namesOf } from '../../core/text/names-of.js';
import { runSettingsSchema } from '../../model/run-settings.js';
import type { Project } from '../../project/load.js';
import { loadTrusted, type TrustedProject } from '../../project/trusted-project.js';
import { weakenedBeside } from '../../review/find-weakening.js';
import type { StartOptions } from '../../runs/setup/start-options.js';
import { runToEnd, type Showing } from '../run-to-end.js';
import type { EvalFlags } from './eval-flags.js';
import type { GivenSettings } from './settings-from-flags.js';
import { showPlan } from './show-plan.js';

/** Files that a note names. */
const NAMED = 10;

interface TrustedShowing extends Showing {
  readonly flags: EvalFlags;
  readonly out: string;
}

/**
 * Judges prompts and datasets of a working tree by the suites, gates, code, configuration and baselines of a commit. Nothing
 * but new runs is read from or written to the folder for runs. Returns the exit code.
 */
export async function evaluateTrusted(
  root: string,
  ref: string,
  given: GivenSettings,
  { out, ...showing }: TrustedShowing,
): Promise<number> {
  const { env } = showing.terminal;
  const settings = runSettingsSchema.parse({ ...given, cache: false });
  const { config, models } = settings;
  const trusted = await loadTrusted(root, ref, { env, models, config: config ?? undefined });
  const { project, commit } = trusted;
  try {
    requireBudget(project, settings.budgetUsd);
    // Datasets and output schemas judge too, and are what the change brings
    const weakened = await weakenedBeside(root, commit, { root: project.root, config: trusted.config });
    const options: StartOptions = {
      ...settings,
      out,
      shard: null,
      past: null,
      protection: { base: { name: ref, commit }, weakened, enforced: false },
      trusted: { root, notes: notesOn(trusted, ref) },
    };
    const { flags, terminal } = showing;
    return flags.dryRun ? await showPlan(project, options, flags, terminal) : await runToEnd(project, options, showing);
  } finally {
    await project.threads.close();
    await trusted.remove();
  }
}

/** Whoever proposes a change decides how much is asked: that has to have an end which they cannot move. */
function requireBudget({ config, providers, suites }: Project, budgetUsd: number | null): void {
  const { usd, tokens, calls } = config.budget;
  if (budgetUsd !== null || usd !== null || tokens !== null || calls !== null) return;
  const columns = [...suites.values()].flatMap((suite) => suite.columns);
  if (columns.every(({ model }) => providers.get(model.provider)?.definition.free)) return;
  const why = 'the trusted commit sets no budget in llmci.yaml; set one there, or give --budget DOLLARS';
  throw new LlmciError('bad-flag', { flag: '--trusted', why, command: 'eval' });
}

function notesOn({ commit, taken }: TrustedProject, ref: string): string[] {
  const name = ref === commit ? commit.slice(0, 7) : `${ref} (${commit.slice(0, 7)})`;
  const read = taken.length === 0 ? 'no file' : namesOf(taken, NAMED);
  return [
    `Judged by ${name}: suites, gates, code, configuration, judges, cassettes and baselines are those of that commit. Read from the working tree, as data: ${read}${taken.length === 0 ? ', since its prompts and datasets are the same' : ''}.`,
  ];
}
