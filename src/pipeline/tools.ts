import type { Embedder } from '../embedders/embedder.js';
import type { ScoreTools } from '../metrics/define.js';
import type { Project } from '../project/load.js';

/** What metrics may use of the world. An engine starts when the first metric asks for it. */
export class Tools implements ScoreTools {
  readonly #project: Project;
  /** By what `embeddings: { model }` calls them. */
  readonly #embedders = new Map<string, Promise<Embedder>>();

  constructor(project: Project) {
    this.#project = project;
  }

  readonly embed: ScoreTools['embed'] = (texts) => this.#embedWith(this.#project.config.embeddings, texts);

  readonly embedLocally: ScoreTools['embedLocally'] = (texts) => this.#embedWith('local', texts);

  async close(): Promise<void> {
    for (const embedder of this.#embedders.values()) await (await embedder.catch(() => null))?.close();
  }

  async #embedWith(model: string, texts: readonly string[]): Promise<readonly Float32Array[]> {
    let embedder = this.#embedders.get(model);
    if (!embedder) {
      embedder = this.#start(model);
      this.#embedders.set(model, embedder);
    }
    return (await embedder).embed(texts);
  }

  async #start(model: string): Promise<Embedder> {
    const { createEmbedder } = await import('../embedders/index.js');
    return createEmbedder(model, { root: this.#project.root, connection: () => null });
  }
}
