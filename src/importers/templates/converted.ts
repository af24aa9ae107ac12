import { TemplateError, variablesIn } from '../../core/text/template.js';

/** A template in Liquid that says the same, or why there is none. */
export type Converted = ConvertedTemplate | TemplateFault;

export interface ConvertedTemplate {
  readonly text: string;
  /** Where Liquid means something else, in a sentence each. */
  readonly notes: readonly string[];
}

/** A part of a template that Liquid has no equal for. */
export interface TemplateFault {
  readonly why: string;
  /** Where it stands in the template. */
  readonly offset: number;
}

export function isFault(converted: Converted): converted is TemplateFault {
  return 'why' in converted;
}

/** Thrown within a conversion, at a part that has no equal. */
export class NoEqual extends Error {
  readonly offset: number;

  constructor(why: string, offset: number) {
    super(why);
    this.offset = offset;
  }
}

/** What a conversion gives, a part without an equal as a fault. */
export function tryConvert(convert: () => ConvertedTemplate): Converted {
  try {
    return convert();
  } catch (error) {
    if (error instanceof NoEqual) return { why: error.message, offset: error.offset };
    throw error;
  }
}

/** The text again, when Liquid can parse it. Throws NoEqual. */
export function requireLiquid(text: string): string {
  try {
    variablesIn(text);
    return text;
  } catch (error) {
    if (error instanceof TemplateError) throw new NoEqual(`Liquid reads it otherwise: ${error.message}`, 0);
    throw error;
  }
}

/** The variables that a template in Liquid reads; none of one that does not parse. */
export function variablesRead(text: string): readonly string[] {
  try {
    return variablesIn(text);
  } catch (error) {
    if (error instanceof TemplateError) return [];
    throw error;
  }
}
