import type { Embedder } from '../embedders/embedder.js';
import type { ScoreTools } from '../metrics/define.js';
import type { Project } from '../project/load.js';
import type { EarlierOutputs } from './earlier-outputs.js';
import { type Judge, type JudgeCaller, noJudge } from './judge.js';

/** What metrics may use of the world. An engine starts when the first metric asks for it. */
export class Tools {
  readonly #project: Project;
  readonly #judge: Judge | null;
  readonly #earlier: EarlierOutputs | null;
  /** By what `embeddings: { model }` calls them. */
  readonly #embedders = new Map<string, Promise<Embedder>>();

  /** `judge` is null when no metric of the run asks one, `earlier` when no outputs of an earlier one are needed. */
  constructor(project: Project, judge: Judge | null, earlier: EarlierOutputs | null) {
    this.#project = project;
    this.#judge = judge;
    this.#earlier = earlier;
  }

  readonly #embed: ScoreTools['embed'] = (texts) => this.#embedWith(this.#project.config.embeddings, texts);

  readonly #embedLocally: ScoreTools['embedLocally'] = (texts) => this.#embedWith('local', texts);

  /** The tools of one metric for one sample. */
  for(caller: JudgeCaller): ScoreTools {
    const judge = this.#judge;
    return {
      embed: this.#embed,
      embedLocally: this.#embedLocally,
      ask: judge === null ? noJudge.ask : (question) => judge.ask(caller, question),
      baseline: async () => (await this.#earlier?.outputOf(caller.labels)) ?? null,
    };
  }

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
