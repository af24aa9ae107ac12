import type { Redact } from '../core/text/redact.js';
import type { ScoreTools } from '../metrics/score-tools.js';
import type { EmbeddingsEngine } from '../model/config.js';
import type { EarlierOutputs } from './earlier-outputs.js';
import { type Embedders, nameOfEngine } from './embedders.js';
import { askNoJudge, type Judge, type JudgeCaller } from './judge-service.js';
import type { ModerationService } from './moderation-service.js';

export interface ToolsParts {
  /** The engine that llmci.yaml names. */
  readonly engine: EmbeddingsEngine;
  readonly embedders: Embedders;
  /** The service of a model, as metrics name it: `provider/model`. */
  readonly moderate: (model: string) => ModerationService;
  /** Null when no metric asks one. */
  readonly judge: Judge | null;
  /** Null when no outputs of an earlier run are needed. */
  readonly earlier: EarlierOutputs | null;
  readonly run: ScoreTools['run'];
  readonly within: ScoreTools['within'];
  /** Whether a suite has a budget of its own. */
  readonly hasBudget: (suite: string) => boolean;
  readonly redact: Redact;
}

/** What metrics may use of the world. */
export class Tools {
  readonly #parts: ToolsParts;
  /** By the model, as metrics name it. */
  readonly #moderations = new Map<string, ModerationService>();

  /** For what metrics say: code of the project can repeat any key. */
  readonly redact: Redact;

  constructor(parts: ToolsParts) {
    this.#parts = parts;
    this.redact = parts.redact;
  }

  /** The tools of one metric for one sample. */
  for(caller: JudgeCaller): ScoreTools {
    const { engine, embedders, judge, earlier, run, within, hasBudget } = this.#parts;
    const { suite } = caller.labels;
    const payer = engine.kind === 'provider' && hasBudget(suite) ? suite : null;
    return {
      embed: (texts) => embedders.embed(engine, payer, texts),
      embedder: nameOfEngine(engine),
      embedLocally: (texts) => embedders.embed({ kind: 'local' }, null, texts),
      ask: judge === null ? askNoJudge : (question) => judge.ask(caller, question),
      moderate: (model, text) => this.#moderatorOf(model).moderate(text, suite),
      baseline: async () => (await earlier?.outputOf(caller.labels)) ?? null,
      run,
      within,
    };
  }

  /** What the reader of a verdict has to know about what was used. */
  get notes(): readonly string[] {
    const moderations = [...this.#moderations.values()];
    return [...this.#parts.embedders.notes, ...moderations.flatMap((service) => service.describe() ?? [])];
  }

  #moderatorOf(model: string): ModerationService {
    const service = this.#moderations.get(model) ?? this.#parts.moderate(model);
    this.#moderations.set(model, service);
    return service;
  }
}
