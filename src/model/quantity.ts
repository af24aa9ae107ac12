import { z } from 'zod';
import { parseQuantity, type WrittenQuantity } from './written-quantity.js';

/** What a number measures. `fraction` runs from 0 to 1; `number` is a plain count or value without a unit. */
export const unitSchema = z.enum(['fraction', 'ms', 'usd', 'tokens', 'characters', 'number']);
export type Unit = z.infer<typeof unitSchema>;

/** How a value is shown: in its unit, or a fraction as the percentage that it was written as. */
export const shownUnitSchema = z.enum([...unitSchema.options, 'percent']);
export type ShownUnit = z.infer<typeof shownUnitSchema>;

/** A threshold as written in YAML: a number, or text with a unit. */
export const quantitySchema = z
  .union([z.number(), z.string()])
  .transform((written, context): WrittenQuantity => {
    const quantity = typeof written === 'number' ? { value: written, unit: null } : parseQuantity(written);
    if (quantity && Number.isFinite(quantity.value)) return quantity;
    context.addIssue({
      code: 'custom',
      message: `"${written}" is not a number with a known unit; write it like 0.9, 5%, 250ms, 4s or $0.002`,
    });
    return z.NEVER;
  })
  .describe('A number, or a number with its unit: 0.9, 5%, 250ms, 4s, $0.002.');

/** A share from 0 to 1, written like `50%` or 0.5. */
export const shareSchema = z
  .union([z.string(), z.number()])
  .transform((written, context): number => {
    const quantity = typeof written === 'number' ? { value: written, unit: null } : parseQuantity(written);
    const known = quantity && (quantity.unit === 'percent' || quantity.unit === null);
    if (known && quantity.value >= 0 && quantity.value <= 1) return quantity.value;
    context.addIssue({ code: 'custom', message: `"${written}" is not a share; write it like 50% or 0.5` });
    return z.NEVER;
  })
  .describe('A share from 0 to 1: 50%, 0.5.');

/** A length of time in milliseconds, written like `60s`; a bare number is refused because its unit would be a guess. */
export const durationSchema = z
  .union([z.string(), z.number()])
  .transform((written, context): number => {
    const quantity = typeof written === 'number' ? null : parseQuantity(written);
    if (quantity?.unit === 'ms' && quantity.value > 0) return quantity.value;
    context.addIssue({
      code: 'custom',
      message: `"${written}" is not a length of time; write it like 500ms, 60s, 2m or 30d`,
    });
    return z.NEVER;
  })
  .describe('A length of time: 500ms, 60s, 2m, 30d.');

/** An amount in US dollars; the `$` may be left out. */
export const usdSchema = z
  .union([z.number(), z.string()])
  .transform((written, context): number => {
    const quantity = typeof written === 'number' ? { value: written, unit: null } : parseQuantity(written);
    if (quantity && (quantity.unit === 'usd' || quantity.unit === null) && quantity.value >= 0) return quantity.value;
    context.addIssue({ code: 'custom', message: `"${written}" is not an amount in dollars; write it like 5 or $0.50` });
    return z.NEVER;
  })
  .describe('US dollars: 5 or $0.50.');
