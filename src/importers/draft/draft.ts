import type { z } from 'zod';
import type { Json } from '../../model/json.js';
import type { promptFileSchema } from '../../model/prompt.js';
import type { Places } from '../importer.js';

/** A prompt that is to be written, by its id. */
export interface PromptDraft {
  readonly id: string;
  readonly file: z.input<typeof promptFileSchema>;
  readonly places: Places;
}

/** An entry of `metrics`, as a suite has it. */
export type MetricDraft = { readonly metric: string } & Readonly<Record<string, Json>>;

/** An entry of `gates`. */
export type GateDraft = { readonly metric: string } & Readonly<Record<string, Json>>;

export interface CaseDraft {
  readonly id?: string;
  readonly vars: Readonly<Record<string, Json>>;
  readonly messages?: Json;
  readonly expected?: Json;
  readonly tags?: readonly string[];
  readonly metrics?: readonly MetricDraft[];
}

export interface SuiteDraft {
  readonly name: string;
  readonly description?: string | undefined;
  readonly prompts: readonly string[];
  /** None to leave it to the prompts. */
  readonly models: readonly string[];
  readonly trials?: number | undefined;
  readonly cases: readonly CaseDraft[];
  readonly metrics: readonly MetricDraft[];
  readonly gates: readonly GateDraft[];
  readonly places: Places;
}

/** All that is to be written. */
export interface ProjectDraft {
  /** The file that it comes from, and its format. */
  readonly source: string;
  readonly format: string;
  readonly prompts: readonly PromptDraft[];
  readonly suites: readonly SuiteDraft[];
  /** For llmci.yaml. */
  readonly providers: Readonly<Record<string, Json>>;
  readonly judge: string | null;
}
