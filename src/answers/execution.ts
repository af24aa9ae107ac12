import type { Lane } from '../calls/lane.js';
import type { Stop } from '../calls/stop.js';
import type { World } from '../calls/world.js';
import type { JudgeSettings } from '../core/requests/judge-request.js';
import type { Plan } from '../core/scores/plan.js';
import type { Redact } from '../core/text/redact.js';
import type { Price } from '../model/config.js';
import type { ProviderEntry } from '../providers/entry.js';
import type { Cache } from '../store/cache.js';
import type { Cassette } from '../store/cassette.js';
import type { EntryStore } from '../store/entry-store.js';
import type { AnswerPool } from './answer-pool.js';
import type { Budgets } from './budgets.js';

/** Everything that the calls of a run need, ready. */
export interface Execution {
  readonly plan: Plan;
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  readonly lanes: ReadonlyMap<string, Lane>;
  /** By the path that suites give. */
  readonly cassettes: ReadonlyMap<string, Cassette>;
  readonly cache: Cache | null;
  /** Where live answers are looked for before a call is made. */
  readonly pool: AnswerPool;
  /** What the programs of metrics get of the world. */
  readonly programWorld: Pick<World, 'env' | 'later' | 'runProcess'>;
  /** The embeddings that services made; null when none are to be kept. */
  readonly vectors: EntryStore | null;
  /** `replay` forbids live calls; `record` keeps every answer in the cassette. */
  readonly mode: 'normal' | 'replay' | 'record';
  readonly budgets: Budgets;
  /** Null when no metric of the plan asks a judge. */
  readonly judge: JudgeSettings | null;
  readonly prices: Readonly<Record<string, Price>>;
  readonly redact: Redact;
  readonly stop: Stop;
}
