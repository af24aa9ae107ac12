/** What the main thread asks of the worker: a window of texts, none of them twice. */
export interface WorkerRequest {
  readonly id: number;
  readonly texts: readonly string[];
}

/** What it answers: the vectors of the texts one after the other, each of `dimensions` components; or what failed. */
export type WorkerAnswer =
  | { readonly id: number; readonly dimensions: number; readonly vectors: Float32Array<ArrayBuffer> }
  | { readonly id: number; readonly error: string };
