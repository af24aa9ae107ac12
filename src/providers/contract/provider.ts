import { z } from 'zod';
import type { KnownSecrets } from '../../core/text/redact.js';
import { providerLimits } from '../../model/config.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import type { Json } from '../../model/json.js';
import type { Answer, Usage } from '../../model/output.js';
import { keyListSchema, keyMaxAgeSchema, NO_LITERAL_KEY, type ProviderKeys } from '../../model/provider-keys.js';
import type { ModelRequest } from '../../model/request.js';
import type { ResponseHeaders } from './allowances.js';
import type { AppSource } from './app-code.js';
import type { Batches } from './batches.js';
import type { startLines } from './line-process.js';
import type { FindMedia, PlacedPart } from './media.js';
import { ProviderError } from './provider-error.js';
import type { runProcess } from './run-process.js';

/** Sends requests to one service. Retries, pace, budget and time limits are the pipeline's work, not the provider's. */
export interface Provider {
  /**
   * Makes one call. Rejects with ProviderError for whatever goes wrong out there; anything else it throws is a bug.
   * An aborted signal ends the call at once: it rejects with the signal's reason.
   */
  complete(request: ModelRequest, options: ProviderCall): Promise<Answer>;
  /** Gets ready what calls need, as a token that is exchanged: it is no part of their time. Rejects as `complete` does. */
  ready?(signal: AbortSignal): Promise<void>;
  /** Turns texts into vectors, where the service does that (`embeds` of the definition). Rejects as `complete` does. */
  embed?(model: string, texts: readonly string[], options: ProviderCall): Promise<Embeddings>;
  /** Says how harmful a text is, where the service does that (`moderates`). Rejects as `complete` does. */
  moderate?(model: string, text: string, options: ProviderCall): Promise<Moderation>;
  /** Answers many requests together, where the service does that (`batches`). */
  readonly batches?: Batches;
  close?(): Promise<void>;
}

/** What a provider is handed with each call. */
export interface ProviderCall {
  readonly signal: AbortSignal;
  /** Sent along where the service is asked over HTTP, by lower-case name; those of the service's own go before them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** To be told of the headers of an answer, also of one that is an error: they may say what is left of a rate limit. */
  readonly onHeaders?: (headers: ResponseHeaders) => void;
  /** To be told when the first piece of an answer is there, where it comes as a stream. */
  readonly onFirstToken?: () => void;
  /** To be told of each piece of the answer's text as it comes: then it is asked for as a stream, where the service has any. */
  readonly onText?: (piece: string) => void;
  /** Asked after pieces: while what it gives is not resolved, no more is read of the service. Null for go on. */
  readonly untilTaken?: () => Promise<void> | null;
  /** Finds the bytes of images, files and recordings that messages name by their digest. */
  readonly media?: FindMedia;
}

/** One vector a text, in the order of the texts, and what they used. */
export interface Embeddings {
  readonly vectors: readonly Float32Array[];
  readonly usage: Usage;
}

/** How strongly a text belongs to each category of harm, 0 to 1. There is one category at least. */
export interface Moderation {
  readonly categories: Readonly<Record<string, number>>;
}

/** What a provider uses of the world outside of it. */
export interface ProviderWorld {
  /** Environment variables. */
  readonly env: EnvironmentVariables;
  readonly runProcess: typeof runProcess;
  readonly startLines: typeof startLines;
  /** Milliseconds that only grow, for measuring. */
  readonly now: () => number;
}

/** What a provider is handed when it is made. */
export interface ProviderContext {
  /** The provider's name in llmci.yaml. */
  readonly name: string;
  /** The root folder of the project; programs run there. */
  readonly root: string;
  /** The value behind `env:NAME` or `file:PATH`. Throws ProviderError of kind auth when there is none. */
  readonly secret: (reference: string) => string;
  readonly world: ProviderWorld;
  /** To be told of each secret that comes up later than the configuration, before anything can repeat it. */
  readonly known: KnownSecrets;
}

/** The secrets of a provider, whose values are known by their references. */
export function secretsAmong(values: ReadonlyMap<string, string>): ProviderContext['secret'] {
  return (reference) => {
    const value = values.get(reference);
    if (value === undefined) throw new ProviderError('auth', `${reference} leads to no key`);
    return value;
  };
}

/** What a live call needs and is not there. */
export interface Lack {
  /** What the provider needs it for; not there for a key. */
  readonly need?: 'its address';
  /** What is lacking: `OPENAI_API_KEY is not set`. */
  readonly lack: string;
  /** What to do about it: `Set OPENAI_API_KEY`. */
  readonly remedy: string;
}

/** Where a run takes place: what is looked at before anything is sent. */
export type RunPlace = Pick<ProviderContext, 'root'> & Pick<ProviderWorld, 'env'>;

/** A key of an entry that contradicts another. */
export interface Contradiction {
  readonly key: string;
  readonly message: string;
}

