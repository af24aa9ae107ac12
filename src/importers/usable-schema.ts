import { compileJsonSchema } from '../core/text/json-schema.js';
import { isRecord, type Json } from '../model/json.js';

export type SchemaDraft = Readonly<Record<string, Json>>;

/** A JSON Schema that llmci can use; or why there is none. */
export function usableSchema(written: unknown): { readonly schema: SchemaDraft } | { readonly why: string } {
  if (!isRecord(written)) return { why: 'it is no JSON Schema' };
  try {
    compileJsonSchema(written);
    return { schema: written as SchemaDraft };
  } catch (error) {
    return {
      why: error instanceof Error ? `its JSON Schema cannot be used: ${error.message}` : 'it is no JSON Schema',
    };
  }
}
