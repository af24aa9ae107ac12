import type { z } from 'zod';
import type { ModelRequest } from '../../model/request.js';
import type { BatchResult } from '../contract/batches.js';
import type { FindMedia } from '../contract/media.js';
import { faultOfAnswer, ProviderError } from '../contract/provider-error.js';
import { badResponse, explainList, type Service } from './faults.js';

/** What the batches of a service share with its live calls. */
export interface BatchTools<Client> {
  /** Loads the SDK, when the first batch needs it. */
  readonly connect: () => Promise<SdkConnection<Client>>;
  readonly service: Service;
  /** The body of a live call. */
  readonly bodyOf: (request: ModelRequest, find: FindMedia | undefined) => Promise<Record<string, unknown>>;
}

/** A service through its SDK. */
export interface SdkConnection<Client> {
  readonly client: Client;
  /** A client that can send and receive files. */
  readonly transfer: Client;
  /** Gives what was sent, or throws what its error stands for. */
  readonly receive: <T>(sent: Promise<T>, signal: AbortSignal) => Promise<T>;
}

/** What `make` gives, made when it is asked for first. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Batches that are looked through for a lost one; more are not made in the time between. */
export const MAX_LISTED = 2000;

/** What is found in a list that is read as it is searched. Rejects with what its errors mean for a list. */
export function searchList<Found>(found: Promise<Found>, service: Service): Promise<Found> {
  return found.catch((error: unknown) => Promise.reject(explainList(error, service)));
}

/** What a service says of a batch, as its schema has it. Throws ProviderError of kind bad-response. */
export function readBatch<T>(schema: z.ZodType<T>, body: unknown, service: Service): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw badResponse('answered with something that is not a batch', JSON.stringify(body) ?? '', service);
}

/** What it means for a request that the results of a batch which has come to its end lack it. */
export function missingFrom(batch: string, service: Service): ProviderError {
  return badResponse('ended a batch without a result for this request', batch, service);
}

/** The error of a request that the service has found no time for. */
export function expired({ host }: Service): ProviderError {
  return new ProviderError('timeout', `expired: ${host} did not answer it within the 24 hours of its batch`);
}

/** The error of a request whose batch somebody has cancelled. */
export function cancelled({ host }: Service): ProviderError {
  return new ProviderError('server', `its batch was cancelled at ${host}`);
}

/** The result of a request: what reading it gives, or the ProviderError that it throws. */
export function resultOf(id: string, read: () => Exclude<BatchResult['result'], ProviderError>): BatchResult {
  try {
    return { id, result: read() };
  } catch (thrown) {
    const error = faultOfAnswer(thrown);
    if (error instanceof ProviderError) return { id, result: error };
    throw error;
  }
}
