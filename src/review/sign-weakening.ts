import { judgeSignatures, lacksSignOff } from '../core/prompts/judge-signatures.js';
import type { EnvironmentVariables } from '../model/environment-variables.js';
import type { Protection, Weakening } from '../model/weakening.js';
import type { Rest } from '../publish/code-host.js';
import { diffStates } from './diff-states.js';
import { projectAt, WORKING_TREE } from './project-state.js';
import { readSignatures } from './review-change.js';
import { signedItems } from './signed-items.js';

/** No figure of a diff that depends on a price is looked at here. */
const NO_PRICES = { own: {}, listed: () => () => null };

/**
 * What a change weakens, with those who have signed it off: by the rules of `llmci review`, and at least one person, also
 * where llmci.yaml asks for none. What belongs to no prompt and no rule, as recorded answers, nobody can sign.
 */
export async function signWeakening(
  root: string,
  protection: Protection,
  env: EnvironmentVariables,
  rest: Rest,
  config?: string,
): Promise<Protection> {
  const { base, weakened } = protection;
  if (base === null || weakened.length === 0) return protection;
  const [from, to] = [await projectAt(root, base.commit, config), await projectAt(root, WORKING_TREE, config)];
  const diff = await diffStates(root, from, to, NO_PRICES);
  const files = new Set(weakened.map(({ file }) => file));
  const items = signedItems(diff, from, to).filter(({ id, paths }) => [id, ...paths].some((path) => files.has(path)));
  const { signatures, fault } = await readSignatures({ root, base: base.commit, from, diff, items }, env, rest);
  const judged = items.map((item) => ({
    paths: new Set([item.id, ...item.paths]),
    signOff: judgeSignatures({ ...item, needed: Math.max(1, item.needed) }, signatures),
  }));
  const sign = (each: Weakening): Weakening => {
    const own = judged.filter(({ paths }) => paths.has(each.file));
    if (own.length === 0 || own.some(({ signOff }) => lacksSignOff(signOff))) return each;
    return { ...each, signedBy: [...new Set(own.flatMap(({ signOff }) => signOff.signed))] };
  };
  return { ...protection, weakened: weakened.map(sign), ...(fault === null ? {} : { unsigned: fault }) };
}
