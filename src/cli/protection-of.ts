import type { RunSettings } from '../model/run-settings.js';
import type { Protection } from '../model/weakening.js';
import { findWeakening } from '../review/find-weakening.js';
import type { Terminal } from './terminal.js';

/** The flags that say what a change is compared with, and whether weakening fails it. */
export interface ProtectionFlags {
  readonly base?: string;
  readonly protect?: boolean;
}

/** What the change does to what judges it (`config`: in place of llmci.yaml); where that fails the run, with those who have signed it off. */
export async function protectionOf(
  root: string,
  flags: ProtectionFlags,
  env: Terminal['env'],
  config: string | null,
): Promise<Protection | null> {
  const found = await findWeakening(root, env, flags.base ?? null, flags.protect ?? false, config ?? undefined);
  if (!found?.enforced) return found;
  const { signWeakening } = await import('../review/sign-weakening.js');
  const { restOf } = await import('./rest-of.js');
  return signWeakening(root, found, env, restOf(env), config ?? undefined);
}

/**
 * The flags of a command that judges what was run before: what was protected then stays so, since a run that failed for what the
 * change weakens must not pass by being resumed, merged or scored again.
 */
export function protectedAs(
  before: readonly { readonly base: string | null }[],
  { base: given, protect }: ProtectionFlags,
): ProtectionFlags {
  const base = given ?? before.find((each) => each.base !== null)?.base ?? null;
  return { protect: protect === true || before.length > 0, ...(base === null ? {} : { base }) };
}

/** In a pull request it is the base that says what was good: a baseline that the change brings would approve itself. */
export function withBaseline(settings: RunSettings, protection: Protection | null): RunSettings {
  const commit = protection?.base?.commit;
  return settings.baseline !== null || commit === undefined ? settings : { ...settings, baseline: `base:${commit}` };
}
