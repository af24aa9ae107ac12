import { type Embedder, EmbedderError } from './embedder.js';

/** What an engine may be told about the world. */
export interface EmbedderContext {
  /** The root folder of the user's project. */
  readonly root: string;
  /** How to reach the provider of this name, when it speaks OpenAI's protocol; null when there is none. */
  readonly connection: (provider: string) => EmbedderConnection | null;
}

/** The address and key of a service; null for OpenAI's own address, and for no key. */
export interface EmbedderConnection {
  readonly baseUrl: string | null;
  readonly apiKey: string | null;
}

type EngineName = 'local' | 'transformers' | 'openai';

interface Engine {
  /** For messages: what users write. */
  readonly form: string;
  /** Whether embedding sends texts to a service. */
  readonly remote: boolean;
  readonly create: (
    target: { readonly provider: string; readonly model: string },
    context: EmbedderContext,
  ) => Promise<Embedder>;
}

/** THE list of engines. The code of one is imported when it is made, its model loaded at the first call. */
export const embedderEngines = {
  local: {
    form: 'local',
    remote: false,
    create: async () => (await import('./local.js')).createLocalEmbedder(),
  },
  transformers: {
    form: 'transformers/<model>',
    remote: false,
    create: async ({ model }, { root }) =>
      (await import('./transformers.js')).createTransformersEmbedder({ model, root }),
  },
  openai: {
    form: 'openai/<model>, or another provider of type openai',
    remote: true,
    create: async ({ provider, model }, { connection }) => {
      const service = connection(provider);
      if (service === null) throw unknownEngine(`${provider}/${model}`);
      return (await import('./openai.js')).createOpenAiEmbedder({ model, ...service });
    },
  },
} satisfies Record<EngineName, Engine>;

/**
 * The engine that `embeddings: { model }` names: `local`, `transformers/<model>`, or `<provider>/<model>` where the
 * provider speaks OpenAI's protocol. Nothing is loaded or sent before the first `embed`.
 * Rejects with EmbedderError of kind `configuration` for anything else.
 */
export async function createEmbedder(reference: string, context: EmbedderContext): Promise<Embedder> {
  if (reference === 'local') return embedderEngines.local.create();
  const slash = reference.indexOf('/');
  const provider = reference.slice(0, Math.max(0, slash));
  const model = reference.slice(slash + 1);
  if (provider === '' || provider === 'local' || model === '') throw unknownEngine(reference);
  if (provider === 'transformers') return embedderEngines.transformers.create({ provider, model }, context);
  return embedderEngines.openai.create({ provider, model }, context);
}

function unknownEngine(reference: string): EmbedderError {
  const forms = Object.values(embedderEngines).map((engine) => engine.form);
  return new EmbedderError('configuration', `no embeddings engine "${reference}"; there are: ${forms.join(' · ')}`);
}
