import { z } from 'zod';

/** How a model is asked for JSON: held to a schema, held to JSON and told the schema, or only told. The strongest first. */
export const answerFormSchema = z.enum(['schema', 'json', 'words']);
export type AnswerForm = z.infer<typeof answerFormSchema>;
