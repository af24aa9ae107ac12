import type { Accounts } from '../answers/accounts.js';
import type { AnswerPool } from '../answers/answer-pool.js';
import type { Budgets } from '../answers/budgets.js';
import type { Reach } from '../answers/reach.js';
import { makeRunner, type ProgramWorld } from '../calls/programs.js';
import type { Stop } from '../calls/stop.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { withPatience } from '../core/text/patience.js';
import type { Redact } from '../core/text/redact.js';
import type { Project } from '../project/load.js';
import type { EntryStore } from '../store/answers/entry-store.js';
import type { EarlierOutputs } from './earlier-outputs.js';
import { Embedders } from './embedders.js';
import { EmbeddingService } from './embedding-service.js';
import type { Judge } from './judge-service.js';
import { ModerationService } from './moderation-service.js';
import { Tools } from './tools.js';

export interface OpenToolsOptions {
  readonly reach: Reach;
  readonly pool: AnswerPool;
  /** The embeddings that services made; null when none are to be kept. */
  readonly vectors: EntryStore | null;
  /** Whether nothing may be sent. */
  readonly offline: boolean;
  readonly budgets: Budgets;
  readonly accounts: Accounts;
  readonly redact: Redact;
  readonly world: ProgramWorld;
  readonly judge: Judge | null;
  readonly earlier: EarlierOutputs | null;
}

/** The tools of metrics, and how to let go of what they have started. */
export interface OpenTools {
  readonly tools: Tools;
  close(): Promise<void>;
}

/** Gets ready what metrics may use. It ends with `stop`; no engine or program has been started yet. */
export function openTools(
  { root, config: { embeddings: engine } }: Pick<Project, 'root' | 'config'>,
  stop: Stop,
  { reach, pool, vectors, offline, budgets, accounts, redact, world, judge, earlier }: OpenToolsOptions,
): OpenTools {
  const embedders = new Embedders({
    root,
    serve: (provider, model, suite) => {
      const reached = reach({ text: `${provider}/${model}`, provider, model });
      return new EmbeddingService({ model: reached, suite, vectors, offline, budgets, accounts, redact });
    },
  });
  const moderate = (model: string) =>
    new ModerationService({ model: reach(parseModelReference(model)), pool, offline, budgets, accounts, redact });
  stop.onCancel(() => void embedders.close());
  const run = makeRunner(root, world, stop.cancellation(), redact);
  const within = withPatience(world.now);
  const hasBudget = (suite: string) => budgets.limits(suite);
  const tools = new Tools({ engine, embedders, moderate, judge, earlier, run, within, hasBudget, redact });
  return { tools, close: () => embedders.close() };
}
