// Code of others throws anything, also what throws again when it is looked at

/** What was thrown, as an error that can be looked at. */
export function asError(thrown: unknown): Error {
  try {
    const isReadable = thrown instanceof Error && `${thrown.message}${thrown.stack}` !== '';
    return isReadable ? thrown : new Error(String(thrown));
  } catch {
    return new Error(UNSEEN);
  }
}

/** What something that was thrown says, without the name of its kind. */
export function messageOf(thrown: unknown): string {
  return asError(thrown).message;
}

/** What something that was thrown says, an error with the name of its kind. */
export function describeThrown(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return UNSEEN;
  }
}

const UNSEEN = 'a thrown value that cannot be shown';
