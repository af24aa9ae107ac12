import { z } from 'zod';

/** The keys by which an app of the user's tells which code answers. Its recordings count while that is the same. */
export const appCodeFields = {
  code: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'The files of the app, as globs from the root of the project (`app/**/*.py`). Recordings count while they are the same.',
    ),
  version: z
    .string()
    .regex(/^env:[A-Za-z_][A-Za-z0-9_]*$/, 'the version of an app is read from a variable: env:NAME')
    .optional()
    .describe(
      'env:NAME of a variable that holds the version of the app, such as a commit. Recordings count while it is the same.',
    ),
  allowUnversioned: z
    .boolean()
    .default(false)
    .describe('Whether recordings of an app count, in CI too, when nobody can tell which code made them.'),
};

/** Whether providers of a type have an app of the user's answer: whatever it does besides, a copy of a call does again. */
export function isAppType(type: string): boolean {
  return type === 'exec' || type === 'http';
}

/** Where the code of an app is seen. */
export interface AppSource {
  /** Globs from the root of the project; null when the user gave none. */
  readonly code: readonly string[] | null;
  /** A command whose files are the code when no globs are given; null for none. */
  readonly command: readonly string[] | null;
  /** `env:NAME`; null for none. */
  readonly version: string | null;
  readonly allowUnversioned: boolean;
}

/** What is known of the code of an app. */
export interface AppCode {
  /** The digest of the code that is seen, and of the version; null when there is neither. */
  readonly digest: string | null;
  readonly allowUnversioned: boolean;
}
