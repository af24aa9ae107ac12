/** A place in what users wrote: the value or key at a path of a file, or a character (from 0) of the text that stands there. */
export interface Spot {
  readonly file: string;
  readonly path: readonly PropertyKey[];
  readonly part?: 'key';
  readonly offset?: number;
}
