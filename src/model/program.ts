import { z } from 'zod';

/** Names of variables that a program gets besides the base. */
export const programVariablesSchema = z
  .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable, without its value'))
  .default([])
  .describe(
    'Names of environment variables that the program gets, beside a few such as PATH and HOME: no others, no keys.',
  );
