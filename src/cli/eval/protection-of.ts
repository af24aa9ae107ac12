import type { RunSettings } from '../../model/run-settings.js';
import type { Protection } from '../../model/weakening.js';
import { findWeakening } from '../../review/find-weakening.js';
import type { Terminal } from '../terminal.js';
import type { EvalFlags } from './eval-flags.js';

/** What the change does to what judges it; where that fails the run, with those who have signed it off. */
export async function protectionOf(root: string, flags: EvalFlags, env: Terminal['env']): Promise<Protection | null> {
  const found = await findWeakening(root, env, flags.base ?? null, flags.protect ?? false);
  if (!found?.enforced) return found;
  const { signWeakening } = await import('../../review/sign-weakening.js');
  const { restOf } = await import('../rest-of.js');
  return signWeakening(root, found, env, restOf(env));
}

/** In a pull request it is the base that says what was good: a baseline that the change brings would approve itself. */
export function withBaseline(settings: RunSettings, protection: Protection | null): RunSettings {
  const commit = protection?.base?.commit;
  return settings.baseline !== null || commit === undefined ? settings : { ...settings, baseline: `base:${commit}` };
}
