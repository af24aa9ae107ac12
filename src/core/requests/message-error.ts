/** What is wrong with messages that somebody wrote, and where in them it stands. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
  readonly path: readonly PropertyKey[];

  constructor(message: string, path: readonly PropertyKey[]) {
    super(message);
    this.path = path;
  }

  /** The same, seen from further out. */
  within(...steps: readonly PropertyKey[]): MessageError {
    return new MessageError(this.message, [...steps, ...this.path]);
  }
}
