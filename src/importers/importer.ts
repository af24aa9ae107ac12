import type { SourcePlace } from '../model/problem.js';

/** Something in the source, and what has become of it. */
export interface ImportFinding {
  /** `taken` means the same here; `changed` is there and means something else, as the note says; `refused` is not there. */
  readonly status: 'taken' | 'changed' | 'refused';
  /** What it is, in the words of its source. */
  readonly what: string;
  readonly place: SourcePlace;
  /** What it has become, or how llmci does it. */
  readonly note: string;
}

/** A file of llmci, by its path from the root of the project. */
export interface ImportedFile {
  readonly path: string;
  readonly text: string;
  /** Where what it says stands in the source: of its parts that are known, by their keys (`model`, `modelParameters.seed`). */
  readonly places?: Places;
}

/** Where parts of a written file come from, by their keys. `''` is the whole of it. */
export type Places = ReadonlyMap<string, SourcePlace>;

/** What an importer made of a source. */
export interface Imported {
  readonly files: readonly ImportedFile[];
  readonly report: readonly ImportFinding[];
}

export interface SourceFile {
  /** From the folder that may be read, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** The files that a source may name: those of its repository, never others. Paths are as in `SourceFile`. */
export interface SourceFiles {
  /** The text of a file, or why there is none; never rejects. */
  read(path: string): Promise<{ readonly text: string } | { readonly why: string }>;
  /** The files that a glob fits, sorted. */
  find(pattern: string): Promise<readonly string[]>;
}

/** A format of prompts or evaluations of other tools. */
export interface Importer {
  readonly format: string;
  readonly describe: string;
  /** Whether a file is one of this format, by its path: that is how they are found in a folder. */
  readonly isSource: (path: string) => boolean;
  /**
   * Reads a source. Nothing in it is run. Whatever it holds, this does not throw: what cannot be taken over is a finding with
   * its place.
   */
  readonly read: (source: SourceFile, files: SourceFiles) => Promise<Imported>;
}

/** Defines an importer. */
export function defineImporter(importer: Importer): Importer {
  return importer;
}
