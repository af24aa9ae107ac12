/**
 * Those whom the message of a commit names beside its author, as `Name <address>`. A line that is quoted or squashed stands
 * where no parser of trailers looks.
 */
export function coAuthorsIn(message: string): readonly string[] {
  return message.split('\n').flatMap((line) => /^\W*co-authored-by:(.*)$/i.exec(line)?.[1]?.trim() || []);
}

/** The address in `Name <address>`; null for none. */
export function addressIn(name: string): string | null {
  return /<([^<>]+)>\s*$/.exec(name)?.[1] ?? null;
}
