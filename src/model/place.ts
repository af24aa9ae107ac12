import { z } from 'zod';

/** Where something stands that a user wrote: the file by its path from the root of the project, the line from 1. */
export const placeSchema = z.strictObject({ file: z.string(), line: z.int().min(1) });
export type Place = z.infer<typeof placeSchema>;
