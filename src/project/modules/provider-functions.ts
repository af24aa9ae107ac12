import { knownSecrets } from '../../core/text/redact.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import type { ModelRequest } from '../../model/request.js';
import type { Batches } from '../../providers/contract/batches.js';
import { startLines } from '../../providers/contract/line-process.js';
import type { FindMedia } from '../../providers/contract/media.js';
import type { AnyProvider, Provider, ProviderCall } from '../../providers/contract/provider.js';
import { secretsAmong } from '../../providers/contract/provider.js';
import { runProcess } from '../../providers/contract/run-process.js';
import type { Caller } from './callers.js';
import { type Functions, functionAt, parseWith } from './functions.js';

/** What it takes to make a provider here: again when its thread was ended. */
export interface SentProvider {
  readonly name: string;
  readonly root: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly env: EnvironmentVariables;
  /** Keys by their reference. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** What a provider that was made can do. */
export interface SentAbilities {
  readonly embed: boolean;
  readonly moderate: boolean;
  readonly batches: Pick<Batches, 'maxRequests' | 'maxBytes' | 'marked'> | null;
}

/** What the main thread can call of a provider. */
export function providerFunctions(definition: AnyProvider): Functions {
  const made = new Map<string, Promise<Provider>>();
  const known = knownSecrets([]);
  const now = () => performance.now();
  const make = async ({ name, root, config, env, secrets }: SentProvider) => {
    return definition.create(config as never, {
      name,
      root,
      secret: secretsAmong(secrets),
      world: { env, runProcess, startLines, now },
      known,
    });
  };
  const providerOf = (sent: SentProvider) => {
    const provider = made.get(sent.name) ?? make(sent);
    made.set(sent.name, provider);
    return provider;
  };
  return (name) => {
    if (name === 'parse') return ([key, value]) => parseWith(definition.config[key as string], value);
    if (!name.startsWith('provider.')) return functionAt(definition, name);
    return async ([sent, ...args], caller) => {
      const provider = await providerOf(sent as SentProvider);
      return use(provider, name.slice('provider.'.length), args, caller);
    };
  };
}

function use(provider: Provider, name: string, args: readonly unknown[], caller: Caller): unknown {
  const { signal } = caller;
  const media: FindMedia = (digest) => caller.ask('media', digest) as ReturnType<FindMedia>;
  const call: ProviderCall = {
    signal,
    onHeaders: (headers) => caller.tell('headers', headers instanceof Headers ? [...headers] : []),
    media,
  };
  const [first, second] = args as readonly [never, never];
  switch (name) {
    case 'open':
      return abilitiesOf(provider);
    case 'complete':
      return provider.complete(first as ModelRequest, call);
    case 'embed':
      return provider.embed?.(first, second, call);
    case 'moderate':
      return provider.moderate?.(first, second, call);
    case 'close':
      return provider.close?.();
    case 'prepare':
      return provider.batches?.prepare(first, second, media);
    case 'submit':
    case 'find':
    case 'status':
      return provider.batches?.[name](first, { signal });
    case 'results':
      return provider.batches && collect(provider.batches.results(first, { signal }));
    default:
      throw new Error(`providers have no ${name}`);
  }
}

function abilitiesOf({ embed, moderate, batches }: Provider): SentAbilities {
  return {
    embed: embed !== undefined,
    moderate: moderate !== undefined,
    batches: batches ? { maxRequests: batches.maxRequests, maxBytes: batches.maxBytes, marked: batches.marked } : null,
  };
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
