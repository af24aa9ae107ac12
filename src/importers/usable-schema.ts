import { compileJsonSchema } from '../core/text/json-schema.js';
import { isRecord, type Json } from '../model/json.js';

export type SchemaDraft = Readonly<Record<string, Json>>;

/** A JSON Schema that llmci can use, made of one of any draft; or why there is none. */
export function usableSchema(written: unknown): { readonly schema: SchemaDraft } | { readonly why: string } {
  if (!isRecord(written)) return { why: 'it is no JSON Schema' };
  // Drafts differ in a few words, which do not compile as one another; the name alone is no difference
  const { $schema: _, ...schema } = written;
  try {
    compileJsonSchema(schema);
    return { schema: schema as SchemaDraft };
  } catch (error) {
    return {
      why: error instanceof Error ? `its JSON Schema cannot be used: ${error.message}` : 'it is no JSON Schema',
    };
  }
}
