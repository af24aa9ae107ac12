import type { Embedder } from '../embedders/embedder.js';
import type { EmbeddingsEngine } from '../model/config.js';
import type { EmbeddingService } from './embedding-service.js';

export interface EmbeddersParts {
  readonly root: string;
  /** The service of a provider's model; with a suite, for that one alone. */
  readonly serve: (provider: string, model: string, suite: string | null) => EmbeddingService;
}

/** The engines of embeddings that metrics use. One starts when the first text comes for it. */
export class Embedders {
  readonly #parts: EmbeddersParts;
  /** By the kind of engine, and by the suite where that has a budget: one request may hold texts of several others. */
  readonly #open = new Map<string, Promise<Embedder>>();
  readonly #services: EmbeddingService[] = [];

  constructor(parts: EmbeddersParts) {
    this.#parts = parts;
  }

  async embed(
    engine: EmbeddingsEngine,
    suite: string | null,
    texts: readonly string[],
  ): Promise<readonly Float32Array[]> {
    const key = JSON.stringify([engine.kind, suite]);
    let embedder = this.#open.get(key);
    if (!embedder) {
      embedder = this.#start(engine, suite);
      this.#open.set(key, embedder);
    }
    return (await embedder).embed(texts);
  }

  /** What was sent where, for people. */
  get notes(): readonly string[] {
    return this.#services.flatMap((service) => service.describe() ?? []);
  }

  /** Lets go of all: what is pending rejects, and a thread of its own ends. */
  async close(): Promise<void> {
    for (const embedder of this.#open.values()) await (await embedder.catch(() => null))?.close();
  }

  async #start(engine: EmbeddingsEngine, suite: string | null): Promise<Embedder> {
    const { createEmbedder } = await import('../embedders/index.js');
    return createEmbedder(engine, {
      root: this.#parts.root,
      service: (provider, model) => {
        const service = this.#parts.serve(provider, model, suite);
        this.#services.push(service);
        return service;
      },
    });
  }
}

/** By which name reports call an engine. */
export function nameOfEngine(engine: EmbeddingsEngine): string {
  if (engine.kind === 'local') return 'local';
  return `${engine.kind === 'provider' ? engine.provider : engine.kind}/${engine.model}`;
}
