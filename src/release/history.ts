import { promptsOfLine } from '../core/releases/describe-line.js';
import type { LedgerLine } from '../model/ledger.js';
import { readEnvironment } from '../store/state/environments.js';
import { type Delivery, policyOf, requireHome } from './delivery.js';

/** Which of what has happened is asked for; null for all. */
export interface HistoryFilter {
  readonly prompt: string | null;
  readonly environment: string | null;
  /** A part of the name of who did it. */
  readonly by: string | null;
  /** Milliseconds since the epoch. */
  readonly since: number | null;
}

/** A line with the ledger that it stands in, and the prompts that it is about. */
export interface Happened {
  readonly environment: string;
  readonly prompts: readonly string[];
  readonly line: LedgerLine;
}

/** What has happened, the newest first. Throws `unknown-environment`, `broken-ledger`, `state-unreachable`. */
export async function readHistory(delivery: Delivery, wanted: HistoryFilter): Promise<readonly Happened[]> {
  const { prompt, environment, since } = wanted;
  if (environment !== null) policyOf(delivery, environment);
  await requireHome(delivery);
  const by = wanted.by?.toLowerCase() ?? '';
  const names = environment === null ? await environmentsOf(delivery) : [environment];
  const found: Happened[] = [];
  for (const name of names) {
    const { lines } = await readEnvironment(delivery.store, name);
    for (const line of lines) {
      const prompts = promptsOfLine(line, lines);
      if (prompt !== null && !prompts.includes(prompt)) continue;
      if (!line.by.name.toLowerCase().includes(by)) continue;
      if (since !== null && Date.parse(line.at) < since) continue;
      found.push({ environment: name, prompts, line });
    }
  }
  return found.sort((one, other) => Date.parse(other.line.at) - Date.parse(one.line.at) || other.line.n - one.line.n);
}

/** The environments of llmci.yaml in their order, and behind them those that only have a ledger. */
export async function environmentsOf({ environments, store }: Delivery): Promise<readonly string[]> {
  return [...new Set([...environments.keys(), ...(await store.environments())])];
}
