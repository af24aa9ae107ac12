import { z } from 'zod';

/** A program and its arguments, to be run without a shell; say with `describe` what it is for. */
export const commandSchema = z
  .array(z.string())
  .min(1, 'a command needs a program')
  .refine(([program]) => program !== '', { message: 'a command needs a program' });

/** Names of variables that a program gets besides the base. */
export const programVariablesSchema = z
  .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable, without its value'))
  .default([])
  .describe(
    'Names of environment variables that the program gets, beside a few such as PATH and HOME: no others, no keys.',
  );