export interface ProviderDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** The name users write after `type:`. */
  readonly type: string;
  readonly describe: string;
  /** The keys of its entry in llmci.yaml besides type and the limits. */
  readonly config: Shape;
  /** Whether it works under its own name with no entry in llmci.yaml. */
  readonly builtIn?: boolean;
  /** Whether it serves many models, so that its name alone (`openai`) says not enough. */
  readonly needsModel?: boolean;
  /** Whether its answers cost nothing. Otherwise their cost follows from a price, and is null without one. */
  readonly free?: boolean;
  /** Tokens that an answer is limited to where the request says no `maxTokens`; not there when nothing limits it. */
  readonly answerLimit?: number;
  /** Whether its providers can `embed`. */
  readonly embeds?: boolean;
  /** Whether its providers can `moderate`. */
  readonly moderates?: boolean;
  /** Given when its providers have `batches`: what a request costs in one, as a share of its price. */
  readonly batches?: { readonly priceFactor: number };
  /**
   * Whether an equal request may be answered from the cache: not for an app or program under development, whose code
   * no key covers.
   */
  readonly cacheable?: boolean;
  /** What in an entry contradicts itself; null when nothing does. */
  readonly contradiction?: (config: z.output<z.ZodObject<Shape>>) => Contradiction | null;
  /** The part of the configuration that can change an answer; it goes into the key of recordings. Never a secret. */
  readonly identity: (config: z.output<z.ZodObject<Shape>>) => Readonly<Record<string, Json | undefined>>;
  /**
   * Given when its answers come from an app of the user's: where the code of that is seen. Recordings of it count while
   * the code is the same.
   */
  readonly app?: (config: z.output<z.ZodObject<Shape>>) => AppSource;
  /** Whether the case's variables themselves are sent; then they are part of the key of recordings. */
  readonly sendsVars?: boolean;
  /**
   * What goes out of a request, where that may be less than all that is in it: cases whose requests go out equal are one
   * question. Null where all goes out. Throws TemplateError.
   */
  readonly sends?: (config: z.output<z.ZodObject<Shape>>) => ((request: ModelRequest) => Json) | null;
  /**
   * Why a part of a message cannot be sent to a model, and what to do; null when it can. Told before anything is sent.
   * Where it is not given, that is known when the call is made.
   */
  readonly refusesPart?: (
    placed: PlacedPart,
    config: z.output<z.ZodObject<Shape>>,
    model: string | null,
  ) => string | null;
  /** Whether the service keeps the state of a conversation, which goes on by the `session` of an answer. */
  readonly keepsSession?: (config: z.output<z.ZodObject<Shape>>) => boolean;
  /** Whether it sends what form an answer should have; true unless said. */
  readonly sendsFormat?: boolean;
  /** Secret references that must resolve before a live call. */
  readonly secrets?: (config: z.output<z.ZodObject<Shape>>) => readonly string[];
  /** What a live call needs beside secrets and is not there; null when it is. */
  readonly lacks?: (config: z.output<z.ZodObject<Shape>>, place: RunPlace) => Lack | null;
  /** Makes the provider. SDKs are imported here, when the first live call needs them. */
  readonly create: (config: z.output<z.ZodObject<Shape>>, context: ProviderContext) => Promise<Provider> | Provider;
}

/** A provider whose configuration type is known only at run time. */
export interface AnyProvider
  extends Omit<
    ProviderDefinition,
    'app' | 'contradiction' | 'identity' | 'keepsSession' | 'refusesPart' | 'secrets' | 'sends' | 'lacks' | 'create'
  > {
  /** The module that defines it, by its path from the root of the project; none for what is built in or given from code. */
  readonly module?: string;
  readonly app?: (config: never) => AppSource;
  readonly identity: (config: never) => Readonly<Record<string, Json | undefined>>;
  readonly contradiction?: (config: never) => Contradiction | null;
  readonly refusesPart?: (placed: PlacedPart, config: never, model: string | null) => string | null;
  readonly keepsSession?: (config: never) => boolean;
  readonly secrets?: (config: never) => readonly string[];
  readonly sends?: (config: never) => ((request: ModelRequest) => Json) | null;
  readonly lacks?: (config: never, place: RunPlace) => Lack | null;
  readonly create: (config: never, context: ProviderContext) => Promise<Provider> | Provider;
}

/** Defines a provider; its entry in llmci.yaml, the JSON Schema and the docs come from this one object. */
export function defineProvider<Shape extends z.ZodRawShape>(
  definition: ProviderDefinition<Shape>,
): ProviderDefinition<Shape> {
  return definition;
}

/** The schema of an entry of this type in llmci.yaml. */
export function providerEntrySchema(definition: Pick<AnyProvider, 'type' | 'config' | 'describe' | 'contradiction'>) {
  return z
    .strictObject({ type: z.literal(definition.type), ...withLists(definition.config), ...providerLimits })
    .superRefine((entry, context) => {
      const found = definition.contradiction?.(entry as never);
      if (found) context.addIssue({ code: 'custom', path: [found.key], message: found.message });
    })
    .describe(definition.describe);
}

/** Where one key may stand, so may a list of them: a provider is made with one at a time. */
function withLists(config: z.ZodRawShape): z.ZodRawShape {
  const { apiKey } = config;
  if (!(apiKey instanceof z.ZodType)) return config;
  const list = 'In a list, each is used when the one before it is refused.';
  const keys = z
    .union([apiKey, keyListSchema], { error: NO_LITERAL_KEY })
    .describe(apiKey.description ? `${apiKey.description} ${list}` : list);
  return { ...config, apiKey: keys, maxAge: config['maxAge'] ?? keyMaxAgeSchema.optional() };
}

/** What of a checked entry is about its keys; nothing where the definition has a meaning of its own for a list. */
export function keyListOf(
  { config }: Pick<AnyProvider, 'config'>,
  { apiKey, maxAge }: Readonly<Record<string, unknown>>,
): ProviderKeys {
  const isOwn = config['apiKey'] instanceof z.ZodType && config['apiKey'].safeParse(apiKey).success;
  const keys = isOwn ? undefined : keyListSchema.safeParse(apiKey).data;
  const age = 'maxAge' in config ? undefined : z.number().safeParse(maxAge).data;
  return { apiKey: keys, maxAge: age };
}
