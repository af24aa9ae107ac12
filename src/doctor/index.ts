import type { Check, CheckFinding, Examined } from './check.js';
import { ci } from './ci.js';
import { coverage } from './coverage.js';
import { keys } from './keys.js';
import { models } from './models.js';
import { online } from './online.js';
import { stale } from './stale.js';
import { versions } from './versions.js';

/** THE list of what is looked at. */
const checks: readonly Check[] = [keys, models, coverage, stale, ci, versions];

/** What a check has found. */
export interface Diagnosis {
  readonly check: string;
  readonly findings: readonly CheckFinding[];
}

/** Looks at everything; services are asked only when it is wanted. */
export async function diagnose(examined: Examined, asksServices: boolean): Promise<readonly Diagnosis[]> {
  const found: Diagnosis[] = [];
  for (const { id, look } of asksServices ? [...checks, online] : checks) {
    found.push({ check: id, findings: await look(examined) });
  }
  return found;
}
