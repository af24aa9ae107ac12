import type { Execution } from '../answers/execution.js';
import type { Tally } from '../answers/tally.js';
import type { Embedder } from '../embedders/embedder.js';
import type { ScoreTools } from '../metrics/score-tools.js';
import type { EmbeddingsEngine } from '../model/config.js';
import type { Project } from '../project/load.js';
import type { EarlierOutputs } from './earlier-outputs.js';
import { EmbeddingService, type EmbeddingsContext } from './embeddings.js';
import { type Judge, type JudgeCaller, noJudge } from './judge.js';
import { ModerationService, type ModerationsContext } from './moderations.js';
import { makeRunner } from './programs.js';

/** What metrics are served by besides engines of embeddings. */
export interface ToolServices {
  readonly tally: Pick<Tally, 'spend'>;
  /** Null when no metric asks one. */
  readonly judge: Judge | null;
  /** Null when no outputs of an earlier run are needed. */
  readonly earlier: EarlierOutputs | null;
}

/** What metrics may use of the world. An engine starts when the first metric asks for it. */
export class Tools {
  readonly #project: Pick<Project, 'root' | 'config'>;
  readonly #context: EmbeddingsContext & ModerationsContext;
  readonly #services: ToolServices;
  /** By the kind of engine, and by the suite where that has a budget: one request may hold texts of several others. */
  readonly #embedders = new Map<string, Promise<Embedder>>();
  readonly #remote: EmbeddingService[] = [];
  /** By the model, as metrics name it. */
  readonly #moderations = new Map<string, ModerationService>();
  readonly #run: ScoreTools['run'];

  constructor(
    project: Pick<Project, 'root' | 'config'>,
    context: EmbeddingsContext & ModerationsContext & Pick<Execution, 'stop' | 'programWorld'>,
    services: ToolServices,
  ) {
    this.#project = project;
    this.#context = context;
    this.#services = services;
    const stopped = new AbortController();
    this.#run = makeRunner(project.root, context.programWorld, stopped.signal);
    context.stop.onCancel(() => {
      stopped.abort();
      // What is pending then rejects, and a thread of its own ends
      void this.close();
    });
  }

  readonly #embedLocally: ScoreTools['embedLocally'] = (texts) => this.#embedWith({ kind: 'local' }, null, texts);

  /** The tools of one metric for one sample. */
  for(caller: JudgeCaller): ScoreTools {
    const { judge, earlier } = this.#services;
    const { suite } = caller.labels;
    const { embeddings } = this.#project.config;
    const payer = embeddings.kind === 'provider' && this.#context.budgets.limits(suite) ? suite : null;
    return {
      embed: (texts) => this.#embedWith(embeddings, payer, texts),
      embedder: this.#embedder,
      embedLocally: this.#embedLocally,
      ask: judge === null ? noJudge.ask : (question) => judge.ask(caller, question),
      moderate: (model, text) => this.#moderatorOf(model).moderate(text, suite),
      baseline: async () => (await earlier?.outputOf(caller.labels)) ?? null,
      run: this.#run,
    };
  }

  get #embedder(): string {
    const { embeddings } = this.#project.config;
    if (embeddings.kind === 'local') return 'local';
    return `${embeddings.kind === 'provider' ? embeddings.provider : embeddings.kind}/${embeddings.model}`;
  }

  /** What the reader of a verdict has to know about what was used. */
  get notes(): readonly string[] {
    return [...this.#remote, ...this.#moderations.values()].flatMap((service) => service.describe() ?? []);
  }

  async close(): Promise<void> {
    for (const embedder of this.#embedders.values()) await (await embedder.catch(() => null))?.close();
  }

  #moderatorOf(model: string): ModerationService {
    const service = this.#moderations.get(model) ?? new ModerationService(this.#context, model);
    this.#moderations.set(model, service);
    return service;
  }

  async #embedWith(
    engine: EmbeddingsEngine,
    suite: string | null,
    texts: readonly string[],
  ): Promise<readonly Float32Array[]> {
    const key = JSON.stringify([engine.kind, suite]);
    let embedder = this.#embedders.get(key);
    if (!embedder) {
      embedder = this.#start(engine, suite);
      this.#embedders.set(key, embedder);
    }
    return (await embedder).embed(texts);
  }

  async #start(engine: EmbeddingsEngine, suite: string | null): Promise<Embedder> {
    const { createEmbedder } = await import('../embedders/index.js');
    return createEmbedder(engine, {
      root: this.#project.root,
      service: (provider, model) => this.#serve(provider, model, suite),
    });
  }

  #serve(provider: string, model: string, suite: string | null): EmbeddingService {
    const service = new EmbeddingService(this.#context, { provider, model, suite }, this.#services.tally);
    this.#remote.push(service);
    return service;
  }
}
