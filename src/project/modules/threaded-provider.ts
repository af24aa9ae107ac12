import type { Answer } from '../../model/output.js';
import type { Batches, BatchItem, BatchResult, BatchStatus } from '../../providers/contract/batches.js';
import type { AnyProvider, Embeddings, Moderation, Provider, ProviderCall } from '../../providers/contract/provider.js';
import { ProviderError } from '../../providers/contract/provider-error.js';
import { fillOutline } from './fill-outline.js';
import { type ModuleThread, ThreadEnded } from './module-thread.js';
import type { Outline, Parsed } from './protocol.js';
import type { SentAbilities, SentProvider } from './provider-functions.js';
import { remoteSchema } from './remote-schema.js';

/** A provider whose functions run in the thread of its module. What comes of its calls is checked by who makes them. */
export function threadedProvider(thread: ModuleThread, outline: Outline): AnyProvider {
  const definition = fillOutline(outline, thread) as unknown as AnyProvider;
  const parse = (key: string) => remoteSchema((value) => thread.callAwaited('parse', key, value) as Parsed);
  return {
    ...definition,
    config: Object.fromEntries(outline.keys.map((key) => [key, parse(key)])),
    create: async (config, { name, root, secret, world }) => {
      const references = definition.secrets?.(config) ?? [];
      const secrets = new Map(references.map((reference) => [reference, secret(reference)]));
      return openProvider(thread, { name, root, config, env: { ...world.env }, secrets });
    },
  };
}

async function openProvider(thread: ModuleThread, sent: SentProvider): Promise<Provider> {
  const call = <T>(name: string, args: readonly unknown[], { signal, onHeaders, media }: Partial<ProviderCall> = {}) =>
    asProviderError(
      thread.call(`provider.${name}`, [sent, ...args], {
        // Each call has the time limit of its lane
        limitMs: null,
        again: false,
        ...(signal ? { signal } : {}),
        onAsk: async (_, [digest]) => {
          if (media) return media(String(digest));
          throw new ProviderError('invalid-request', 'the bytes of images and files are not at hand here');
        },
        onTell: (_, [headers]) => onHeaders?.(new Headers(headers as [string, string][])),
      }),
    ) as Promise<T>;
  const { embed, moderate, batches } = await call<SentAbilities>('open', []);
  return {
    complete: (request, options) => call<Answer>('complete', [request], options),
    ...(embed ? { embed: (model, texts, options) => call<Embeddings>('embed', [model, texts], options) } : {}),
    ...(moderate ? { moderate: (model, text, options) => call<Moderation>('moderate', [model, text], options) } : {}),
    ...(batches ? { batches: { ...batches, ...remoteBatches(call) } } : {}),
    close: async () => {
      try {
        await call<void>('close', []);
      } catch (error) {
        // A thread that has ended holds nothing any more; what it was called for has its error already
        if (!(error instanceof ProviderError)) throw error;
      }
    },
  };
}

/** A thread that ended tells nothing of the prompt. Only who was not the cause may ask again. */
async function asProviderError(given: Promise<unknown>): Promise<unknown> {
  try {
    return await given;
  } catch (error) {
    if (!(error instanceof ThreadEnded)) throw error;
    throw new ProviderError(error.forAnother ? 'server' : 'bad-response', error.message);
  }
}

type Call = <T>(name: string, args: readonly unknown[], options: Partial<ProviderCall>) => Promise<T>;

function remoteBatches(call: Call): Pick<Batches, 'prepare' | 'submit' | 'find' | 'status' | 'results'> {
  return {
    prepare: (id, request, media) => call<BatchItem>('prepare', [id, request], media ? { media } : {}),
    submit: (batch, options) => call<string>('submit', [batch], options),
    find: (batch, options) => call<readonly string[]>('find', [batch], options),
    status: (id, options) => call<BatchStatus>('status', [id], options),
    results: async function* (id, options) {
      yield* await call<readonly BatchResult[]>('results', [id], options);
    },
  };
}
