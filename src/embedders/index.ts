import type { EmbeddingsEngine } from '../model/config.js';
import { BatchedEmbedder, type VectorStore } from './batched.js';
import type { Embedder } from './embedder.js';
import type { RemoteEngineOptions } from './remote.js';

/** What an engine may use of the world. */
export interface EmbedderContext {
  /** The root folder of the user's project. */
  readonly root: string;
  /** How to reach a model of a provider, and where its vectors are kept from run to run. */
  readonly service: (provider: string, model: string) => RemoteEngineOptions & { readonly store: VectorStore | null };
}

/** Windows a service works on at once; a model in this process computes one after the other. */
const REMOTE = { window: 64, inFlight: 4 };
const IN_PROCESS = { window: 64, inFlight: 1 };

/**
 * The engine that llmci.yaml names. The code of one is imported when it is made; nothing is loaded or sent before its
 * first `embed`.
 */
export async function createEmbedder(chosen: EmbeddingsEngine, context: EmbedderContext): Promise<Embedder> {
  switch (chosen.kind) {
    case 'local':
      return (await import('./local.js')).createLocalEmbedder();
    case 'transformers': {
      const { createTransformersEngine } = await import('./transformers.js');
      return new BatchedEmbedder(createTransformersEngine({ model: chosen.model, root: context.root }), IN_PROCESS);
    }
    case 'provider': {
      const { createRemoteEngine } = await import('./remote.js');
      const { store, ...options } = context.service(chosen.provider, chosen.model);
      return new BatchedEmbedder(createRemoteEngine(options), { ...REMOTE, store });
    }
  }
}
